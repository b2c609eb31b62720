"""What an activity tells of itself, as pure frozen things: where, when, under which rules, at which doors.

Times are UTC. What `as_json` answers is the JSON of the activity's row and of the API.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from kit.clock import from_wall
from kit.contracts import Bilingual
from registration.catalog.covers.rules import CoverPicture
from registration.catalog.partners.rules import Partner
from registration.catalog.rules import ActivityStatus, Sale

# A count, a percentage, a name, a list of names; days and moments are ISO texts (in UTC), told by their names.
NoteValue = str | int | float | list[str]
# The kind of activity that covers people, who do not come: its registrations bring nobody.
COVERING = "benefit_enrolment"
# The end of a day, as people write it.
END_OF_DAY = time(23, 59)
NOTE_DAYS = {"day", "from", "to"}
NOTE_MOMENTS = {"until", "departs", "arrives"}


@dataclass(frozen=True)
class Venue:
    """Where it happens: what is known of it. `stops` are where a coach is boarded."""

    name: str = ""
    address: str = ""
    city: str = ""
    postal_code: str = ""
    online: bool = False
    stops: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        return cls(**{**data, "stops": tuple(data.get("stops", ()))})

    def as_json(self) -> dict[str, Any]:
        """What is not known is left out."""
        words = {"name": self.name, "address": self.address, "city": self.city, "postal_code": self.postal_code}
        known: dict[str, Any] = {key: text for key, text in words.items() if text}
        known |= {"online": True} if self.online else {}
        return known | ({"stops": list(self.stops)} if self.stops else {})


@dataclass(frozen=True)
class AgendaItem:
    """What happens at one moment."""

    at: datetime
    text: Bilingual

    @classmethod
    def of(cls, data: Mapping[str, str]) -> Self:
        return cls(datetime.fromisoformat(data["at"]), Bilingual(fr=data["fr"], en=data.get("en", "")))

    def as_json(self) -> dict[str, str]:
        return {"at": self.at.isoformat(), "fr": self.text.fr, "en": self.text.en}


@dataclass(frozen=True)
class Note:
    """Something more the page tells, by its kind: a text of its own, labels, or values for a sentence of the page."""

    kind: str
    text: Bilingual | None
    labels: tuple[Bilingual, ...]
    values: Mapping[str, NoteValue]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        text = Bilingual(fr=data["fr"], en=data.get("en", "")) if "fr" in data else None
        labels = tuple(Bilingual(**label) for label in data.get("labels", ()))
        named = {"kind", "fr", "en", "labels"}
        return cls(data["kind"], text, labels, {key: value for key, value in data.items() if key not in named})

    def as_json(self) -> dict[str, Any]:
        text = self.text.model_dump() if self.text else {}
        labels = {"labels": [label.model_dump() for label in self.labels]} if self.labels else {}
        return {"kind": self.kind, **text, **labels, **self.values}


@dataclass(frozen=True)
class CancellationStep:
    """Until when (None: always) which part of the price is kept, in percent. After the last step all of it is."""

    until: datetime | None
    keep_percent: int

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        until = data["until"]
        return cls(datetime.fromisoformat(until) if until else None, int(data["keep_percent"]))

    def as_json(self) -> dict[str, Any]:
        return {"until": self.until.isoformat() if self.until else None, "keep_percent": self.keep_percent}


def last_moment(wall: datetime | None, zone: str) -> datetime | None:
    """The last moment of a deadline in UTC. The end of a day is written 23:59, which includes that minute."""
    if wall is None:
        return None
    whole = timedelta(seconds=59) if is_end_of_day(wall) else timedelta()
    return from_wall(wall, zone) + whole


def is_end_of_day(wall: datetime) -> bool:
    """Whether a deadline on the wall clock is the end of its day, which people write 23:59."""
    return (wall.hour, wall.minute) == (END_OF_DAY.hour, END_OF_DAY.minute)


def keep_percent(steps: Sequence[CancellationStep], now: datetime) -> int:
    """The part the activity's rule keeps when cancelling now: 0 (full refund) to 100 (none), domain.md J3."""
    for step in steps:
        if step.until is None or now <= step.until:
            return step.keep_percent
    return 100


@dataclass(frozen=True)
class Point:
    """A check-in point. `serves` is the key of the resource whose seats are taken there; empty: nothing is counted."""

    key: str
    serves: str = ""

    @classmethod
    def of(cls, data: str | Mapping[str, str]) -> Self:
        """From `{"key", "serves"}`, or from a key alone."""
        return cls(data) if isinstance(data, str) else cls(data["key"], data.get("serves", ""))

    def as_json(self) -> str | dict[str, str]:
        return {"key": self.key, "serves": self.serves} if self.serves else self.key


@dataclass(frozen=True)
class ActivityOffer:
    """An activity as it is offered. `version` rises with every change of it, of its products, questions and so on;
    `moved_at` is when it was postponed last."""

    id: uuid.UUID
    key: str
    kind: str
    series_id: uuid.UUID | None
    slug: Bilingual
    title: Bilingual
    summary: Bilingual
    timezone: str
    starts_at: datetime | None
    sale: Sale
    names_due_at: datetime | None
    members_only: bool
    place: Venue
    agenda: tuple[AgendaItem, ...]
    notes: tuple[Note, ...]
    methods: tuple[str, ...]
    cancellation: tuple[CancellationStep, ...]
    points: tuple[Point, ...]
    confirm_above: int
    company_places: int
    cover: CoverPicture | None
    version: int
    moved_at: datetime | None = None
    calendar_sequence: int = 0
    partners: tuple[Partner, ...] = ()
    min_people: int | None = None
    decides_on: date | None = None

    @property
    def status(self) -> ActivityStatus:
        return self.sale.status

    @property
    def ends_at(self) -> datetime | None:
        return self.sale.ends_at

    @property
    def covers_people(self) -> bool:
        """Whether what is bought covers people (an assistance plan): nobody comes, has a ticket, or is one place."""
        return self.kind == COVERING

    @property
    def waits_for_date(self) -> bool:
        """Postponed, and nobody knows until when: the date it had says nothing any more."""
        return self.status is ActivityStatus.POSTPONED

    @property
    def known_starts_at(self) -> datetime | None:
        return None if self.waits_for_date else self.starts_at

    @property
    def known_ends_at(self) -> datetime | None:
        return None if self.waits_for_date else self.ends_at


@dataclass(frozen=True)
class SessionOffer:
    """One dated occurrence, on the wall clock of the activity's zone; `starts_at` and `ends_at` are the same in UTC."""

    id: uuid.UUID
    number: int
    title: Bilingual
    day: date
    starts: time
    ends: time
    starts_at: datetime
    ends_at: datetime
    minutes: int = 0
