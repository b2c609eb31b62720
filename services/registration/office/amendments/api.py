"""Adding people or options to a confirmed registration, for programs."""

import uuid

from fastapi import APIRouter

from kit.errors import NotFound, refusals
from registration.amendments import flows
from registration.amendments.schemas import AmendmentRequest
from registration.catalog.rules import NotOffered
from registration.registrations.rules import NotInThisState, SoldOut
from registration.service import Coordinator, Here
from registration.signup.recording.actions import DateChanged
from registration.signup.rules import DifferentForm, SignupClosed, TotalChanged
from registration.signup.telephone.schemas import TelephoneAnswer

router = APIRouter(tags=["registrations"])


@router.post(
    "/api/staff/registrations/{registration_id}/amendments",
    status_code=201,
    openapi_extra=refusals(
        NotFound, NotInThisState, NotOffered, SignupClosed, SoldOut, DateChanged, TotalChanged, DifferentForm
    ),
)
def create_amendment(
    registration_id: uuid.UUID, asked: AmendmentRequest, here: Here, caller: Coordinator
) -> TelephoneAnswer:
    """Add people, or options for those who come, to a confirmed registration: an order of its own, with its invoice or
    its payment page. `amendment_id` makes it happen once: the same again answers the same."""
    return flows.amend_by_staff(here, flows.amendment_sale(here, registration_id), asked, caller)
