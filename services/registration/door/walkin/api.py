"""The walk-in for programs."""

import uuid

from fastapi import APIRouter

from kit.errors import NotFound, refusals
from registration.catalog.rules import NotOffered
from registration.registrations.rules import SoldOut
from registration.service import WELCOMERS, Door, Here
from registration.signup.rules import DifferentForm, MembersOnly
from registration.walkin import flows as walkin_flows
from registration.walkin.schemas import SignedUp, WalkIn

router = APIRouter(tags=["check-in"])


@router.post(
    "/api/activities/{activity_id}/walk-ins",
    status_code=201,
    openapi_extra=refusals(NotFound, NotOffered, SoldOut, MembersOnly, DifferentForm),
)
def create_walk_in(activity_id: uuid.UUID, walk_in: WalkIn, here: Here, caller: Door) -> SignedUp:
    """Sign somebody up on the spot and let them in; a card is paid at `pay_url` first.

    `registration_id` makes it happen once: the same again answers the same.
    """
    return walkin_flows.let_in(here, activity_id, walk_in, caller)


@router.get(
    "/api/activities/{activity_id}/walk-ins/{registration_id}",
    dependencies=[WELCOMERS],
    openapi_extra=refusals(NotFound),
)
def read_walk_in(activity_id: uuid.UUID, registration_id: uuid.UUID, here: Here) -> SignedUp:
    """Where a walk-in stands: whether the card was paid, whether the person is in."""
    with here.db.read() as session:
        return walkin_flows.walk_in_state(here, session, activity_id, registration_id)
