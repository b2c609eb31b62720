"""Where a walk-in stands."""

import uuid

import sqlalchemy as sa
from sqlmodel import Session

from kit.errors import NotFound
from kit.money import cash
from kit.sql import column
from registration.checkin.models import CheckIn
from registration.registrations.models_rows import registration_row
from registration.registrations.queries import REGISTRATION, attendees_of, lines_of
from registration.registrations.rules_rows import RegistrationRow
from registration.walkin.schemas import SignedUp


def registration(session: Session, registration_id: uuid.UUID) -> RegistrationRow | None:
    """The registration, if this form was taken already."""
    row = session.execute(REGISTRATION, {"of": registration_id}).first()
    return registration_row(row) if row else None


def walk_in_of(session: Session, activity_id: uuid.UUID, registration_id: uuid.UUID) -> SignedUp:
    """The registration made at this activity's door, and whether the person is in. Raises NotFound."""
    row = registration(session, registration_id)
    if row is None or row.activity_id != activity_id or row.channel != "on_site":
        raise NotFound()
    [guest], [line] = attendees_of(session, registration_id), lines_of(session, registration_id)
    standing = sa.select(column(CheckIn.id)).where(
        column(CheckIn.attendee_id) == guest.id, column(CheckIn.undone_at).is_(None)
    )
    return SignedUp(
        registration_id=row.id,
        attendee_id=guest.id,
        code=guest.code,
        name=guest.full_name,
        company=guest.company_name,
        label_fr=line.label.in_("fr"),
        label_en=line.label.in_("en"),
        status=row.status,
        method=row.method,
        total=row.total,
        to_collect=cash(row.total) if row.method == "cash" else 0,
        check_in_id=session.execute(standing).scalars().first(),
    )
