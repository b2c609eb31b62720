"""What the people of a registration have of options, its amendments counted."""

import uuid
from collections.abc import Mapping

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.registrations.models import AddOnShare, Registration, RegistrationLine
from registration.registrations.rules import STANDING


def options_held(session: Session, registration_id: uuid.UUID) -> Mapping[tuple[uuid.UUID, uuid.UUID], int]:
    """Units of each (product, attendee) in the registration and in its amendments that stand."""
    product, attendee = column(RegistrationLine.product_id), column(AddOnShare.attendee_id)
    family = sa.or_(column(Registration.id) == registration_id, column(Registration.amends_id) == registration_id)
    query = (
        sa.select(product, attendee, sa.func.sum(column(AddOnShare.units)))
        .join(table(AddOnShare), column(AddOnShare.line_id) == column(RegistrationLine.id))
        .join(table(Registration), column(Registration.id) == column(RegistrationLine.registration_id))
        .where(family, column(Registration.status).in_(STANDING))
        .group_by(product, attendee)
    )
    return {(row[0], row[1]): int(row[2]) for row in session.execute(query)}
