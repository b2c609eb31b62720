"""Moving an activity: its state, its dates and those linked to them, its place, written together."""

import uuid

import sqlalchemy as sa
from sqlmodel import Session

from kit.errors import InvalidInput
from kit.sql import column, table
from registration.catalog.actions import changed
from registration.catalog.authoring.actions import lock as lock_signups
from registration.catalog.authoring.actions_page import write_dates
from registration.catalog.authoring.actions_writing import Writing
from registration.catalog.models import Activity, Price, Product
from registration.catalog.moves.queries import Standing, standing
from registration.catalog.moves.rules import AlreadyCancelled, NotShown, Stand, as_moved
from registration.catalog.offers.rules_activity import CancellationStep, Venue, last_moment
from registration.catalog.rules import ActivityStatus
from registration.catalog.sections.rules import problems


def lock(session: Session, activity_id: uuid.UUID) -> Standing:
    """The activity under a new version; nobody else changes it, or signs up for it, until the end of the transaction,
    and who was just signing up is done. Raises NotFound."""
    lock_signups(session, activity_id)
    changed(session, activity_id)
    return standing(session, activity_id)


def refuse_unless_shown(stand: Stand) -> None:
    """Raises NotShown of a draft, AlreadyCancelled."""
    if stand.status is ActivityStatus.DRAFT:
        raise NotShown()
    if stand.status is ActivityStatus.CANCELLED:
        raise AlreadyCancelled()


def refuse_impossible(now: Standing, to: Stand) -> None:
    """Raises InvalidInput when dates would not be in order: a deadline that stays, an agenda out of its day, an hour
    that its day does not have."""
    then = as_moved(now.draft, to)
    wrong = problems(to.dates, then) | problems(then.terms, then)
    if wrong and to.dates != now.stand.dates:
        raise InvalidInput({"day": next(iter(wrong.values()))})


def write(session: Session, activity_id: uuid.UUID, now: Standing, to: Stand) -> None:
    """The activity as it stands from now on; it is locked. Who is registered is told by whoever moves it."""
    row = session.get_one(Activity, activity_id)
    zone = row.timezone
    write_dates(session, row, to.dates, now.draft, Writing())
    row.status, row.moved_at = to.status, to.moved_at
    place = to.place
    row.place = Venue(place.name, place.address, place.city, place.postal_code, place.online, place.stops)
    row.cancellation = tuple(CancellationStep(last_moment(step.until, zone), step.keep_percent) for step in to.steps)
    session.add(row)
    mine = sa.select(column(Product.id)).where(column(Product.activity_id) == activity_id)
    for key, until in to.until.items():
        if key in now.stand.until and until != now.stand.until[key]:
            price = sa.update(table(Price)).where(column(Price.product_id).in_(mine), column(Price.key) == key)
            session.execute(price.values({column(Price.until): last_moment(until, zone)}))
    session.flush()
