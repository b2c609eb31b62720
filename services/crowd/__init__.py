"""A crowd for measurements: the same registrations at every run, as plain values that each service writes down its way.

Everything follows from a registration's number, so registration and billing agree without knowing each other.
Names are invented, addresses are under example.org.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kit.contracts.texts import READ_ALOUD

KEY = "charge"
SLUG_FR, SLUG_EN = "activite-de-charge", "load-activity"
TITLE_FR, TITLE_EN = "Activité de charge", "Load activity"
SUMMARY_FR, SUMMARY_EN = "Une activité fictive pour les mesures.", "A fictional activity for measurements."
ZONE = "America/Toronto"
PLACE = "Salle fictive des Deux-Rives"
STARTS = datetime(2029, 6, 13, 21, 0, tzinfo=UTC)
ENDS = datetime(2029, 6, 14, 0, 0, tzinfo=UTC)
CAPACITY = 2_000_000
PRODUCT, PRICE, GL_ACCOUNT, UNIT_AMOUNT = "place", "place-n", "4110", 6500
LABEL_FR, LABEL_EN = "Place", "Place"
QUESTION = "repas"
QUESTION_FR, QUESTION_EN = "Choix de repas", "Meal choice"
MEALS = (("boeuf", "Bœuf", "Beef"), ("saumon", "Saumon", "Salmon"), ("vege", "Végétarien", "Vegetarian"))
# Documents of the crowd have a series of their own: the association's numbers stay its own.
SERIES = "CHARGE"
# One registration a minute from here on; all of them within one year.
FIRST = datetime(2026, 1, 5, 14, 0, tzinfo=UTC)
STEP = timedelta(minutes=1)
MOST = 400_000

FIRST_NAMES = (
    "Maude", "Étienne", "Ève-Marie", "Noël", "Zoé", "François", "Chloé", "Anaïs", "Jean-Noël", "Loïc", "Sarah",
    "Benoît", "Geneviève", "Hélène", "Raphaël", "Océane", "Maëlle", "Gaétan", "Noémie", "Cédric", "Rosalie", "Joëlle",
    "Félix", "André", "Léa", "Dominique", "Camille", "Céleste", "Aimé", "Mégane", "Frédérique",
)  # fmt: skip
LAST_NAMES = (
    "Rivebelle", "Grandcap", "Pointedoré", "Hautegrève", "O’Brume", "L’Ansedouce", "Saint-Fjord", "Boisneige",
    "Cœurdepin", "Longvent", "Northwood", "Sautclair", "Vertmont", "Pinargent", "Hiverneau", "Lagrève", "Montbleu",
    "Feuillard", "Quaiperdu", "Roquebrune", "Embâcle", "Belourson", "Minuitclair", "Doucerive", "Épinettenoire",
    "Cendrebois", "Portage-Long", "Détourbière", "Lunarbre",
)  # fmt: skip
KINDS = (
    "registration",
    "line",
    "attendee",
    "answer",
    "history",
    "order_line",
    "invoice",
    "payment",
    "posting",
    "entry",
)


@dataclass(frozen=True)
class Person:
    first: str
    last: str
    email: str
    meal: str


@dataclass(frozen=True)
class Signup:
    """One registration of the crowd. `paid_by` is empty while its invoice waits."""

    n: int
    at: datetime
    code: str
    lang: str
    company: str
    people: tuple[Person, ...]
    method: str
    paid_by: str

    @property
    def id(self) -> uuid.UUID:
        return row_id("registration", self.n)

    @property
    def contact(self) -> Person:
        return self.people[0]

    @property
    def paid_at(self) -> datetime:
        """At once by card, a month later by cheque."""
        return self.at + (timedelta(minutes=2) if self.paid_by == "card" else timedelta(days=30))


def signups(start: int, stop: int) -> Iterator[Signup]:
    """The registrations numbered from `start` up to `stop`."""
    if stop > MOST:
        raise ValueError(f"a crowd has at most {MOST} registrations: they are all of one year")
    return map(_signup, range(start, stop))


def row_id(kind: str, n: int, part: int = 0) -> uuid.UUID:
    """A UUIDv7 that follows from what it names: in order of time, as in production, and the same at every run."""
    moment = int((FIRST + n * STEP).timestamp() * 1000)
    return uuid.UUID(int=moment << 80 | 7 << 76 | KINDS.index(kind) << 64 | 2 << 62 | part << 48 | n)


def invoice_number(n: int) -> str:
    return f"{SERIES}-{FIRST.year}-{n + 1:05d}"


def _signup(n: int) -> Signup:
    # Multipliers without a common factor spread the numbers; no generator has a state to keep.
    count = 1 + n * 7 % 4
    method = "card" if n % 5 < 2 else "invoice"
    return Signup(
        n=n,
        at=FIRST + n * STEP,
        code="Z" + "".join(READ_ALOUD[n // 32**power % 32] for power in range(6, -1, -1)),
        lang="en" if n % 9 == 0 else "fr",
        company=f"Entreprise fictive {n * 31 % 2003} inc.",
        people=tuple(_person(n, place) for place in range(count)),
        method=method,
        paid_by="card" if method == "card" else "cheque" if n % 3 else "",
    )


def _person(n: int, place: int) -> Person:
    first = FIRST_NAMES[(n * 13 + place * 5) % len(FIRST_NAMES)]
    last = LAST_NAMES[(n * 17 + place * 11) % len(LAST_NAMES)]
    return Person(first, last, f"personne-{n}-{place}@charge.example.org", MEALS[(n + place) % len(MEALS)][0])
