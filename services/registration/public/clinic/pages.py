"""A provider's page: one field, one answer. Its visits are in no log and no measure, and the code is in no address."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse

from kit import app as kit_app
from kit.auth import allow
from kit.errors import Refusal
from registration.plans.eligibility.flows import check
from registration.plans.eligibility.rules import Standing
from registration.plans.rules import PlanRow, TooManyChecks
from registration.public.clinic.queries import behind_provider_link
from registration.service import Here, RegistrationService


def unrecorded(request: Request) -> None:
    """That a code was checked is never written down."""
    request.state.unrecorded = True


router = APIRouter(include_in_schema=False, dependencies=[Depends(unrecorded), allow("link")])


@router.get("/clinic/{plan_id}/{token}")
def show(request: Request, here: Here, plan_id: uuid.UUID, token: str) -> HTMLResponse:
    return _page(request, _plan(here, plan_id, token))


@router.post("/clinic/{plan_id}/{token}")
def answer(
    request: Request,
    here: Here,
    plan_id: uuid.UUID,
    token: str,
    code: Annotated[str, Form(max_length=200)] = "",
) -> HTMLResponse:
    plan = _plan(here, plan_id, token)
    try:
        standing = check(here, plan, code)
    except TooManyChecks as refusal:
        return _page(request, plan, code, refusal=refusal, status=refusal.status)
    return _page(request, plan, code, asked=bool(code.strip()), standing=standing)


def _plan(here: RegistrationService, plan_id: uuid.UUID, token: str) -> PlanRow:
    with here.db.read() as session:
        return behind_provider_link(session, here.links, plan_id, token)


def _page(
    request: Request,
    plan: PlanRow,
    code: str = "",
    asked: bool = False,
    standing: Standing | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HTMLResponse:
    lang = kit_app.language(request)
    more = {"code": code, "asked": asked, "standing": standing, "refusal": refusal}
    entitlement = plan.entitlement.in_(lang)
    return kit_app.page(request, "clinic/check.html", lang, status, plan=plan, entitlement=entitlement, **more)
