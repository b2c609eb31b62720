"""Companies and people, as an API: what the staff's pages do."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Response

from kit.auth import allow
from kit.contracts.callers import Caller
from kit.errors import InvalidInput, NotFound, refusals
from kit.idempotency import Key, once, rebuilt
from registration.history import queries as history
from registration.members import actions, queries
from registration.members.models import Company, Person
from registration.members.queries_people import head_counts
from registration.members.rules import MemberStatus, standing_decision
from registration.office.companies.schemas import CodeOut, CompanyList, CompanyOut, LinkOut, StandingIn, StandingOut
from registration.office.companies.view import person_links
from registration.service import Here

router = APIRouter(tags=["members"])
Staff = Annotated[Caller, allow("director", "coordinator")]


@router.get("/api/companies")
def list_companies(
    here: Here,
    _caller: Staff,
    q: Annotated[str, Query(max_length=100)] = "",
    status: MemberStatus | None = None,
    after: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
) -> CompanyList:
    """Companies by name, fifty at a time; accents and case do not count in `q`."""
    terms = here.member_terms()
    with here.db.read() as session:
        page = queries.companies(session, q, terms, status, after, before)
        return CompanyList.of(page, head_counts(session, [row.company.id for row in page.rows], terms.day))


@router.get("/api/companies/{company_id}", openapi_extra=refusals(NotFound))
def read_company(here: Here, _caller: Staff, company_id: uuid.UUID) -> CompanyOut:
    """One company with its code, its people and their personal links."""
    terms = here.member_terms()
    with here.db.read() as session:
        file, entries = queries.company_file(session, company_id, terms), history.of(session, company_id)
    if file is None:
        raise NotFound()
    return CompanyOut.of(file, person_links(here.links, file), entries)


@router.post(
    "/api/companies/{company_id}/standing", response_model=StandingOut, openapi_extra=refusals(NotFound, InvalidInput)
)
def set_company_standing(here: Here, caller: Staff, company_id: uuid.UUID, body: StandingIn, key: Key) -> Response:
    """Where the company stands by staff's decision, or by its periods again: its prices follow at once."""
    now, terms = here.clock(), here.member_terms()
    decision = standing_decision(body.status, body.reason, body.until, terms.day) if body.status else None
    with here.db.write() as session:

        def act() -> StandingOut:
            if decision is None:
                actions.withdraw_decision(session, company_id, caller, now)
            else:
                actions.decide_standing(session, company_id, decision, caller, now)
            session.flush()
            file = queries.company_file(session, company_id, terms)
            if file is None:
                raise NotFound()
            return StandingOut.of(file)

        return once(session, key, now, act)


@router.post("/api/companies/{company_id}/code", response_model=CodeOut, openapi_extra=refusals(NotFound))
def renew_company_code(here: Here, caller: Staff, company_id: uuid.UUID, key: Key) -> Response:
    """A new code; the old one is dead."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> None:
            actions.renew_code(session, company_id, caller, now)

        kept = once(session, key, now, act)
        return rebuilt(kept, CodeOut.of(session.get_one(Company, company_id)))


@router.post("/api/people/{person_id}/link", response_model=LinkOut, openapi_extra=refusals(NotFound))
def send_member_link(here: Here, caller: Staff, person_id: uuid.UUID, key: Key) -> Response:
    """Send somebody their personal link."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> None:
            actions.send_link(session, person_id, here.links, caller, now)

        return rebuilt(once(session, key, now, act), LinkOut.of(session.get_one(Person, person_id), here.links))


@router.post("/api/people/{person_id}/link/renew", response_model=LinkOut, openapi_extra=refusals(NotFound))
def renew_member_link(here: Here, caller: Staff, person_id: uuid.UUID, key: Key) -> Response:
    """A new personal link; the old one is dead. Nothing is sent."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> None:
            actions.renew_link(session, person_id, caller, now)

        return rebuilt(once(session, key, now, act), LinkOut.of(session.get_one(Person, person_id), here.links))
