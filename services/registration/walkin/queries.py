"""Where a walk-in stands."""

import uuid
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from kit.errors import NotFound
from kit.money import cash
from registration.checkin.actions import check_ins
from registration.registrations.actions import attendees_table as attendees
from registration.registrations.actions import lines_table as lines
from registration.registrations.actions import registrations
from registration.walkin.schemas import SignedUp


def registration(session: Session, registration_id: uuid.UUID) -> Any | None:
    """The registration's row, if this form was taken already."""
    return session.execute(sa.select(registrations).where(registrations.c.id == registration_id)).first()


def signed_up(session: Session, activity_id: uuid.UUID, registration_id: uuid.UUID) -> SignedUp:
    """The registration made at this activity's door, and whether the person is in. Raises NotFound."""
    row = registration(session, registration_id)
    if row is None or row.activity_id != activity_id or row.channel != "on_site":
        raise NotFound()
    query = sa.select(attendees, lines.c.label_fr, lines.c.label_en).join(lines, lines.c.id == attendees.c.line_id)
    guest = session.execute(query.where(attendees.c.registration_id == registration_id)).one()
    standing = sa.select(check_ins.c.id).where(check_ins.c.attendee_id == guest.id, check_ins.c.undone_at.is_(None))
    return SignedUp(
        registration_id=row.id,
        attendee_id=guest.id,
        code=guest.code,
        name=f"{guest.first_name} {guest.last_name}".strip(),
        company=guest.company_name,
        label_fr=guest.label_fr,
        label_en=guest.label_en or guest.label_fr,
        status=row.status,
        method=row.method,
        total=row.total,
        to_collect=cash(row.total) if row.method == "cash" else 0,
        check_in_id=session.execute(standing).scalars().first(),
    )
