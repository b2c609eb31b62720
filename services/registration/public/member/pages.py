"""How a member makes herself known: the code of her company, or the link that is hers."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from kit import app as kit_app
from kit.auth import allow
from registration.members import queries
from registration.members.flows import visitor_code
from registration.members.models import Company, Person
from registration.members.queries_people import acting
from registration.members.rules import CODE_PAGES, MEMBER_COOKIE, MEMBER_COOKIE_LIFE, own_path, rights
from registration.service import Here, PageLang, RegistrationService

router = APIRouter(include_in_schema=False)


@router.get("/fr/membre", dependencies=[allow("public")])
@router.get("/en/member", dependencies=[allow("public")])
def code_form(request: Request, here: Here, lang: PageLang, next: str = "") -> Response:
    """Type a company's code, or see who one is recognised as."""
    return _code_page(request, here, lang, next)


@router.post("/fr/membre", dependencies=[allow("public")])
@router.post("/en/member", dependencies=[allow("public")])
def recognise(
    request: Request,
    here: Here,
    lang: PageLang,
    code: Annotated[str, Form(max_length=60)] = "",
    next: Annotated[str, Form()] = "",
) -> Response:
    """Recognise the company of a code and go on to `next`, or to the activities."""
    company = visitor_code(here, request, code).company
    if company is None:
        return _code_page(request, here, lang, next, code, wrong=True)
    return _remember(here, company, None, own_path(next) or f"/{lang}")


@router.post("/member/forget", dependencies=[allow("public")])
def forget(here: Here, lang: Annotated[str, Form()] = "fr", next: Annotated[str, Form()] = "") -> Response:
    """« Ce n'est pas vous? »: forget which company or person this browser was recognised as."""
    response = kit_app.see(here.home + (own_path(next) or f"/{'en' if lang == 'en' else 'fr'}"))
    response.delete_cookie(
        here.settings.cookie(MEMBER_COOKIE), httponly=True, samesite="lax", secure=here.settings.secure
    )
    return response


@router.get("/m/{person_id}/{token}", dependencies=[allow("link")])
def personal_link(here: Here, person_id: uuid.UUID, token: str, next: str = "") -> Response:
    """A member's personal link: recognised, then `next` or the company's page (the activities, for who does nothing for
    it), at an address that says nothing."""
    day = here.member_terms().day
    with here.db.read() as session:
        person, company = queries.by_link(session, here.settings.ticket_key, person_id, token, day)
        roles = acting(session, person.id, company.id, day)
    home = "/company" if rights(roles) else f"/{'en' if person.lang == 'en' else 'fr'}"
    return _remember(here, company, person, own_path(next) or home)


def _remember(here: RegistrationService, company: Company, person: Person | None, path: str) -> Response:
    response = kit_app.see(here.home + path)
    settings = here.settings
    cookie = queries.member_cookie(settings.session_secret, company, person, here.clock())
    life = int(MEMBER_COOKIE_LIFE.total_seconds())
    response.set_cookie(
        settings.cookie(MEMBER_COOKIE), cookie, max_age=life, httponly=True, samesite="lax", secure=settings.secure
    )
    return response


def _code_page(
    request: Request, here: RegistrationService, lang: str, next: str, code: str = "", wrong: bool = False
) -> Response:
    other = "en" if lang == "fr" else "fr"
    cookie = request.cookies.get(here.settings.cookie(MEMBER_COOKIE), "")
    secret, terms = here.settings.session_secret, here.member_terms()
    with here.db.read() as session:
        visitor, person = queries.visitor_by_cookie(session, secret, cookie, here.clock(), terms)
    return kit_app.page(
        request,
        "member/code.html",
        lang,
        422 if wrong else 200,
        visitor=visitor,
        person=person,
        code=code,
        wrong=wrong,
        next=own_path(next),
        action=here.base + CODE_PAGES[lang],
        other_url=here.base + CODE_PAGES[other],
    )
