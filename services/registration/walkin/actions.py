"""Sign up and check in, in one transaction: either both happened, or neither did."""

from datetime import datetime

from sqlmodel import Session

from kit.contracts.callers import Caller
from registration.checkin import actions as checkin_actions
from registration.checkin.actions import Gesture
from registration.checkin.schemas import Arrival
from registration.registrations.queries import attendees_of
from registration.registrations.rules import RegistrationStatus
from registration.signup.actions import Announcement, record_signup
from registration.signup.rules import Plan


def sign_up_and_let_in(
    session: Session, planned: Plan, announcement: Announcement, point: str, by: Caller, now: datetime
) -> Arrival | None:
    """Take the place; unless it waits for a card, the person is in. The same form sent again changes nothing.

    Raises SoldOut, DifferentForm, UnknownPoint.
    """
    signup = record_signup(session, planned, announcement, by)
    if signup.status is not RegistrationStatus.CONFIRMED:
        return None
    registration = planned.registration
    [attendee] = attendees_of(session, registration.id)
    gesture = Gesture(registration.activity_id, attendee.id, point=point, check_in_id=attendee.id)
    return checkin_actions.check_in(session, gesture, by, now)
