"""The rows of a signup, beside its registration."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from kit.errors import Busy, Refusal
from kit.sql import column, insert_all, table
from registration.catalog.models import Activity
from registration.catalog.rules import ActivityStatus
from registration.registrations.models import AddOnShare, Answer, Attendee, RegistrationLine
from registration.registrations.tallies.actions import Stands, count
from registration.registrations.tallies.rules import tally_of
from registration.signup.rules import Plan, SignupClosed
from registration.sponsors.models import Benefit

STANDS = sa.select(column(Activity.status), column(Activity.moved_at)).where(column(Activity.id) == sa.bindparam("of"))


class DateChanged(Refusal):
    """The activity was moved since it was read: the form comes back with its new date."""


def write_rows(session: Session, plan: Plan) -> None:
    """Lines, attendees, answers, options and benefits of a registration that was just written.

    The plan was made on an offer that an author may have changed meanwhile: raises Busy when something that was chosen
    or answered is gone.
    """
    try:
        insert_all(session, table(RegistrationLine), [vars(line) for line in plan.lines])
        insert_all(session, table(Attendee), [vars(attendee) for attendee in plan.attendees])
        insert_all(session, table(Answer), [vars(answer) for answer in plan.answers])
        insert_all(session, table(AddOnShare), [vars(share) for share in plan.add_ons])
        insert_all(session, table(Benefit), [vars(benefit) for benefit in plan.benefits])
    except IntegrityError as error:
        raise Busy() from error


def count_signup(session: Session, plan: Plan) -> None:
    """Add a signup that is confirmed to what its activity comes to, after its places were taken.

    The plan was made on an offer that an author may have changed meanwhile: raises SignupClosed when it is no longer
    published, DateChanged when it was postponed. The registration's row names its activity, so whoever withdraws or
    moves that one waited for us since it was written, or came before.
    """
    stands = _counted(session, plan)
    if stands.status is not ActivityStatus.PUBLISHED:
        raise SignupClosed()
    if stands.moved_at != plan.moved_at:
        raise DateChanged()


def _counted(session: Session, plan: Plan) -> Stands:
    activity_id = plan.registration.activity_id
    if plan.confirmed:
        return count(session, activity_id, tally_of(plan.registration, plan.attendees))
    return Stands(*session.execute(STANDS, {"of": activity_id}).one())
