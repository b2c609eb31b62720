"""Recognising a visitor by a company code or a personal link, and the staff's pages about companies."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from kit import app as kit_app
from kit.auth import Caller, allow
from kit.errors import NotFound
from kit.paging import ListAddress
from registration.history import queries as history
from registration.limits import slow_down
from registration.links import Links
from registration.members import actions, queries
from registration.members.models import Company, Person
from registration.members.rules import MEMBER_COOKIE, REMEMBERED, MemberStatus, own_path, shown_code
from registration.service import Here, RegistrationService

router = APIRouter(include_in_schema=False)
Staff = Annotated[Caller, allow("director", "coordinator")]
CODE_PAGES = {"fr": "/fr/membre", "en": "/en/member"}


@router.get("/fr/membre", dependencies=[allow("public")])
def code_form_fr(request: Request, here: Here, next: str = "") -> Response:
    """Type a company's code, or see who one is recognised as."""
    return _code_page(request, here, "fr", next)


@router.get("/en/member", dependencies=[allow("public")])
def code_form_en(request: Request, here: Here, next: str = "") -> Response:
    return _code_page(request, here, "en", next)


@router.post("/fr/membre", dependencies=[allow("public")])
def code_fr(
    request: Request, here: Here, code: Annotated[str, Form(max_length=60)] = "", next: Annotated[str, Form()] = ""
) -> Response:
    """Recognise the company of a code and go on to `next`, or to the activities."""
    return _recognise(request, here, "fr", code, next)


@router.post("/en/member", dependencies=[allow("public")])
def code_en(
    request: Request, here: Here, code: Annotated[str, Form(max_length=60)] = "", next: Annotated[str, Form()] = ""
) -> Response:
    return _recognise(request, here, "en", code, next)


@router.post("/member/forget", dependencies=[allow("public")])
def forget(here: Here, lang: Annotated[str, Form()] = "fr", next: Annotated[str, Form()] = "") -> Response:
    """« Ce n'est pas vous? »: this browser is nobody in particular again."""
    response = kit_app.see(here.home + (own_path(next) or f"/{'en' if lang == 'en' else 'fr'}"))
    response.delete_cookie(MEMBER_COOKIE, httponly=True, samesite="lax", secure=here.settings.secure)
    return response


@router.get("/m/{person_id}/{token}", dependencies=[allow("link")])
def personal_link(here: Here, person_id: uuid.UUID, token: str) -> Response:
    """A member's personal link: recognised, then the activities at an address that says nothing."""
    with here.db.read() as session:
        person, company = queries.by_link(session, here.settings.ticket_key, person_id, token)
    return _remember(here, company, person, f"/{'en' if person.lang == 'en' else 'fr'}")


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
    with here.db.read() as session:
        page = queries.companies(session, q[:100], standing, after, before)
        people = queries.delegates(session, page.rows)
        counts = queries.standings(session)
    context: dict[str, Any] = {"page": page, "people": people, "counts": counts, "q": q[:100]}
    context["link"] = ListAddress(f"{here.home}/staff/members", {"status": standing, "q": q[:100]})
    context |= {"standing": standing.value if standing else "", "standings": list(MemberStatus)}
    return kit_app.page(request, "members/companies.html", kit_app.language(request, caller.lang), **context)


@router.get("/staff/members/{company_id}")
def company(request: Request, here: Here, caller: Staff, company_id: uuid.UUID, done: str = "") -> Response:
    """One company: where it stands, its code, its people and their personal links, its history."""
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        found = queries.company_file(session, company_id)
        entries = history.of(session, company_id)
    if found is None:
        raise NotFound()
    links = _links(here)
    context: dict[str, Any] = {
        "file": found,
        "code": shown_code(found.company.access_code),
        "code_page": here.home + CODE_PAGES["en" if found.company.lang == "en" else "fr"],
        "links": {person.id: links.person(person.id, person.link_version) for person in found.people},
        "entries": history.told(entries, here.pages.catalogue, here.association().timezone, lang),
        "standings": list(MemberStatus),
        "done": done,
    }
    return kit_app.page(request, "members/company.html", lang, **context)


@router.post("/staff/members/{company_id}/standing")
def set_standing(here: Here, caller: Staff, company_id: uuid.UUID, status: Annotated[MemberStatus, Form()]) -> Response:
    with here.db.write() as session:
        actions.set_standing(session, company_id, status, caller, here.clock())
    return _done(here, company_id, "standing")


@router.post("/staff/members/{company_id}/code")
def renew_code(here: Here, caller: Staff, company_id: uuid.UUID) -> Response:
    with here.db.write() as session:
        actions.renew_code(session, company_id, caller, here.clock())
    return _done(here, company_id, "code")


@router.post("/staff/members/people/{person_id}/send")
def send_link(here: Here, caller: Staff, person_id: uuid.UUID) -> Response:
    with here.db.write() as session:
        person = actions.send_link(session, person_id, _links(here), caller, here.clock())
    return _done(here, person.company_id, "sent")


@router.post("/staff/members/people/{person_id}/renew")
def renew_link(here: Here, caller: Staff, person_id: uuid.UUID) -> Response:
    with here.db.write() as session:
        person = actions.renew_link(session, person_id, caller, here.clock())
    return _done(here, person.company_id, "renewed")


def _links(here: RegistrationService) -> Links:
    return Links(here.home, here.settings.ticket_key)


def _done(here: RegistrationService, company_id: uuid.UUID, what: str) -> Response:
    return kit_app.see(f"{here.home}/staff/members/{company_id}?done={what}")


def _recognise(request: Request, here: RegistrationService, lang: str, code: str, next: str) -> Response:
    slow_down(here, request, "code")
    with here.db.read() as session:
        company = queries.by_code(session, code)
    if company is None:
        return _code_page(request, here, lang, next, code, wrong=True)
    return _remember(here, company, None, own_path(next) or f"/{lang}")


def _remember(here: RegistrationService, company: Company, person: Person | None, path: str) -> Response:
    response = kit_app.see(here.home + path)
    settings = here.settings
    value = queries.remembered(settings.session_secret, company, person, here.clock())
    life = int(REMEMBERED.total_seconds())
    response.set_cookie(MEMBER_COOKIE, value, max_age=life, httponly=True, samesite="lax", secure=settings.secure)
    return response


def _code_page(
    request: Request, here: RegistrationService, lang: str, next: str, code: str = "", wrong: bool = False
) -> Response:
    other = "en" if lang == "fr" else "fr"
    cookie = request.cookies.get(MEMBER_COOKIE, "")
    with here.db.read() as session:
        visitor, person = queries.recognised(session, here.settings.session_secret, cookie, here.clock())
    context = {"visitor": visitor, "person": person, "code": code, "wrong": wrong, "next": own_path(next)}
    context |= {"action": here.base + CODE_PAGES[lang], "other_url": here.base + CODE_PAGES[other]}
    return kit_app.page(request, "members/code.html", lang, 422 if wrong else 200, **context)
