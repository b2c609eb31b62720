"""Companies and people, as an API: what the staff's pages do."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from kit.auth import allow
from kit.contracts import Day
from kit.contracts.callers import Caller
from kit.errors import InvalidInput, NotFound, refusals
from kit.idempotency import Key, once, rebuilt
from kit.sheets import ANSWERED, answer
from kit.text import fold
from registration.history import queries as history
from registration.members import actions, queries
from registration.members.models import Company, Person
from registration.members.queries_list import companies, companies_named, company_ids, counted, members_by_sector
from registration.members.queries_people import head_counts
from registration.members.records.queries import company_lists
from registration.members.rules import standing_decision
from registration.office.companies.queries import last_presences
from registration.office.companies.schemas import (
    CodeOut,
    CompanyCounts,
    CompanyCriteria,
    CompanyExport,
    CompanyList,
    CompanyOut,
    LinkOut,
    StandingIn,
    StandingOut,
)
from registration.office.companies.view import a_year_before, person_links
from registration.office.companies.view_export import Told, company_sheet
from registration.office.records.view import ListWords
from registration.service import Here, RegistrationService

router = APIRouter(tags=["members"])
Staff = Annotated[Caller, allow("director", "coordinator")]
# Rows that are read at once: a read of some milliseconds, and no more memory than that.
BATCH = 1_000


@router.get("/api/companies")
def list_companies(
    here: Here,
    _caller: Staff,
    criteria: Annotated[CompanyCriteria, Query()],
    after: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
) -> CompanyList:
    """Companies by name, fifty at a time, as they stand on a day."""
    terms = criteria.terms(here.member_terms())
    with here.db.read() as session:
        narrowed = criteria.narrowing(company_lists(session), terms.day)
        page = companies(session, narrowed, terms, after, before)
        return CompanyList.of(page, head_counts(session, [row.company.id for row in page.rows], terms.day))


@router.get("/api/company-counts")
def count_companies(here: Here, _caller: Staff, on: Day | None = None) -> CompanyCounts:
    """How many companies stand where on a day, and who came and went over the year before it."""
    terms = here.member_terms()
    terms = replace(terms, day=on or terms.day)
    with here.db.read() as session:
        counts = counted(session, terms, a_year_before(terms.day))
        sectors = members_by_sector(session, terms, company_lists(session))
    return CompanyCounts(
        on=terms.day,
        members=counts.members,
        came=counts.came,
        went=counts.went,
        standings=dict(counts.standings),
        sectors=dict(sectors),
    )


@router.get("/api/companies/export", response_class=StreamingResponse, responses=ANSWERED)
def export_companies(here: Here, caller: Staff, asked: Annotated[CompanyExport, Query()]) -> StreamingResponse:
    """The list as it is narrowed, whole, as a file."""
    return companies_file(here, asked, asked.lang or caller.lang)


def companies_file(here: RegistrationService, asked: CompanyExport, lang: str) -> StreamingResponse:
    """The companies, a thousand to a read: no connection is kept while they are sent."""
    terms = asked.terms(here.member_terms())
    with here.db.read() as session:
        lists = company_lists(session)
        ids = company_ids(session, asked.narrowing(lists, terms.day), terms)

    def batches() -> Iterator[list[Told]]:
        for begin in range(0, len(ids), BATCH):
            some = ids[begin : begin + BATCH]
            with here.db.read() as session:
                people, presences = head_counts(session, some, terms.day), last_presences(session, some)
                rows = companies_named(session, some, terms)
            yield [Told(row, people.get(row.company.id, 0), presences.get(row.company.id)) for row in rows]

    words = ListWords(here.pages.catalogue, lang, lists, terms.day)
    sheet = company_sheet(words, here.association().timezone, batches())
    return answer(sheet, asked.format, f"{fold(sheet.title)}-{terms.day.isoformat()}")


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
