"""Affiliations through the API: what companies agreed to, and what a partner is told."""

import uuid
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from sqlmodel import Session

from kit.auth import allow
from kit.contracts import Day
from kit.contracts.callers import Caller
from kit.contracts.texts import day as read_day
from kit.errors import InvalidInput, NotFound, refusals
from kit.idempotency import Key, once
from kit.sheets import ANSWERED, answer
from registration.members.affiliations import actions
from registration.members.affiliations.queries import cards, changes, of_company, plan_of, plans
from registration.members.affiliations.rules import AffiliationEnded, NotAffiliated, PartnerListChanged, Plan, consent
from registration.members.models import Company
from registration.office.affiliations.schemas import (
    AffiliationOut,
    ChangesExport,
    ChangesOut,
    ConsentIn,
    PlanOut,
    ToldIn,
)
from registration.office.affiliations.view import NOBODY, Words, changes_sheet
from registration.service import Here, RegistrationService

router = APIRouter(tags=["members"])
Staff = Annotated[Caller, allow("director", "coordinator")]
Since = Annotated[Day | None, Query(description="With what was told after this day; none: only what it does not know.")]
COMPANY = "/api/companies/{company_id}/affiliations"
PLAN = "/api/affiliations/{plan_id}"


@router.get("/api/affiliations")
def list_affiliations(here: Here, _caller: Staff) -> list[PlanOut]:
    """What a membership includes elsewhere."""
    with here.db.read() as session:
        return [PlanOut.of(plan) for plan in plans(session)]


@router.get(COMPANY, openapi_extra=refusals(NotFound))
def list_company_affiliations(here: Here, _caller: Staff, company_id: uuid.UUID) -> list[AffiliationOut]:
    """How a company stands towards each of them."""
    with here.db.read() as session:
        if session.get(Company, company_id) is None:
            raise NotFound()
        return [AffiliationOut.of(one) for one in of_company(session, company_id)]


@router.post(
    f"{COMPANY}/{{plan_id}}",
    response_model=AffiliationOut,
    status_code=201,
    openapi_extra=refusals(NotFound, InvalidInput, AffiliationEnded),
)
def agree_to_affiliation(
    here: Here, caller: Staff, company_id: uuid.UUID, plan_id: uuid.UUID, body: ConsentIn, key: Key
) -> Response:
    """The company agreed that the partner be told of it: on a day, in these words."""
    now, today = here.clock(), here.member_terms().day
    with here.db.write() as session:

        def act() -> AffiliationOut:
            plan = known(session, plan_id)
            actions.agree(session, company_id, plan, consent(body.form(), plan, today), caller, now)
            return _of(session, company_id, plan_id)

        return once(session, key, now, act, 201)


@router.post(
    f"{COMPANY}/{{plan_id}}/withdraw", response_model=AffiliationOut, openapi_extra=refusals(NotFound, NotAffiliated)
)
def withdraw_from_affiliation(
    here: Here, caller: Staff, company_id: uuid.UUID, plan_id: uuid.UUID, key: Key
) -> Response:
    """The company agrees no more."""
    now, today = here.clock(), here.member_terms().day
    with here.db.write() as session:

        def act() -> AffiliationOut:
            actions.withdraw(session, company_id, known(session, plan_id), today, caller, now)
            return _of(session, company_id, plan_id)

        return once(session, key, now, act)


@router.get(f"{PLAN}/changes", openapi_extra=refusals(NotFound))
def list_affiliation_changes(here: Here, _caller: Staff, plan_id: uuid.UUID, since: Since = None) -> ChangesOut:
    """What the partner is to be told: additions and removals that it does not know, and those told after a day."""
    with here.db.read() as session:
        known(session, plan_id)
    terms = here.member_terms()
    with here.db.read() as session:
        return ChangesOut.of(changes(session, plan_id, since, terms), since)


@router.get(
    f"{PLAN}/changes/export",
    response_class=StreamingResponse,
    responses=ANSWERED,
    openapi_extra=refusals(NotFound),
)
def export_affiliation_changes(
    here: Here, caller: Staff, plan_id: uuid.UUID, asked: Annotated[ChangesExport, Query()]
) -> StreamingResponse:
    """The same as a file: how the added companies are reached, and only the names of those removed."""
    return changes_file(here, plan_id, asked, asked.lang or caller.lang)


@router.post(f"{PLAN}/told", response_model=ChangesOut, openapi_extra=refusals(NotFound, PartnerListChanged))
def tell_affiliation_changes(here: Here, caller: Staff, plan_id: uuid.UUID, body: ToldIn, key: Key) -> Response:
    """The partner was told the list that has this mark."""
    now, terms = here.clock(), here.member_terms()
    with here.db.write() as session:

        def act() -> ChangesOut:
            return ChangesOut.of(actions.tell(session, plan_id, body.mark, terms, caller, now), None)

        return once(session, key, now, act)


def changes_file(here: RegistrationService, plan_id: uuid.UUID, asked: ChangesExport, lang: str) -> StreamingResponse:
    """What the partner is to be told, as a file."""
    terms, since = here.member_terms(), read_day(asked.since)
    with here.db.read() as session:
        plan = known(session, plan_id)
        lines = changes(session, plan_id, since, terms)
        reached = cards(session, lines, terms.day)
    told = [(one, reached.get(one.company_id, NOBODY)) for one in lines]
    sheet = changes_sheet(Words(here.pages.catalogue, lang), here.association().timezone, told)
    return answer(sheet, asked.format, file_name(plan, terms.day))


def file_name(plan: Plan, day: date) -> str:
    """It names the affiliation and nobody."""
    return f"{plan.key}-{day.isoformat()}"


def known(session: Session, plan_id: uuid.UUID) -> Plan:
    """The affiliation of this id. Raises NotFound."""
    plan = plan_of(session, plan_id)
    if plan is None:
        raise NotFound()
    return plan


def _of(session: Session, company_id: uuid.UUID, plan_id: uuid.UUID) -> AffiliationOut:
    session.flush()
    return next(AffiliationOut.of(one) for one in of_company(session, company_id) if one.plan.id == plan_id)
