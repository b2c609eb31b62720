"""The staff's pages about companies."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import StreamingResponse

from kit import app as kit_app
from kit.auth import allow
from kit.clock import local_day
from kit.contracts.callers import Caller
from kit.errors import InvalidInput, NotFound
from kit.paging import ListAddress
from registration.history import queries as history
from registration.history import view as history_view
from registration.members import actions, queries
from registration.members.affiliations.queries import of_company
from registration.members.queries_list import companies, counted
from registration.members.queries_people import head_counts
from registration.members.records.queries import company_lists
from registration.members.rules import CODE_PAGES, GroupingKind, MemberStatus, shown_code, standing_decision
from registration.office.companies.api import companies_file
from registration.office.companies.queries import last_presences, years_of
from registration.office.companies.schemas import CompanyCriteria, CompanyExport
from registration.office.companies.view import (
    KINDS,
    NOTICES,
    CompanyWords,
    StandingForm,
    a_year_before,
    facts,
    person_links,
)
from registration.office.records.view import ListWords
from registration.service import Here, RegistrationService

router = APIRouter(include_in_schema=False)
Staff = Annotated[Caller, allow("director", "coordinator")]


@router.get("/staff/members")
def members(
    request: Request,
    here: Here,
    caller: Staff,
    after: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
) -> Response:
    """Companies by name, found by any word of it, narrowed, as they stand on a day."""
    criteria = CompanyCriteria.shown(request.query_params)
    lang, terms = kit_app.language(request, caller.lang), criteria.terms(here.member_terms())
    with here.db.read() as session:
        lists = company_lists(session)
        page = companies(session, criteria.narrowing(lists, terms.day), terms, after, before)
        shown = [row.company.id for row in page.rows]
        people, presences = head_counts(session, shown, terms.day), last_presences(session, shown)
        counts = counted(session, terms, a_year_before(terms.day))
    words, zone = CompanyWords(here.pages.catalogue, lang), here.association().timezone
    link = ListAddress(f"{here.home}/staff/members", criteria.asked())
    return kit_app.page(
        request,
        "companies/companies.html",
        lang,
        page=page,
        people=people,
        presences={key: local_day(at, zone) for key, at in presences.items()},
        standing_tabs=words.tabs(link, counts.standings, criteria.status or None),
        kinds=KINDS,
        criteria=criteria,
        link=link,
        export=ListAddress(f"{here.home}/staff/members/export", criteria.asked()),
        lists=ListWords(here.pages.catalogue, lang, lists, terms.day),
        groupings=list(GroupingKind),
        day=terms.day,
        moved=counts,
    )


@router.get("/staff/members/export")
def export_members(
    request: Request, here: Here, caller: Staff, asked: Annotated[CompanyExport, Query()]
) -> StreamingResponse:
    """The list as it is narrowed, as a file."""
    return companies_file(here, asked, kit_app.language(request, caller.lang))


@router.get("/staff/members/{company_id}")
def company(request: Request, here: Here, caller: Staff, company_id: uuid.UUID, done: str = "") -> Response:
    """One company: where it stands and why, its code, its people and their personal links, its history."""
    return _company_page(request, here, caller, company_id, done=done)


@router.post("/staff/members/{company_id}/standing")
def decide_standing(
    request: Request,
    here: Here,
    caller: Staff,
    company_id: uuid.UUID,
    status: Annotated[MemberStatus, Form()],
    reason: Annotated[str, Form(max_length=200)] = "",
    until: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Say where the company stands, whatever its periods say; refused, the page comes back as it was filled in."""
    try:
        decision = standing_decision(status, reason, until, here.member_terms().day)
    except InvalidInput as refusal:
        return _company_page(request, here, caller, company_id, StandingForm(status, reason, until), refusal)
    with here.db.write() as session:
        actions.decide_standing(session, company_id, decision, caller, here.clock())
    return _done(here, company_id, "standing")


@router.post("/staff/members/{company_id}/standing/withdraw")
def withdraw_decision(here: Here, caller: Staff, company_id: uuid.UUID) -> Response:
    """The company stands by its periods again."""
    with here.db.write() as session:
        actions.withdraw_decision(session, company_id, caller, here.clock())
    return _done(here, company_id, "withdrawn")


@router.post("/staff/members/{company_id}/code")
def renew_code(here: Here, caller: Staff, company_id: uuid.UUID) -> Response:
    with here.db.write() as session:
        actions.renew_code(session, company_id, caller, here.clock())
    return _done(here, company_id, "code")


@router.post("/staff/members/people/{person_id}/send")
def send_link(here: Here, caller: Staff, person_id: uuid.UUID) -> Response:
    with here.db.write() as session:
        person = actions.send_link(session, person_id, here.links, caller, here.clock())
    return _done(here, person.company_id, "sent")


@router.post("/staff/members/people/{person_id}/renew")
def renew_link(here: Here, caller: Staff, person_id: uuid.UUID) -> Response:
    with here.db.write() as session:
        person = actions.renew_link(session, person_id, caller, here.clock())
    return _done(here, person.company_id, "renewed")


def _done(here: RegistrationService, company_id: uuid.UUID, what: str) -> Response:
    return kit_app.see(f"{here.home}/staff/members/{company_id}?done={what}")


def _company_page(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    company_id: uuid.UUID,
    form: StandingForm | None = None,
    refusal: InvalidInput | None = None,
    done: str = "",
) -> Response:
    lang, terms = kit_app.language(request, caller.lang), here.member_terms()
    with here.db.read() as session:
        file = queries.company_file(session, company_id, terms)
        affiliations = of_company(session, company_id)
        entries, years = history.of(session, company_id), years_of(session, company_id)
        lists = ListWords(here.pages.catalogue, lang, company_lists(session), terms.day)
    if file is None:
        raise NotFound()
    return kit_app.page(
        request,
        "companies/company.html",
        lang,
        422 if refusal else 200,
        years=years,
        affiliations=affiliations,
        facts=facts(file.company, lists),
        file=file,
        kind=KINDS[file.status],
        decision=file.decision,
        form=form or StandingForm.of(file),
        errors=here.errors(refusal, lang),
        today=terms.day,
        code=shown_code(file.company.access_code),
        code_page=here.home + CODE_PAGES["en" if file.company.lang == "en" else "fr"],
        links=person_links(here.links, file),
        entries=history_view.lines(entries, here.pages.catalogue, here.association().timezone, lang),
        standings=CompanyWords(here.pages.catalogue, lang).choices(),
        done=done if done in NOTICES else "",
    )
