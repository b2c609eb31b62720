"""The rows of a signup, beside its registration."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from kit.errors import Busy
from kit.sql import column, insert_all, table
from registration.catalog.models import Activity
from registration.catalog.rules import ActivityStatus
from registration.registrations.models import AddOnShare, Answer, Attendee, RegistrationLine
from registration.signup.rules import Plan, SignupClosed
from registration.sponsors.models import Benefit

STATUS = sa.select(column(Activity.status)).where(column(Activity.id) == sa.bindparam("of"))


def write_rows(session: Session, plan: Plan) -> None:
    """Lines, attendees, answers, options and benefits of a registration that was just written.

    The plan was made on an offer that an author may have changed meanwhile: raises SignupClosed when it is no longer
    published, Busy when something that was chosen or answered is gone. The registration's row names its activity, so
    whoever withdraws or moves that one waits for us from here on, or came before.
    """
    if session.execute(STATUS, {"of": plan.registration.activity_id}).scalar() is not ActivityStatus.PUBLISHED:
        raise SignupClosed()
    try:
        insert_all(session, table(RegistrationLine), [vars(line) for line in plan.lines])
        insert_all(session, table(Attendee), [vars(attendee) for attendee in plan.attendees])
        insert_all(session, table(Answer), [vars(answer) for answer in plan.answers])
        insert_all(session, table(AddOnShare), [vars(share) for share in plan.add_ons])
        insert_all(session, table(Benefit), [vars(benefit) for benefit in plan.benefits])
    except IntegrityError as error:
        raise Busy() from error
