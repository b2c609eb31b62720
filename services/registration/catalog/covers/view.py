"""A cover as pages and letters show it: a picture, or the drawing with the day on it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date

from kit import text
from kit.clock import local
from kit.contracts import Association
from registration.catalog.covers.rules import CoverPicture, Grid, Part, tiles
from registration.catalog.offers.rules_activity import ActivityOffer
from registration.catalog.rules import ActivityStatus

PAGE, FULL, THUMB = Grid(4, 4, 320, 80), Grid(8, 4, 0, 80), Grid(3, 1, 0, 107)


@dataclass(frozen=True)
class CoverDay:
    """The day on a drawing: `mercredi, 17 h`, `17`, `mars 2027`, and the month alone, short; empty without a date."""

    hour: str = ""
    day: str = ""
    month: str = ""
    month_short: str = ""


@dataclass(frozen=True)
class DrawnCover:
    """The drawing of a page (640 × 320) and that of a list (320 × 320)."""

    day: CoverDay
    page: tuple[Part, ...]
    thumb: tuple[Part, ...]


@dataclass(frozen=True)
class CoverShown:
    """The cover of an activity in one language: its `picture`, or what is `drawn`. `alt` says what it shows; `path` is
    where pictures of it are made (`…shared.png`, `…strip.png`), `version` changes with what is drawn."""

    picture: CoverPicture | None
    drawn: DrawnCover
    alt: str
    path: str
    version: str

    @property
    def shared(self) -> str:
        """The path of the picture that goes with a shared link, 1200 × 630."""
        return self.picture.shared if self.picture else f"{self.path}shared.png?v={self.version}"


def cover_of(activity: ActivityOffer, association: Association, lang: str) -> CoverShown:
    title = activity.title.in_(lang)
    day = cover_day(activity, lang)
    drawn = DrawnCover(day, tiles(title, PAGE if day.day else FULL), tiles(title, THUMB, "list"))
    seed = "|".join((title, association.accent, association.name, day.hour, day.day, day.month))
    version = hashlib.sha256(seed.encode()).hexdigest()[:12]
    alt = activity.cover.alt.in_(lang) if activity.cover else title
    return CoverShown(activity.cover, drawn, alt, f"/covers/{activity.id}/{lang}-", version)


def cover_day(activity: ActivityOffer, lang: str) -> CoverDay:
    """Nothing for an activity without a date, or one whose new date is not known."""
    if activity.starts_at is None or activity.status is ActivityStatus.POSTPONED:
        return CoverDay()
    return _day(local(activity.starts_at, activity.timezone), lang)


def _day(wall: datetime, lang: str) -> CoverDay:
    day = "1er" if lang == "fr" and wall.day == 1 else str(wall.day)
    weekday, month = format_date(wall, "EEEE", locale=lang), format_date(wall, "LLLL y", locale=lang)
    return CoverDay(f"{weekday}, {text.hour(wall.time(), lang)}", day, month, format_date(wall, "LLL", locale=lang))
