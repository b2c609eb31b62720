"""Signups that wait to be confirmed, for programs: which there are, accepted or refused."""

import uuid

from fastapi import APIRouter, Response

from kit.errors import NotFound, refusals
from kit.idempotency import Key, once
from registration.office.confirming.queries import waiting_signups
from registration.office.confirming.schemas import WaitingSignup
from registration.registrations.actions_confirming import refuse_held
from registration.registrations.rules import NotInThisState
from registration.service import READERS, Coordinator, Here
from registration.signup import flows

router = APIRouter(tags=["staff"])


@router.get("/api/staff/to-confirm", dependencies=[READERS])
def list_waiting(here: Here) -> list[WaitingSignup]:
    """Signups that wait for their contact, or staff, to confirm them."""
    with here.db.read() as session:
        return waiting_signups(session)


@router.post(
    "/api/staff/registrations/{registration_id}/accept",
    response_model=list[WaitingSignup],
    openapi_extra=refusals(NotFound, NotInThisState),
)
def accept_registration(registration_id: uuid.UUID, here: Here, caller: Coordinator, key: Key) -> Response:
    """Confirm in the contact's stead; answers what still waits."""
    with here.db.write() as session:

        def act() -> list[WaitingSignup]:
            flows.confirm_in(here, session, registration_id, caller)
            return waiting_signups(session)

        return once(session, key, here.clock(), act)


@router.post(
    "/api/staff/registrations/{registration_id}/refuse",
    response_model=list[WaitingSignup],
    openapi_extra=refusals(NotFound, NotInThisState),
)
def refuse_registration(registration_id: uuid.UUID, here: Here, caller: Coordinator, key: Key) -> Response:
    """Give its places back; answers what still waits."""
    with here.db.write() as session:

        def act() -> list[WaitingSignup]:
            refuse_held(session, registration_id, caller, here.clock())
            return waiting_signups(session)

        return once(session, key, here.clock(), act)
