"""The list of activities: what comes, what is past, what of it waits for somebody, and what it may be narrowed by."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import QueryableAttribute, load_only
from sqlmodel import Session, select

from kit.contracts import Bilingual
from kit.sql import column, table
from kit.text import fold, sort_key
from registration.catalog.levels.rules import is_spot
from registration.catalog.models import Activity, Price, Product, Resource, Series
from registration.catalog.sections.rules_taxes import TO_CONFIRM
from registration.changes.rules import may_change_until
from registration.office.activities.queries import activity_row, tallies
from registration.office.activities.schemas import ActivityFilter, ActivityRow, ResourceFill, Tally, Todo

# How long before their deadline names that are missing become a task.
SOON = timedelta(days=7)
STATUS = "status"
# What of an activity its row in the list says.
LISTED = (
    Activity.key,
    Activity.kind,
    Activity.status,
    Activity.series_id,
    Activity.slug_fr,
    Activity.slug_en,
    Activity.title_fr,
    Activity.title_en,
    Activity.summary_en,
    Activity.timezone,
    Activity.starts_at,
    Activity.ends_at,
    Activity.sale_opens_at,
    Activity.sale_closes_at,
    Activity.names_due_at,
    Activity.signup_open,
    Activity.place,
    Activity.publish_at,
)
# States in which nothing is to be done any more, and those in which nobody reads the page yet.
OVER, UNSEEN = ("cancelled", "past"), ("draft", "scheduled")


@dataclass(frozen=True)
class ActivityList:
    """Rows of the list; `todo` is how many activities to come wait for somebody
    (None: the list is of the past); the others are what rows may be narrowed by."""

    rows: Sequence[ActivityRow]
    todo: int | None
    states: Sequence[str]
    kinds: Sequence[str]
    cities: Sequence[str]
    series: Sequence[tuple[str, Bilingual]]


def activities(session: Session, now: datetime, *, past: bool) -> list[ActivityRow]:
    """Activities to come, soonest first, or those that ended, latest first, in three statements."""
    return [row for _, row in _read(session, now, past)]


def activity_list(session: Session, now: datetime, narrowed: ActivityFilter) -> ActivityList:
    """The list, in five statements however long it is."""
    past = narrowed.past and not narrowed.todo
    read = _read(session, now, past)
    undecided, series = _undecided(session, [row.id for _, row in read]), _series(session)
    rows = []
    for activity, row in read:
        of = series.get(activity.series_id) if activity.series_id else None
        more = {"series": of.key if of else "", "todo": todo_of(row, activity, undecided, now)}
        rows.append(row.model_copy(update=more))
    used = {row.series for row in rows}
    return ActivityList(
        rows=_sorted([row for row in rows if _fits(row, narrowed)], narrowed.sort),
        todo=None if past else sum(bool(row.todo) for row in rows),
        states=_distinct(row.state for row in rows),
        kinds=_distinct(row.kind for row in rows),
        cities=sorted(_distinct(row.city for row in rows), key=sort_key),
        series=sorted(((one.key, one.title) for one in series.values() if one.key in used), key=lambda one: one[1].fr),
    )


def _read(session: Session, now: datetime, past: bool) -> list[tuple[Activity, ActivityRow]]:
    ended, over = column(Activity.ends_at), column(Activity.ends_at) < now
    wanted = select(Activity).where(over if past else sa.or_(ended.is_(None), sa.not_(over)))
    # What only its own pages tell is not read.
    found = list(
        session.exec(wanted.options(load_only(*(cast("QueryableAttribute[object]", one) for one in LISTED)))).all()
    )
    found.sort(key=lambda row: (row.starts_at is None, row.starts_at, row.title_fr), reverse=past)
    fills = _fills(session, [row.id for row in found])
    counts = tallies(session)
    return [
        (row, activity_row(row, fills[row.id], counts.get(row.id, Tally()), now, bool(row.publish_at))) for row in found
    ]


def _fills(session: Session, activities: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[ResourceFill]]:
    """What there is so much of, for each of these activities."""
    query = sa.select(table(Resource)).where(column(Resource.activity_id).in_(activities))
    fills: dict[uuid.UUID, list[ResourceFill]] = {id_: [] for id_ in activities}
    for row in session.execute(query.order_by(column(Resource.key))):
        resource = cast(Resource, row)
        if not is_spot(resource.key):
            fills[resource.activity_id].append(_fill(resource))
    return fills


def _fill(row: Resource) -> ResourceFill:
    return ResourceFill(
        key=row.key,
        label_fr=row.label_fr,
        label_en=row.label_en,
        taken=row.taken,
        reserved=row.reserved,
        capacity=row.capacity,
    )


def _series(session: Session) -> dict[uuid.UUID, Series]:
    return {one.id: one for one in session.exec(select(Series))}


def names_due_soon(row: ActivityRow, now: datetime) -> datetime | None:
    """Until when its people can be named, where that is near or past; None where there is time, or no such moment."""
    until = may_change_until(row.names_due_at, row.starts_at)
    return until if until and until <= now + SOON else None


def todo_of(row: ActivityRow, activity: Activity, undecided: set[uuid.UUID], now: datetime) -> list[Todo]:
    """What waits for somebody: names near their deadline or late, English that visitors do not find, a price whose
    taxes nobody has decided (`domain.md` T10)."""
    if row.state in OVER:
        return []
    todo: list[Todo] = []
    if row.tally.unnamed and names_due_soon(row, now):
        todo.append("names")
    if row.state not in UNSEEN and not (activity.title_en and activity.summary_en):
        todo.append("english")
    if row.id in undecided:
        todo.append("taxes")
    return todo


def _undecided(session: Session, activities: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Activities with a price whose tax class is still to be confirmed."""
    mine = sa.select(column(Product.activity_id)).join(table(Price), column(Price.product_id) == column(Product.id))
    waits = column(Price.tax_review)[STATUS].as_string() == TO_CONFIRM
    return set(session.execute(mine.where(column(Product.activity_id).in_(activities), waits).distinct()).scalars())


def _fits(row: ActivityRow, narrowed: ActivityFilter) -> bool:
    """Whether the list shows this row."""
    words = fold(narrowed.q).split()
    asked = (
        (narrowed.state, row.state),
        (narrowed.kind, row.kind),
        (narrowed.city, row.city),
        (narrowed.series, row.series),
    )
    return (
        all(word in fold(f"{row.title_fr} {row.title_en} {row.key}") for word in words)
        and all(wanted in ("", is_) for wanted, is_ in asked)
        and bool(row.todo or not narrowed.todo)
    )


def _distinct(values: Iterable[str]) -> list[str]:
    return [value for value in dict.fromkeys(values) if value]


def _sorted(rows: list[ActivityRow], by: str) -> list[ActivityRow]:
    """Titles from A, figures from the greatest; what is equal stays by date."""
    if by == "title":
        return sorted(rows, key=lambda row: sort_key(row.title_fr))
    if by == "filled":
        return sorted(rows, key=lambda row: -row.filled)
    return rows if by == "date" else sorted(rows, key=lambda row: -getattr(row.tally, by))
