"""A registration's amendments: registrations of their own, with an order each, that add to it."""

import uuid
from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.registrations.models import Registration
from registration.registrations.models_rows import registration_row
from registration.registrations.rules import STANDING, RegistrationStatus
from registration.registrations.rules_rows import RegistrationRow


def amendments_of(session: Session, registration_id: uuid.UUID, *statuses: RegistrationStatus) -> list[RegistrationRow]:
    """Those that stand, or those of these `statuses`, the oldest first: the order in which they are locked."""
    wanted: Collection[RegistrationStatus] = statuses or STANDING
    mine = column(Registration.amends_id) == registration_id, column(Registration.status).in_(wanted)
    query = (
        sa.select(table(Registration)).where(*mine).order_by(column(Registration.created_at), column(Registration.id))
    )
    return [registration_row(row) for row in session.execute(query)]
