"""Whom a company covers, for its HR's programs. The secret part of her personal link is the header `X-Link-Token`."""

import json
import uuid
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlmodel import Session

from kit.auth import allow
from kit.errors import InvalidInput, NotFound, refusals
from kit.idempotency import Key, RequestKey, once, rebuilt
from registration.plans.actions import Act, resend
from registration.plans.flows import act
from registration.plans.lists.actions_people import leave_list, put_in_place, stop, write_address
from registration.plans.lists.schemas import PersonIn
from registration.plans.queries import coverage_of, coverages_of, free_places
from registration.plans.rules import AlreadyCovered, NoAddress, NotCovered, PlanEnded
from registration.public.form.schemas import LinkToken
from registration.public.plan.queries import Asked, Hr, hr_by_link
from registration.public.plan.schemas import AddressIn, CoverageOut, MineOut
from registration.service import Here, RegistrationService

router = APIRouter(tags=["plans"], dependencies=[allow("link")])


def _hr(here: Here, person_id: uuid.UUID, plan_key: str, token: LinkToken = "") -> Hr:
    asked = Asked(plan_key, here.member_terms())
    with here.db.read() as session:
        return hr_by_link(here, session, person_id, token, asked)


Mine = Annotated[Hr, Depends(_hr)]


@router.get("/api/people/{person_id}/plans/{plan_key}", openapi_extra=refusals(NotFound))
def get_my_plan(here: Here, hr: Mine) -> MineOut:
    """Whom the company covers, from when to when. Nothing is known of whether anybody ever called."""
    return _mine(here, hr)


def _mine(here: RegistrationService, hr: Hr) -> MineOut:
    with here.db.read(one_state=True) as session:
        people = coverages_of(session, hr.whose)
        free = free_places(session, hr.whose, act(here, hr.caller).today)
    plan = hr.plan
    return MineOut(
        people=[CoverageOut.of(one) for one in people],
        free=free,
        starts=plan.starts.isoformat(),
        ends=plan.ends.isoformat() if plan.ends else "",
    )


Change = Callable[[Session, Act], uuid.UUID]
ONE = "/api/people/{person_id}/plans/{plan_key}/coverages/{coverage_id}"


@router.post(
    f"{ONE}/replacement",
    status_code=201,
    response_model=CoverageOut,
    openapi_extra=refusals(NotFound, NotCovered, AlreadyCovered, PlanEnded, InvalidInput),
)
def replace_covered(here: Here, hr: Mine, coverage_id: uuid.UUID, person: PersonIn, key: Key) -> Response:
    """Somebody else takes the place that is paid: the old code is valid no more, the new one leaves at once."""

    def change(session: Session, now: Act) -> uuid.UUID:
        return put_in_place(session, hr.whose, coverage_id, person, here.settings.reach, now).id

    return _once(here, hr, key, change, 201)


@router.post(
    f"{ONE}/address",
    response_model=CoverageOut,
    openapi_extra=refusals(NotFound, NotCovered, AlreadyCovered, InvalidInput),
)
def correct_covered_address(here: Here, hr: Mine, coverage_id: uuid.UUID, asked: AddressIn, key: Key) -> Response:
    """Another address: the same code leaves again, to it. An empty one: it is on a card from now on."""

    def change(session: Session, now: Act) -> uuid.UUID:
        return write_address(session, hr.whose, coverage_id, asked.email, here.settings.reach, now).id

    return _once(here, hr, key, change)


@router.post(f"{ONE}/letter", response_model=CoverageOut, openapi_extra=refusals(NotFound, NotCovered, NoAddress))
def send_code_again(here: Here, hr: Mine, coverage_id: uuid.UUID, key: Key) -> Response:
    """The same code once more, to the same address."""

    def change(session: Session, now: Act) -> uuid.UUID:
        return resend(session, hr.whose, coverage_id, now).id

    return _once(here, hr, key, change)


@router.post(f"{ONE}/end", response_model=CoverageOut, openapi_extra=refusals(NotFound, NotCovered))
def end_covered(here: Here, hr: Mine, coverage_id: uuid.UUID, key: Key) -> Response:
    """Covered no more. Before the plan begins what was paid is credited; afterwards the place waits for a newcomer."""

    def change(session: Session, now: Act) -> uuid.UUID:
        stop(session, hr.whose, coverage_id, now)
        return coverage_id

    return _once(here, hr, key, change)


@router.post(f"{ONE}/removal", response_model=MineOut, openapi_extra=refusals(NotFound, NotCovered))
def take_off_list(here: Here, hr: Mine, coverage_id: uuid.UUID, key: Key) -> Response:
    """Somebody on the list whom nothing pays yet is forgotten."""
    now = act(here, hr.caller)
    with here.db.write() as session:
        kept = once(session, key, now.now, lambda: leave_list(session, hr.whose, coverage_id, now))
    return rebuilt(kept, _mine(here, hr))


def _once(here: RegistrationService, hr: Hr, key: RequestKey | None, change: Change, status: int = 200) -> Response:
    """Do it once. Nothing that names anybody is kept with the key."""
    now = act(here, hr.caller)
    with here.db.write() as session:
        kept = once(session, key, now.now, lambda: change(session, now), status)
        changed = uuid.UUID(json.loads(bytes(kept.body)))
        return rebuilt(kept, CoverageOut.of(coverage_of(session, hr.whose, changed)))
