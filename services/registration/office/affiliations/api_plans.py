"""The bodies that members belong to as well, named, changed and ended through the API."""

import uuid
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Response
from sqlmodel import Session

from kit.auth import allow
from kit.contracts.callers import Caller
from kit.errors import InvalidInput, NotFound, refusals
from kit.idempotency import Key, once
from registration.members.affiliations import actions_plans
from registration.members.affiliations.queries import plan_of
from registration.members.affiliations.rules import plan_details
from registration.office.affiliations.schemas import AffiliationPlanIn, PlanOut
from registration.service import Here, RegistrationService

router = APIRouter(tags=["members"])
Staff = Annotated[Caller, allow("director", "coordinator")]
PLAN = "/api/affiliations/{plan_id}"


@router.post("/api/affiliations", response_model=PlanOut, status_code=201, openapi_extra=refusals(InvalidInput))
def create_affiliation(here: Here, caller: Staff, body: AffiliationPlanIn, key: Key) -> Response:
    """Members belong to one more body from now on."""
    details, now = plan_details(body.form()), here.clock()
    with here.db.write() as session:

        def act() -> PlanOut:
            return _of(session, actions_plans.add_plan(session, details, caller, now))

        return once(session, key, now, act, 201)


@router.post(PLAN, response_model=PlanOut, openapi_extra=refusals(NotFound, InvalidInput))
def change_affiliation(here: Here, caller: Staff, plan_id: uuid.UUID, body: AffiliationPlanIn, key: Key) -> Response:
    """It is named otherwise, or needs consent or no longer."""
    details, now = plan_details(body.form()), here.clock()
    return _act(here, key, plan_id, lambda session: actions_plans.change_plan(session, plan_id, details, caller, now))


@router.post(f"{PLAN}/end", response_model=PlanOut, openapi_extra=refusals(NotFound))
def end_affiliation(here: Here, caller: Staff, plan_id: uuid.UUID, key: Key) -> Response:
    """Members belong to it no more: its partner is told that those whom it knows are gone."""
    now, today = here.clock(), here.member_terms().day
    return _act(here, key, plan_id, lambda session: actions_plans.end_plan(session, plan_id, today, caller, now))


@router.post(f"{PLAN}/reopen", response_model=PlanOut, openapi_extra=refusals(NotFound))
def reopen_affiliation(here: Here, caller: Staff, plan_id: uuid.UUID, key: Key) -> Response:
    """It goes on after all: who agreed belongs to it again."""
    now = here.clock()
    return _act(here, key, plan_id, lambda session: actions_plans.reopen_plan(session, plan_id, caller, now))


def _act(here: RegistrationService, key: Key, plan_id: uuid.UUID, change: Callable[[Session], None]) -> Response:
    with here.db.write() as session:

        def act() -> PlanOut:
            change(session)
            return _of(session, plan_id)

        return once(session, key, here.clock(), act)


def _of(session: Session, plan_id: uuid.UUID) -> PlanOut:
    session.flush()
    plan = plan_of(session, plan_id)
    if plan is None:
        raise NotFound()
    return PlanOut.of(plan)
