"""Presets: what a kind of activity usually is. Amounts are cents before tax; days count back from its own day."""

from dataclasses import dataclass
from datetime import time, timedelta

from registration.catalog.offers.rules_questions import Per, QuestionType
from registration.catalog.rules import Who

MEMBER, NON_MEMBER, ANYONE = Who.MEMBER, Who.NON_MEMBER, Who.ANYONE
SEVERAL_WEEKS = 6


@dataclass(frozen=True)
class QuestionPlan:
    """A question of the library."""

    type: QuestionType = QuestionType.TEXT
    options: tuple[str, ...] = ()
    required: bool = False
    sensitive: bool = False
    purge_days: int | None = None
    per: Per = Per.ATTENDEE


LIBRARY = {
    "repas": QuestionPlan(QuestionType.CHOICE, ("viande", "poisson", "vegetarien"), required=True),
    "allergies": QuestionPlan(sensitive=True, purge_days=30),
    "calibre": QuestionPlan(QuestionType.CHOICE, ("debut", "intermediaire", "avance")),
    "photo": QuestionPlan(QuestionType.YES_NO),
    "fonction": QuestionPlan(),
    "objectif": QuestionPlan(),
    "question": QuestionPlan(),
    "arret": QuestionPlan(required=True),
    "urgence": QuestionPlan(required=True, purge_days=7),
    "acces": QuestionPlan(sensitive=True, purge_days=30),
    "bottes": QuestionPlan(),
}


@dataclass(frozen=True)
class ProductPlan:
    """A product with its prices in cents, and what a unit takes of the places."""

    key: str
    prices: tuple[tuple[Who, int], ...]
    attendees: int = 1
    at_the_door: int | None = None


@dataclass(frozen=True)
class Preset:
    """What a kind of activity usually is. Days count back from its own: refund, names, the end of signup."""

    name: str
    kind: str
    starts: time = time(17)
    lasts: timedelta = timedelta(hours=3)
    places: int | None = None
    products: tuple[ProductPlan, ...] = ()
    questions: tuple[str, ...] = ()
    points: tuple[str, ...] = ("accueil",)
    refund_days: int | None = 7
    names_days: int | None = None
    closes_days: int = 2
    sessions: int = 1
    online: bool = False
    dated: bool = True
    signup: bool = True
    members_only: bool = False
    account: str = "4110"
    free: bool = False


def _alone(member: int, other: int, door: int | None = None) -> tuple[ProductPlan, ...]:
    return (ProductPlan("place", ((MEMBER, member), (NON_MEMBER, other)), at_the_door=door),)


FREE = (ProductPlan("place", ((ANYONE, 0),)),)
PRESETS = {
    preset.name: preset
    for preset in (
        Preset("cocktail", "cocktail_5a7", time(17), timedelta(hours=2), 100, _alone(4500, 6500, 7500),
               ("allergies", "photo")),
        Preset("golf", "golf_tournament", time(9), timedelta(hours=12), 144,
               (ProductPlan("quatuor", ((MEMBER, 74000), (NON_MEMBER, 88000)), 4),
                ProductPlan("individuel", ((MEMBER, 19000), (NON_MEMBER, 22500)))),
               ("repas", "allergies", "calibre", "photo"), ("depart", "souper"), 14, 3, 7, account="4210"),
        Preset("cohort", "training_cohort_program", time(8, 30), timedelta(hours=3, minutes=30), 12,
               _alone(79500, 99500), ("fonction", "objectif"), ("chaque_seance",), 14, None, 2, SEVERAL_WEEKS,
               account="4410"),
        Preset("webinar", "webinar", time(11, 30), timedelta(hours=1), 300, FREE, ("question",), ("en_ligne",), None,
               closes_days=0, online=True, free=True),
        Preset("delegation", "delegation", time(8), timedelta(hours=34), 48, _alone(52500, 60000),
               ("arret", "urgence", "acces"), ("embarquement", "retour"), 30, 9, 9, account="4610"),
        Preset("assembly", "agm", time(16), timedelta(hours=2), None, (), (), ("accueil",), None, signup=False,
               members_only=True, free=True),
        Preset("fair", "virtual_fair", time(9), timedelta(hours=8), None, FREE, (), (), None, online=True, free=True),
        Preset("programme", "benefit_enrolment", dated=False, points=(), refund_days=None, signup=False,
               members_only=True),
        Preset("form", "survey", dated=False, points=(), refund_days=None, signup=False, online=True, free=True),
        Preset("visit", "industrial_visit", time(13, 30), timedelta(hours=2, minutes=30), 20, FREE,
               ("bottes", "urgence"), ("accueil",), None, closes_days=3, free=True),
    )
}  # fmt: skip
