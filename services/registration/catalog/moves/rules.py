"""An activity that is moved: what of its dates goes along. Postponing is not copying: what is past stays where it was.

Hours are on the wall clock of the activity's zone, so that 9:00 stays 9:00 when clocks change in between.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from kit.errors import InvalidInput, Refusal
from registration.catalog.rules import ActivityStatus
from registration.catalog.sections.rules import Draft, span
from registration.catalog.sections.schemas import (
    AgendaLine,
    Dates,
    PlaceText,
    RefundStep,
    SessionDates,
    Shape,
)
from registration.catalog.sections.schemas_times import Wall


class NotShown(Refusal):
    """Nobody knows of a draft: its dates are changed in the editor."""


class AlreadyCancelled(Refusal):
    """A cancelled activity is neither moved nor cancelled again."""


class ChangedSince(Refusal):
    """The activity was changed since it was looked at."""


class Stand(Shape):
    """How an activity stands, as far as moving it changes anything: enough to put it back."""

    status: ActivityStatus
    moved_at: datetime | None = None
    place: PlaceText
    dates: Dates
    steps: tuple[RefundStep, ...]
    until: dict[str, Wall | None]

    @property
    def starts(self) -> datetime | None:
        return span(self.dates)[0]


@dataclass(frozen=True)
class Move:
    """To when, on the wall clock (None: the new date is not known yet), and whether the opening of the sale and the
    early birds go along."""

    starts: datetime | None
    sale_opens: bool = False
    early_bird: bool = False


@dataclass(frozen=True)
class _Shift:
    """The activity itself moves `by` so much; what is linked to its date by as many whole `days`. What was past
    `since` then stays."""

    by: timedelta
    days: timedelta
    since: datetime

    def own(self, wall: datetime) -> datetime:
        return wall + self.by if wall > self.since else wall

    def linked(self, wall: datetime | None) -> datetime | None:
        return wall + self.days if wall and wall > self.since else wall

    def linked_day(self, day: date | None) -> date | None:
        return day + self.days if day and day >= self.since.date() else day


def stand_of(draft: Draft, status: ActivityStatus, moved_at: datetime | None) -> Stand:
    """How it stands now."""
    prices = [price for product in draft.prices.products for price in product.prices]
    return Stand(
        status=status,
        moved_at=moved_at,
        place=draft.essentials.place,
        dates=draft.dates,
        steps=draft.terms.cancellation,
        until={price.key: price.until for price in prices},
    )


def postponed(stand: Stand, move: Move, now: datetime, since: datetime) -> Stand:
    """The activity at its new date, or with none yet. `now` and `since` are on the wall clock; `since` is when it was
    postponed, for one that waits for its date. Raises InvalidInput for a day that is past, or when nothing of it is
    still to come."""
    if move.starts is None:
        return stand.model_copy(update={"status": ActivityStatus.POSTPONED})
    if move.starts <= now:
        raise InvalidInput({"day": "problem.day_past"})
    first = next_start(stand.dates, since)
    if first is None:
        raise InvalidInput({"day": "problem.nothing_to_come"})
    if move.starts == first and stand.status is ActivityStatus.PUBLISHED:
        raise InvalidInput({"day": "problem.same_day"})
    shift = _Shift(move.starts - first, timedelta(days=(move.starts.date() - first.date()).days), since)
    return _moved(stand, move, shift)


def _moved(stand: Stand, move: Move, shift: _Shift) -> Stand:
    """The activity with its dates shifted. Raises InvalidInput when one of them goes along to a year that nobody may
    write."""
    try:
        return Stand(
            status=ActivityStatus.PUBLISHED,
            moved_at=stand.moved_at,
            place=stand.place,
            dates=Dates.model_validate(_dates(stand.dates, shift, move.sale_opens).model_dump()),
            steps=_steps(stand.steps, shift),
            until=_until(stand.until, shift) if move.early_bird else stand.until,
        )
    except ValueError as error:
        raise InvalidInput({"day": "problem.day_far"}) from error


def next_start(dates: Dates, since: datetime) -> datetime | None:
    """When the first thing that is still to come begins; None when there is none."""
    starts = [session.span[0] for session in dates.sessions] or ([dates.starts] if dates.starts else [])
    return min((start for start in starts if start > since), default=None)


def _dates(dates: Dates, shift: _Shift, sale_opens: bool) -> Dates:
    return dates.model_copy(
        update={
            "starts": shift.own(dates.starts) if dates.starts else None,
            "ends": shift.own(dates.ends) if dates.ends else None,
            "sale_opens": shift.linked(dates.sale_opens) if sale_opens else dates.sale_opens,
            "sale_closes": shift.linked(dates.sale_closes),
            "names_due": shift.linked(dates.names_due),
            "decides_on": shift.linked_day(dates.decides_on),
            "agenda": tuple(AgendaLine(at=shift.own(line.at), text=line.text) for line in dates.agenda),
            "sessions": tuple(_session(session, shift) for session in dates.sessions),
        }
    )


def _session(session: SessionDates, shift: _Shift) -> SessionDates:
    starts, ends = session.span
    if starts <= shift.since:
        return session
    starts, ends = starts + shift.by, ends + shift.by
    ends_day = ends.date() if ends.date() != starts.date() else None
    hours = {"day": starts.date(), "starts": starts.time(), "ends_day": ends_day, "ends": ends.time()}
    return session.model_copy(update=hours)


def _steps(steps: tuple[RefundStep, ...], shift: _Shift) -> tuple[RefundStep, ...]:
    """Until when one gets how much back. Nobody who is registered gets less: an earlier date leaves them alone."""
    if shift.by < timedelta():
        return steps
    return tuple(RefundStep(until=shift.linked(step.until), keep_percent=step.keep_percent) for step in steps)


def _until(until: Mapping[str, datetime | None], shift: _Shift) -> dict[str, datetime | None]:
    return {key: shift.linked(wall) for key, wall in until.items()}


def cancelled(stand: Stand) -> Stand:
    """It does not take place."""
    return stand.model_copy(update={"status": ActivityStatus.CANCELLED})


def online(stand: Stand) -> Stand:
    """It takes place where everybody is: its place is cleared."""
    return stand.model_copy(update={"place": PlaceText(online=True)})


def as_moved(draft: Draft, stand: Stand) -> Draft:
    """The activity as an author will see it then."""
    return replace(
        draft,
        dates=stand.dates,
        essentials=draft.essentials.model_copy(update={"place": stand.place}),
        terms=draft.terms.model_copy(update={"cancellation": stand.steps}),
    )
