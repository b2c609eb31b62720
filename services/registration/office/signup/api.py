"""Signing somebody up on staff's side, for programs."""

import uuid

from fastapi import APIRouter, Request

from kit.errors import NotFound, TooMany, refusals
from registration.catalog.codes.rules import CodeNotNow, CodeSpent, CodeUsedByCompany, CodeUsedUp
from registration.catalog.rules import NotOffered
from registration.registrations.rules import SoldOut
from registration.service import COORDINATORS, Coordinator, Here
from registration.signup.recording.actions import DateChanged
from registration.signup.rules import DifferentForm, SignupClosed, TotalChanged
from registration.signup.telephone import flows
from registration.signup.telephone.rules import EnrolledByCompanies
from registration.signup.telephone.schemas import TelephoneAnswer, TelephoneSignup

router = APIRouter(tags=["signup"])


@router.post(
    "/api/staff/activities/{activity_id}/telephone-signups",
    status_code=201,
    openapi_extra=refusals(
        NotFound,
        NotOffered,
        SignupClosed,
        EnrolledByCompanies,
        SoldOut,
        CodeUsedUp,
        CodeSpent,
        CodeUsedByCompany,
        CodeNotNow,
        DateChanged,
        TotalChanged,
        DifferentForm,
        TooMany,
    ),
)
def create_telephone_signup(
    request: Request, activity_id: uuid.UUID, asked: TelephoneSignup, here: Here, caller: Coordinator
) -> TelephoneAnswer:
    """Sign somebody up for an activity whatever its online dates; a card is paid at `pay_url` first.

    `registration_id` makes it happen once: the same again answers the same.
    """
    sale = flows.staff_sale(here, request, activity_id, asked.code)
    return flows.sign_up_by_staff(here, sale, asked, caller)


@router.get(
    "/api/staff/activities/{activity_id}/telephone-signups/{registration_id}",
    dependencies=[COORDINATORS],
    openapi_extra=refusals(NotFound),
)
def read_telephone_signup(activity_id: uuid.UUID, registration_id: uuid.UUID, here: Here) -> TelephoneAnswer:
    """Where a signup that staff made stands: whether its card was paid."""
    return flows.telephone_state(here, activity_id, registration_id)
