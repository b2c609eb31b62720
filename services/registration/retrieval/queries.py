"""What an address has to come: registrations that somebody made, places that are theirs, companies they act for.

Only activities that are not over are looked at, by their own indexes: that bounds the work without an index of
addresses, which every signup would pay for.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.sql import column, table
from registration.catalog.models import Activity
from registration.members.models import Person
from registration.members.queries_people import acts_for, opened_by
from registration.registrations.models import Attendee, Registration
from registration.registrations.models_rows import attendee_row, registration_row
from registration.registrations.rules import STANDING, AttendeeStatus, RegistrationStatus
from registration.retrieval.models import Retrieval
from registration.retrieval.rules import Acts, Belongings, belongings, one_case


def waiting(session: Session) -> bool:
    """Whether anybody asked and was not answered yet."""
    return session.execute(sa.select(column(Retrieval.id)).limit(1)).first() is not None


def belongings_of(session: Session, email: str, now: datetime, day: date) -> Belongings:
    """What belongs to an address and is not over: what somebody signed up for (held, too), confirmed places, and what
    they do for companies on that day, which is the association's."""
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
        _acting(session, wanted, day),
    )


def _acting(session: Session, wanted: str, day: date) -> list[Acts]:
    """Whoever has this address and acts for a company on that day."""
    query = select(Person).where(sa.func.lower(column(Person.email)) == wanted).order_by(col(Person.id))
    found = []
    for person in session.exec(query).all():
        opens = opened_by(session, person, person.company_id, day)
        companies = acts_for(session, person.id, day)
        names = [one.company_name for one in companies if one.company_id == opens]
        others = tuple(one.company_name for one in companies if one.company_id != opens)
        if names:
            own = (person.first_name, person.last_name, person.email)
            found.append(Acts(person.id, person.link_version, *own, names[0], others))
    return found
