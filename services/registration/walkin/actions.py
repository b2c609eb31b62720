"""Sign up and check in, in one transaction: either both happened, or neither did."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from kit.auth import Caller
from kit.contracts import PlaceOrder, SendMessage
from registration.checkin import actions as checkin
from registration.checkin.actions import Gesture
from registration.checkin.schemas import Arrival
from registration.registrations import actions as registrations_actions
from registration.registrations.rules import RegistrationStatus
from registration.signup import actions as signup
from registration.signup.rules_plan import Plan


def sign_up_and_let_in(
    session: Session,
    planned: Plan,
    letters: Sequence[SendMessage],
    order: PlaceOrder | None,
    point: str,
    by: Caller,
    now: datetime,
) -> Arrival | None:
    """Take the place; unless it waits for a card, the person is in. The same form sent again changes nothing.

    Raises SoldOut, DifferentForm, UnknownPoint.
    """
    held = signup.hold(session, planned, letters, order, by, now)
    if held.status != RegistrationStatus.CONFIRMED:
        return None
    [attendee] = registrations_actions.attendees_of(session, planned.registration["id"])
    gesture = Gesture(planned.registration["activity_id"], attendee["id"], point=point, check_in_id=attendee["id"])
    return checkin.check_in(session, gesture, by, now)
