"""Reads of reserved places: for staff, and what of them is open to whoever signs up."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.sql import column, table
from registration.catalog.allotments.models import Allotment
from registration.catalog.allotments.rules import Beneficiary
from registration.catalog.codes.models import Code
from registration.catalog.models import Resource
from registration.catalog.offers.rules import Offer


@dataclass(frozen=True)
class AllotmentRow:
    """Reserved places as their list shows them."""

    id: uuid.UUID
    label: str
    resource_key: str
    code: str
    company_id: uuid.UUID | None
    units: int
    taken: int
    release_at: datetime | None
    released_at: datetime | None

    @property
    def reserved(self) -> int:
        """What is still kept of them."""
        return 0 if self.released_at else self.units - self.taken


def allotments(session: Session, activity_id: uuid.UUID) -> list[AllotmentRow]:
    """The places reserved in an activity: those that still are first, then in the order they were made."""
    query = (
        select(Allotment, Resource.key, Code.word)
        .join(Resource, col(Resource.id) == col(Allotment.resource_id))
        .outerjoin(Code, col(Code.id) == col(Allotment.code_id))
        .where(Allotment.activity_id == activity_id)
        .order_by(col(Allotment.released_at).is_not(None), col(Allotment.id))
    )
    return [
        AllotmentRow(
            one.id,
            one.label,
            key,
            word or "",
            one.company_id,
            one.units,
            one.taken,
            one.release_at,
            one.released_at,
        )
        for one, key, word in session.exec(query).all()
    ]


def open_to(session: Session, offer: Offer, who: Beneficiary) -> Offer:
    """The offer with the places that are reserved for whoever looks; the same, unread, where nothing is for them."""
    if who == Beneficiary() or not any(resource.reserved for resource in offer.resources.values()):
        return offer
    mine = _kept_for(session, offer.activity.id, who)
    return offer.with_resources(
        {key: replace(one, reserved=one.reserved - mine.get(one.id, 0)) for key, one in offer.resources.items()}
    )


def for_whom(who: Beneficiary) -> sa.ColumnElement[bool]:
    """The allotments that somebody may take from."""
    either = [
        field == value
        for field, value in ((column(Allotment.code_id), who.code_id), (column(Allotment.company_id), who.company_id))
        if value is not None
    ]
    return sa.and_(column(Allotment.released_at).is_(None), sa.or_(sa.false(), *either))


def _kept_for(session: Session, activity_id: uuid.UUID, who: Beneficiary) -> Mapping[uuid.UUID, int]:
    kept = sa.func.sum(column(Allotment.units) - column(Allotment.taken))
    query = sa.select(column(Allotment.resource_id), kept).select_from(table(Allotment))
    query = query.where(column(Allotment.activity_id) == activity_id, for_whom(who))
    return {resource: int(units) for resource, units in session.execute(query.group_by(column(Allotment.resource_id)))}


def is_due(session: Session, now: datetime) -> bool:
    """Whether the clock has places to release."""
    due = (column(Allotment.released_at).is_(None), column(Allotment.release_at) <= now)
    return session.execute(sa.select(column(Allotment.id)).where(*due).limit(1)).first() is not None
