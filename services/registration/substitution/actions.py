"""Let somebody in at the place of another, in one transaction: either both the name and the arrival, or neither."""

from datetime import datetime

from sqlmodel import Session

from kit.auth import Caller
from registration import letters
from registration.checkin import actions as checkin
from registration.checkin.actions import Gesture
from registration.checkin.rules import Outcome
from registration.checkin.schemas import Arrival
from registration.personal import actions as personal
from registration.personal.actions import PersonNamed


def let_in_instead(
    session: Session, gesture: Gesture, person: PersonNamed, by: Caller, now: datetime, desk: letters.Desk
) -> Arrival:
    """The door's answer, with the new name. A place that may not enter, or whose holder is in already, keeps its name.

    Raises UnknownPoint, CheckInIdTaken.
    """
    arrival = checkin.check_in(session, gesture, by, now)
    if arrival.outcome is not Outcome.WELCOME or gesture.attendee_id is None:
        return arrival
    personal.name_attendee(session, gesture.attendee_id, person, by, now, desk)
    named = {"name": f"{person.first_name} {person.last_name}", "company": person.company or arrival.company}
    return arrival.model_copy(update=named)
