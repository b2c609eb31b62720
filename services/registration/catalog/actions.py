"""The one door to the catalogue: whatever changes it is written here, and raises the version of its activity.

Two columns only move elsewhere, with the registrations that do it: what is taken of a resource, what is used of a code.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

from kit.errors import NotFound
from kit.sql import column, insert_once, table
from registration.catalog.codes.models import Code
from registration.catalog.models import (
    Activity,
    ActivitySession,
    Price,
    Product,
    Question,
    Resource,
    Seeded,
    Series,
)

# What belongs to one activity, as its row says.
Part = ActivitySession | Resource | Product | Question | Code


@dataclass(frozen=True)
class Catalogue:
    """Rows that belong together, table by table, in the order they can be written."""

    series: Sequence[Series] = ()
    activities: Sequence[Activity] = ()
    sessions: Sequence[ActivitySession] = ()
    resources: Sequence[Resource] = ()
    products: Sequence[Product] = ()
    prices: Sequence[Price] = ()
    questions: Sequence[Question] = ()
    codes: Sequence[Code] = ()


def changed(session: Session, activity_id: uuid.UUID) -> int:
    """The activity, or something of it, is no longer as it was: its new version. Raises NotFound.

    Pages that remember it read it anew, and calendars take the event again.
    """
    version = column(Activity.version)
    raised = sa.update(table(Activity)).where(column(Activity.id) == activity_id).values({version: version + 1})
    row = session.execute(raised.returning(version)).first()
    if row is None:
        raise NotFound()
    return int(row.version)


def add_missing(session: Session, catalogue: Catalogue) -> dict[str, int]:
    """Write the rows that are not there yet (by their ids); how many of each table were new.

    An activity that was there before and gains something is `changed`.
    """
    before = _standing(session, [activity.id for activity in catalogue.activities])
    activity_of = {product.id: product.activity_id for product in catalogue.products}
    counts = {
        "series": len(_add(session, catalogue.series)),
        "activities": len(_add(session, catalogue.activities)),
    }
    gaining: set[uuid.UUID] = set()
    parts: dict[str, Sequence[Part]] = {
        "sessions": catalogue.sessions,
        "resources": catalogue.resources,
        "products": catalogue.products,
        "questions": catalogue.questions,
        "codes": catalogue.codes,
    }
    for name, rows in parts.items():
        added = _add(session, rows)
        counts[name] = len(added)
        gaining |= {row.activity_id for row in rows if row.id in added}
    prices = _add(session, catalogue.prices)
    gaining |= {activity_of[row.product_id] for row in catalogue.prices if row.id in prices}
    for activity_id in sorted(gaining & before):
        changed(session, activity_id)
    return counts | {"prices": len(prices)}


def _standing(session: Session, ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the activities that are there already."""
    query = sa.select(column(Activity.id)).where(column(Activity.id).in_(ids))
    return set(session.execute(query).scalars())


def _add(session: Session, rows: Sequence[Series | Activity | Price | Part]) -> set[uuid.UUID]:
    """The ids of the rows that were new."""
    if not rows:
        return set()
    target = table(type(rows[0]))
    # Not `model_dump`, which would take the frozen things of a JSON column apart.
    values = [{one.key: getattr(row, one.key) for one in target.columns} for row in rows]
    return set(insert_once(session, target, values, target.primary_key.columns[0], ["id"]))


def shift_of(session: Session, key: str, weeks: int) -> int:
    """By how many weeks the dates of an association file are moved: as at its first load, `weeks` when this is it."""
    row = session.get(Seeded, key)
    if row is None:
        row = Seeded(key=key, shift_weeks=weeks)
        session.add(row)
    return row.shift_weeks
