"""Sponsor levels: what a sponsorship owes beside its price, as pure frozen things.

A level is a product. It `includes` units of other products (a foursome, two dinners), which come with it at nothing; it
promises `benefits`; and it may be sold by `spots`, each of them once: the eighteen holes of a course.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Self

from kit.contracts import Bilingual

# A spot is counted as a resource of one unit, so that the database sells it once. No author can write such a key.
SPOT = ":"


def is_spot(resource_key: str) -> bool:
    """Whether a resource is a spot of a level, and not something that its author counts."""
    return SPOT in resource_key


def spot_key(product_key: str, number: int) -> str:
    """Key of the resource that counts the spot of a level, by its number from 1."""
    return f"{product_key}{SPOT}{number}"


def _label(data: Mapping[str, Any]) -> Bilingual:
    """What something is called, beside whatever else is said of it."""
    return Bilingual(fr=data.get("fr", ""), en=data.get("en", ""))


@dataclass(frozen=True)
class Spot:
    """One place that a sponsor chooses; `key` is its resource's."""

    key: str
    label: Bilingual

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        return cls(data.get("key", ""), _label(data))

    def as_json(self) -> dict[str, str]:
        return {"key": self.key, "fr": self.label.fr, "en": self.label.en}


@dataclass(frozen=True)
class Promise:
    """A benefit that each sponsorship of a level is owed, so many weeks before the activity; None: by its day."""

    label: Bilingual
    weeks_before: int | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        return cls(_label(data), data.get("weeks_before"))

    def as_json(self) -> dict[str, Any]:
        weeks = {} if self.weeks_before is None else {"weeks_before": self.weeks_before}
        return {"fr": self.label.fr, "en": self.label.en, **weeks}

    def due_on(self, day: date | None) -> date | None:
        """The last day it is owed by, for an activity of that day; None when the activity has none."""
        return day - timedelta(weeks=self.weeks_before or 0) if day else None


@dataclass(frozen=True)
class Level:
    """What a sponsorship is made of; `NO_LEVEL` for a product that is none."""

    is_level: bool = False
    includes: Mapping[str, int] = field(default_factory=dict)
    benefits: tuple[Promise, ...] = ()
    spots: tuple[Spot, ...] = ()

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """From `{}` (no level), or what `as_json` answers."""
        if not data:
            return cls()
        benefits = tuple(Promise.of(one) for one in data.get("benefits", ()))
        spots = tuple(Spot.of(one) for one in data.get("spots", ()))
        return cls(True, dict(data.get("includes", {})), benefits, spots)

    def as_json(self) -> dict[str, Any]:
        if not self.is_level:
            return {}
        return {
            "includes": dict(self.includes),
            "benefits": [one.as_json() for one in self.benefits],
            "spots": [one.as_json() for one in self.spots],
        }

    def spot(self, key: str) -> Spot | None:
        return next((one for one in self.spots if one.key == key), None)


NO_LEVEL = Level()


def numbered_spots(product_key: str, labels: Sequence[Bilingual]) -> tuple[Spot, ...]:
    """Spots in order, each counted by a resource of its own."""
    return tuple(Spot(spot_key(product_key, number), label) for number, label in enumerate(labels, start=1))
