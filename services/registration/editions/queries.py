"""What an edition came to: units of each product, and people week by week. One statement each, whatever the crowd."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.clock import local_day
from kit.contracts import Bilingual
from kit.sql import column, table
from registration.catalog.levels.rules import is_spot
from registration.catalog.models import Activity, Price, Product, Resource
from registration.editions.rules import CountRow, LastFigures, SoldRow, bounds
from registration.registrations.models import Attendee, Registration, RegistrationLine
from registration.registrations.rules import AttendeeStatus, RegistrationStatus


def sold(session: Session, activity_id: uuid.UUID) -> list[SoldRow]:
    """Confirmed units of each product, in the order of the page; nothing that was given back."""
    kept = column(RegistrationLine.quantity) - column(RegistrationLine.cancelled)
    stands = column(Registration.status) == RegistrationStatus.CONFIRMED
    units = sa.func.coalesce(sa.func.sum(sa.case((stands, kept), else_=0)), 0)
    names = (column(Product.key), column(Product.label_fr), column(Product.label_en), column(Product.position))
    query = (
        sa.select(*names, units)
        .select_from(table(Product))
        .outerjoin(table(RegistrationLine), column(RegistrationLine.product_id) == column(Product.id))
        .outerjoin(table(Registration), column(Registration.id) == column(RegistrationLine.registration_id))
        .where(column(Product.activity_id) == activity_id)
        .group_by(*names)
        .order_by(column(Product.position))
    )
    return [SoldRow(key, Bilingual(fr=fr, en=en), int(many)) for key, fr, en, _, many in session.execute(query)]


def last_figures(session: Session, copied_from: uuid.UUID | None) -> LastFigures | None:
    """What the edition that an activity was `copied_from` came to, in as many statements whatever its size; None for
    what is no copy, and when the edition before is gone."""
    before = session.get(Activity, copied_from) if copied_from else None
    if before is None:
        return None
    amounts = (
        sa.select(column(Price.key), column(Price.amount))
        .join(table(Product), column(Product.id) == column(Price.product_id))
        .where(column(Product.activity_id) == before.id)
    )
    counted = sa.select(column(Resource.key), column(Resource.capacity), column(Resource.taken))
    return LastFigures(
        day=local_day(before.starts_at, before.timezone) if before.starts_at else None,
        units={row.key: row.units for row in sold(session, before.id)},
        amounts={key: int(cents) for key, cents in session.execute(amounts)},
        resources=tuple(
            CountRow(key, capacity, taken)
            for key, capacity, taken in session.execute(counted.where(column(Resource.activity_id) == before.id))
            if not is_spot(key)
        ),
    )


def people_by_week(session: Session, activity_id: uuid.UUID, starts: datetime) -> list[int]:
    """How many people who are coming had been registered by the end of each of the weeks before `starts`."""
    made = column(Registration.created_at)
    counts = [sa.func.count().filter(made < bound) for bound in bounds(starts)]
    query = (
        sa.select(*counts)
        .select_from(table(Attendee))
        .join(table(Registration), column(Registration.id) == column(Attendee.registration_id))
        .where(
            column(Attendee.activity_id) == activity_id,
            column(Attendee.status) == AttendeeStatus.ACTIVE,
            column(Registration.status) == RegistrationStatus.CONFIRMED,
        )
    )
    return [int(many) for many in session.execute(query).one()]
