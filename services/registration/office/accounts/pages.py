"""The director's pages: who works with Guichet, with which roles, and which programs do."""

import uuid
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response

from kit import app as kit_app
from kit.auth import STAFF, Caller
from kit.errors import InvalidInput, Refusal
from registration.access import actions, queries
from registration.history import queries as history
from registration.history import view as history_view
from registration.office.accounts.api import (
    Director,
    account_asked,
    change_asked,
    invited,
    link_sent,
    member_of,
    token_asked,
)
from registration.office.accounts.schemas import AccountForm, account_form, last_day
from registration.service import Here, RegistrationService

router = APIRouter(include_in_schema=False)
Typed = Annotated[AccountForm, Depends(account_form)]


@router.get("/staff/people")
def people(request: Request, here: Here, caller: Director) -> Response:
    """Every account, those who may enter first."""
    with here.db.read() as session:
        accounts = queries.accounts(session, here.clock())
    return _page(request, here, caller, "accounts/people.html", accounts=accounts)


@router.get("/staff/people/new")
def new(request: Request, here: Here, caller: Director) -> Response:
    return _form(request, here, caller, AccountForm(lang=caller.lang))


@router.post("/staff/people")
def invite(request: Request, here: Here, caller: Director, typed: Typed) -> Response:
    """Open the account and send its first link."""
    now = here.clock()
    try:
        asked = account_asked(here, typed)
        with here.db.write() as session:
            member = invited(here, session, asked, caller, now)
    except Refusal as refusal:
        return _form(request, here, caller, typed, refusal=refusal)
    return kit_app.see(f"{here.home}/staff/people/{member.id}?done=invited")


@router.get("/staff/people/{staff_id}")
def person(request: Request, here: Here, caller: Director, staff_id: uuid.UUID, done: str = "") -> Response:
    """One account, its history and what can be done with it."""
    with here.db.read() as session:
        member = member_of(session, staff_id)
    until = last_day(member.expires_at, here.association().timezone)
    typed = AccountForm(member.name, member.email, tuple(member.roles), member.lang, until)
    return _form(request, here, caller, typed, staff_id, done)


@router.post("/staff/people/{staff_id}")
def change(request: Request, here: Here, caller: Director, staff_id: uuid.UUID, typed: Typed) -> Response:
    """Change name, roles, language and end; the address stays."""
    with here.db.read() as session:
        member = member_of(session, staff_id)
    typed = replace(typed, email=member.email)
    try:
        asked = change_asked(here, member, typed)
        with here.db.write() as session:
            actions.change(session, staff_id, asked, caller, here.clock())
    except Refusal as refusal:
        return _form(request, here, caller, typed, staff_id, refusal=refusal)
    return _done(here, staff_id, "changed")


@router.post("/staff/people/{staff_id}/link")
def send_link(here: Here, caller: Director, staff_id: uuid.UUID) -> Response:
    """Send a link that sets a password: the invitation again, or a new password."""
    with here.db.write() as session:
        link_sent(here, session, staff_id, caller, here.clock())
    return _done(here, staff_id, "sent")


@router.post("/staff/people/{staff_id}/close")
def close(here: Here, caller: Director, staff_id: uuid.UUID) -> Response:
    """Close the account: its logins end now. The last director stays."""
    with here.db.write() as session:
        actions.close(session, staff_id, caller, here.clock())
    return _done(here, staff_id, "closed")


@router.post("/staff/people/{staff_id}/reopen")
def reopen(here: Here, caller: Director, staff_id: uuid.UUID) -> Response:
    with here.db.write() as session:
        actions.reopen(session, staff_id, caller, here.clock())
    return _done(here, staff_id, "reopened")


@router.get("/staff/tokens")
def tokens(request: Request, here: Here, caller: Director) -> Response:
    """The programs that may use the API in the association's name."""
    return _tokens(request, here, caller)


@router.post("/staff/tokens")
def make_token(
    request: Request,
    here: Here,
    caller: Director,
    name: Annotated[str, Form(max_length=100)] = "",
    roles: Annotated[list[str] | None, Form()] = None,
    until: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Make a token and show it, this once."""
    typed = AccountForm(name=name, roles=tuple(roles or ()), until=until)
    now = here.clock()
    try:
        kept, expires_at = token_asked(here, name, typed.roles, _day(until), now)
    except InvalidInput as refusal:
        return _tokens(request, here, caller, typed, refusal)
    with here.db.write() as session:
        _row, token = actions.make_token(session, kept, list(typed.roles), expires_at, caller, now)
    return _tokens(request, here, caller, token=token)


@router.post("/staff/tokens/{token_id}/revoke")
def revoke(here: Here, caller: Director, token_id: uuid.UUID) -> Response:
    with here.db.write() as session:
        actions.revoke_token(session, token_id, caller, here.clock())
    return kit_app.see(f"{here.home}/staff/tokens")


def _day(typed: str) -> date | None:
    """Raises InvalidInput."""
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise InvalidInput({"until": "problem.staff_until"}) from None


def _done(here: RegistrationService, staff_id: uuid.UUID, what: str) -> Response:
    return kit_app.see(f"{here.home}/staff/people/{staff_id}?done={what}")


def _form(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    typed: AccountForm,
    staff_id: uuid.UUID | None = None,
    done: str = "",
    refusal: Refusal | None = None,
) -> Response:
    """The form of a new account, or of one that exists with what can be done with it."""
    lang = kit_app.language(request, caller.lang)
    context: dict[str, Any] = {"account": None, "entries": []}
    if staff_id:
        with here.db.read() as session:
            context["account"] = queries.account(session, staff_id, here.clock())
            entries = history.of(session, staff_id)
        context["entries"] = history_view.lines(entries, here.pages.catalogue, here.association().timezone, lang)
    context |= {"typed": typed, "done": done, "errors": here.errors(refusal, lang), "roles": STAFF}
    template = "accounts/person.html" if staff_id else "accounts/new.html"
    return kit_app.page(request, template, lang, refusal.status if refusal else 200, **context)


def _tokens(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    typed: AccountForm = AccountForm(),
    refusal: Refusal | None = None,
    token: str = "",
) -> Response:
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        rows = queries.tokens(session)
    context = {"tokens": rows, "typed": typed, "token": token, "errors": here.errors(refusal, lang), "roles": STAFF}
    context |= {"now": here.clock(), "zone": here.association().timezone}
    return kit_app.page(request, "accounts/tokens.html", lang, refusal.status if refusal else 200, **context)


def _page(request: Request, here: RegistrationService, caller: Caller, template: str, **context: Any) -> Response:
    zone = here.association().timezone
    return kit_app.page(request, template, kit_app.language(request, caller.lang), zone=zone, **context)
