"""Substitution at the door, for programs."""

import uuid

from fastapi import APIRouter, Response
from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.contracts.problems import Where
from kit.errors import InvalidInput, NotFound, refusals
from kit.idempotency import Key, once
from registration.changes.rules import PersonNamed, person_problems
from registration.checkin import actions
from registration.checkin.actions import Gesture
from registration.checkin.rules import CheckInIdTaken, UnknownPoint
from registration.checkin.schemas import Arrival
from registration.door.substitution.schemas import Substitution
from registration.letters import flows as letters_flows
from registration.registrations.queries import Whole, place
from registration.registrations.rules import NotInThisState
from registration.registrations.rules_rows import AttendeeRow
from registration.service import Door, Here, RegistrationService

router = APIRouter(tags=["check-in"])


@router.post(
    "/api/activities/{activity_id}/substitutions",
    response_model=Arrival,
    openapi_extra=refusals(NotFound, NotInThisState, UnknownPoint, CheckInIdTaken),
)
def substitute_attendee(
    activity_id: uuid.UUID, substitution: Substitution, here: Here, caller: Door, key: Key
) -> Response:
    """Let somebody in at the place of another; the place's ticket becomes theirs, the old one opens nothing more."""
    with here.db.read() as session:
        whole, _ = place_at_door(here, session, activity_id, substitution.attendee_id)
    with here.db.write() as session:
        return once(session, key, here.clock(), lambda: substitute(here, session, whole, substitution, caller))


def place_at_door(
    here: RegistrationService, session: Session, activity_id: uuid.UUID, attendee_id: uuid.UUID
) -> tuple[Whole, AttendeeRow]:
    """A place of this activity, and its registration. Raises NotFound."""
    whole, row = place(session, attendee_id, here.offers)
    if row.activity_id != activity_id:
        raise NotFound()
    return whole, row


def substitute(
    here: RegistrationService, session: Session, whole: Whole, substitution: Substitution, by: Caller
) -> Arrival:
    """Check what was typed, then let in. Raises InvalidInput."""
    needed = ("first_name", "last_name")
    problems: dict[Where, str] = {name: "problem.required" for name in needed if not getattr(substitution, name)}
    person = PersonNamed(substitution.first_name, substitution.last_name, substitution.email, substitution.company)
    problems |= person_problems(person, here.settings.reach)
    if problems:
        raise InvalidInput(problems)
    activity_id = whole.offer.activity.id
    gesture = Gesture(
        activity_id, substitution.attendee_id, point=substitution.point, check_in_id=substitution.check_in_id
    )
    return actions.let_in_instead(
        session, gesture, person, by, here.clock(), letters_flows.letter_context(here, whole.offer)
    )
