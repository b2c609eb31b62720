"""What calendars must be told to let go."""

import uuid

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column
from registration.catalog.calendars.models import WithdrawnSession
from registration.catalog.calendars.rules import Withdrawn


def withdrawn_of(session: Session, activity_id: uuid.UUID) -> list[Withdrawn]:
    """The sessions that an activity had, the earliest first."""
    query = sa.select(
        column(WithdrawnSession.id), column(WithdrawnSession.starts_at), column(WithdrawnSession.ends_at)
    ).where(column(WithdrawnSession.activity_id) == activity_id)
    return [Withdrawn(*row) for row in session.execute(query.order_by(column(WithdrawnSession.starts_at)))]
