"""Recognising a visitor by a company code or a personal link, and the staff's pages about companies."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from kit import app as kit_app
from kit.auth import allow
from kit.contracts.callers import Caller
from kit.errors import InvalidInput, NotFound
from kit.paging import ListAddress
from registration.history import queries as history
from registration.history import view as history_view
from registration.members import actions, queries
from registration.members.queries_people import head_counts
from registration.members.rules import CODE_PAGES, MemberStatus, shown_code, standing_decision
from registration.office.companies.view import KINDS, NOTICES, CompanyWords, StandingForm, person_links
from registration.service import Here, RegistrationService

router = APIRouter(include_in_schema=False)
Staff = Annotated[Caller, allow("director", "coordinator")]


@router.get("/staff/members")
def members(
    request: Request,
    here: Here,
    caller: Staff,
    q: str = "",
    status: str = "",
    after: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
) -> Response:
    """Companies by name, found by any word of it."""
    standing = MemberStatus(status) if status in set(MemberStatus) else None
    terms = here.member_terms()
    with here.db.read() as session:
        page = queries.companies(session, q, terms, standing, after, before)
        people = head_counts(session, [row.company.id for row in page.rows], terms.day)
        counts = queries.standings(session, terms)
    lang = kit_app.language(request, caller.lang)
    link = ListAddress(f"{here.home}/staff/members", {"status": standing, "q": q})
    return kit_app.page(
        request,
        "companies/companies.html",
        lang,
        page=page,
        people=people,
        standing_tabs=CompanyWords(here.pages.catalogue, lang).tabs(link, counts, standing),
        kinds=KINDS,
        q=q,
        link=link,
        standing=standing,
    )


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
        entries = history.of(session, company_id)
    if file is None:
        raise NotFound()
    return kit_app.page(
        request,
        "companies/company.html",
        lang,
        422 if refusal else 200,
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
