"""What an activity of the file covers people by."""

from datetime import datetime

from sqlmodel import Session

from kit.contracts import Bilingual
from registration.plans.queries import plan_of
from registration.plans.rules import PlanMode, PlanTerms
from registration.plans.writing.actions import write_plan
from registration.seed.activities import SEED
from registration.seed.source import Node, Source

# Whom the file entitles to how much, in words: nothing of it is ever counted.
WHO = {
    "employee": Bilingual(fr="la personne employée ou gestionnaire", en="the employee or manager"),
    "spouse": Bilingual(fr="la personne conjointe", en="the spouse"),
    "each_child": Bilingual(fr="chaque enfant", en="each child"),
}
UNITS = {"hour": Bilingual(fr="heures", en="hours"), "session": Bilingual(fr="rencontres", en="sessions")}
AND = {"fr": " et ", "en": " and "}
FOR = {"fr": "pour", "en": "for"}


def load(session: Session, source: Source, now: datetime) -> dict[str, int]:
    """Write the plans that are not there yet; one that is there is its authors'."""
    new = 0
    for node in source.list("activities"):
        own = source.of_activity(node["id"])
        activity_id = source.id("activity", node["id"])
        if "coverage" in node and plan_of(session, activity_id) is None:
            write_plan(session, activity_id, terms(own, node), SEED, now, source.id("plan", node["id"]))
            new += 1
    return {"plans": new}


def terms(source: Source, node: Node) -> PlanTerms:
    coverage, provider = node["coverage"], node["provider"]
    mode = PlanMode(coverage["mode"])
    return PlanTerms(
        provider_name=provider["name"],
        provider_email=provider["email"],
        provider_phone=provider["phone"],
        entitlement=Bilingual(fr=_entitlement(node, "fr"), en=_entitlement(node, "en")),
        mode=mode,
        starts=source.day(coverage["starts"]),
        ends=source.day(coverage["ends"]) if mode is PlanMode.FIXED_PERIOD else None,
    )


def _entitlement(node: Node, lang: str) -> str:
    """« 5 heures pour la personne employée, 5 heures pour la personne conjointe et 5 heures pour chaque enfant »."""
    parts = [
        f"{one['quantity']}\u00a0{UNITS[one['unit']].in_(lang)} {FOR[lang]} {WHO[one['beneficiary']].in_(lang)}"
        for one in node["entitlements"]
    ]
    *before, last = parts
    return (AND[lang].join([", ".join(before), last]) if before else last) + "."
