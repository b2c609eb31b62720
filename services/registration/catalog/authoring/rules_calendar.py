"""What is worth a look about dates: holidays of Québec, construction weeks, weekdays that changed. Never forbidden."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.easter import easter

from registration.catalog.sections.rules import Draft, span

DAY = timedelta(days=1)
# Days that members of an association must have been told of their assembly before (domain.md L6 leaves it to by-laws).
NOTICE_DAYS = 10


@dataclass(frozen=True)
class Neighbour:
    """Another activity of ours, by its French title, and the day it begins."""

    title: str
    day: date


@dataclass(frozen=True)
class DateWarning:
    """Something to look at about dates: `what` says it, `day` when, `name` what or who."""

    what: str
    day: date | None = None
    name: str = ""


def holiday(day: date) -> str:
    """The key of a Québec holiday on this day; empty when it is none."""
    return holidays(day.year).get(day, "")


def holidays(year: int) -> dict[date, str]:
    """The holidays of Québec (Loi sur les normes du travail, art. 60; Loi sur la fête nationale). An employer chooses
    Good Friday or Easter Monday: both count here."""
    may25, labour = date(year, 5, 25), date(year, 9, 1)
    return {
        date(year, 1, 1): "new_year",
        easter(year) - 2 * DAY: "good_friday",
        easter(year) + DAY: "easter_monday",
        may25 - (may25.weekday() or 7) * DAY: "patriotes",
        date(year, 6, 24): "national",
        date(year, 7, 1): "canada",
        labour + (-labour.weekday() % 7) * DAY: "labour",
        _monday_of(date(year, 10, 1), 2): "thanksgiving",
        date(year, 12, 25): "christmas",
    }


def _monday_of(first: date, number: int) -> date:
    """The so-manieth Monday of the month that begins on this day."""
    return first + (-first.weekday() % 7 + 7 * (number - 1)) * DAY


def construction_weeks(year: int) -> tuple[date, date]:
    """The two last full weeks of July, Sunday to Saturday, when building sites and many firms are closed."""
    last = date(year, 7, 31)
    ends = last - ((last.weekday() - 5) % 7) * DAY
    return ends - 13 * DAY, ends


def warnings(draft: Draft, now: datetime, copied_from: Draft | None, others: Sequence[Neighbour]) -> list[DateWarning]:
    """Everything about the dates of an activity that its author may want to look at. `now` is on the wall clock."""
    first, _last = span(draft.dates)
    if first is None:
        return []
    days = [first.date(), *(session.day for session in draft.dates.sessions)]
    found = [warned for day in dict.fromkeys(days) for warned in _of_day(day)]
    found += _weekday(first.date(), copied_from)
    found += _past(draft, now)
    if draft.kind == "agm" and first - now < timedelta(days=NOTICE_DAYS):
        found.append(DateWarning("short_notice", first.date()))
    return [*found, *_near(first.date(), others)]


def _of_day(day: date) -> Iterator[DateWarning]:
    if name := holiday(day):
        yield DateWarning("holiday", day, name)
    begins, ends = construction_weeks(day.year)
    if begins <= day <= ends:
        yield DateWarning("construction", day)


def _weekday(day: date, copied_from: Draft | None) -> Iterator[DateWarning]:
    before, _last = span(copied_from.dates) if copied_from else (None, None)
    if before and before.weekday() != day.weekday():
        yield DateWarning("weekday", before.date())


def _past(draft: Draft, now: datetime) -> Iterator[DateWarning]:
    dates = draft.dates
    linked = {
        "sale_closes": dates.sale_closes,
        "names_due": dates.names_due,
        "decides_on": datetime.combine(dates.decides_on, time.max) if dates.decides_on else None,
        "starts": span(dates)[0],
    }
    yield from (DateWarning(f"past_{name}", wall.date()) for name, wall in linked.items() if wall and wall < now)


def _near(day: date, others: Sequence[Neighbour]) -> Iterator[DateWarning]:
    monday = day - day.weekday() * DAY
    for other in others:
        if other.day == day:
            yield DateWarning("same_day", other.day, other.title)
        elif monday <= other.day < monday + 7 * DAY:
            yield DateWarning("same_week", other.day, other.title)


def moves_calendars(before: Draft, after: Draft) -> bool:
    """Whether an activity is elsewhere, at other hours, or under another title than calendars hold it."""
    return _entry(before) != _entry(after)


def _entry(draft: Draft) -> tuple[object, ...]:
    place, dates = draft.essentials.place, draft.dates
    where = (place.name, place.address, place.city, place.postal_code, place.online)
    sessions = tuple((one.number, one.title, one.span) for one in dates.sessions)
    return (draft.essentials.title, where, span(dates), sessions)
