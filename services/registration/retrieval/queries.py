"""What an address has to come: registrations that somebody made, and places that are theirs.

Only activities that are not over are looked at, by their own indexes: that bounds the work without an index of
addresses, which every signup would pay for.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.catalog.models import Activity
from registration.registrations.models import Attendee, Registration
from registration.registrations.models_rows import attendee_row, registration_row
from registration.registrations.rules import STANDING, AttendeeStatus, RegistrationStatus
from registration.retrieval.models import Retrieval
from registration.retrieval.rules import Belongings, belongings, one_case


def waiting(session: Session) -> bool:
    """Whether anybody asked and was not answered yet."""
    return session.execute(sa.select(column(Retrieval.id)).limit(1)).first() is not None


def belongings_of(session: Session, email: str, now: datetime) -> Belongings:
    """What belongs to an address and is not over: what somebody signed up for (held, too), and confirmed places."""
    wanted = one_case(email)
    to_come = sa.or_(column(Activity.ends_at).is_(None), column(Activity.ends_at) > now)
    activities = sa.select(column(Activity.id)).where(to_come)
    made = sa.select(table(Registration)).where(
        column(Registration.activity_id).in_(activities),
        column(Registration.status).in_(STANDING),
        sa.func.lower(column(Registration.contact_email)) == wanted,
    )
    confirmed = sa.select(column(Registration.id)).where(column(Registration.status) == RegistrationStatus.CONFIRMED)
    places = sa.select(table(Attendee)).where(
        column(Attendee.activity_id).in_(activities),
        column(Attendee.status) == AttendeeStatus.ACTIVE,
        sa.func.lower(column(Attendee.email)) == wanted,
        column(Attendee.registration_id).in_(confirmed),
    )
    return belongings(
        email,
        [registration_row(row) for row in session.execute(made.order_by(column(Registration.created_at)))],
        [attendee_row(row) for row in session.execute(places.order_by(column(Attendee.id)))],
    )
