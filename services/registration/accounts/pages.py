"""The director's pages: who works with Guichet, with which roles, and which programs do."""

import uuid
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from sqlmodel import Session

from kit import app as kit_app
from kit.auth import STAFF, Caller, allow
from kit.errors import InvalidInput, NotFound, Refusal
from registration.access import actions, queries
from registration.access.rules import AccountAsked, account_problems, roles_problem
from registration.access.schemas import AccountForm, account_form, ends, last_day
from registration.history import queries as history
from registration.history.actions import record
from registration.service import Here, RegistrationService
from registration.staff.models import StaffMember

router = APIRouter(include_in_schema=False)
Director = Annotated[Caller, allow("director")]
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
        asked = _asked(here, typed)
        with here.db.write() as session:
            member = actions.invite(session, asked, caller, now)
            actions.send_link(session, member, "staff_invite", here.home, here.settings.session_secret, now)
    except Refusal as refusal:
        return _form(request, here, caller, typed, refusal=refusal)
    return kit_app.see(f"{here.home}/staff/people/{member.id}?done=invited")


@router.get("/staff/people/{staff_id}")
def person(request: Request, here: Here, caller: Director, staff_id: uuid.UUID, done: str = "") -> Response:
    """One account, its history and what can be done with it."""
    with here.db.read() as session:
        member = _member(session, staff_id)
    until = last_day(member.expires_at, here.association().timezone)
    typed = AccountForm(member.name, member.email, tuple(member.roles), member.lang, until)
    return _form(request, here, caller, typed, staff_id, done)


@router.post("/staff/people/{staff_id}")
def change(request: Request, here: Here, caller: Director, staff_id: uuid.UUID, typed: Typed) -> Response:
    """Change name, roles, language and end; the address stays."""
    with here.db.read() as session:
        member = _member(session, staff_id)
    zone = here.association().timezone
    try:
        # An end that was not touched is kept to the minute, and one that is past may stay so.
        kept = typed.until == last_day(member.expires_at, zone)
        asked = _asked(
            here, AccountForm(typed.name, member.email, typed.roles, typed.lang, "" if kept else typed.until)
        )
        if kept:
            asked = AccountAsked(asked.email, asked.name, asked.roles, asked.lang, member.expires_at)
        with here.db.write() as session:
            actions.change(session, staff_id, asked, caller, here.clock())
    except Refusal as refusal:
        typed = AccountForm(typed.name, member.email, typed.roles, typed.lang, typed.until)
        return _form(request, here, caller, typed, staff_id, refusal=refusal)
    return _done(here, staff_id, "changed")


@router.post("/staff/people/{staff_id}/link")
def send_link(here: Here, caller: Director, staff_id: uuid.UUID) -> Response:
    """Send a link that sets a password: the invitation again, or a new password."""
    now = here.clock()
    with here.db.write() as session:
        member = _member(session, staff_id)
        kind = "staff_reset" if member.password_hash else "staff_invite"
        actions.send_link(session, member, kind, here.home, here.settings.session_secret, now)
        record(session, "staff", staff_id, "staff.link_sent", caller, now)
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
        expires_at = _end_of(here, until)
        problems = roles_problem(typed.roles) | ({} if name.strip() else {"name": "problem.token_name"})
        problems |= {"until": "problem.staff_until"} if expires_at and expires_at <= now else {}
        if problems:
            raise InvalidInput(problems)
    except InvalidInput as refusal:
        return _tokens(request, here, caller, typed, refusal)
    with here.db.write() as session:
        token = actions.make_token(session, name.strip(), list(typed.roles), expires_at, caller, now)
    return _tokens(request, here, caller, token=token)


@router.post("/staff/tokens/{token_id}/revoke")
def revoke(here: Here, caller: Director, token_id: uuid.UUID) -> Response:
    with here.db.write() as session:
        actions.revoke_token(session, token_id, caller, here.clock())
    return kit_app.see(f"{here.home}/staff/tokens")


def _member(session: Session, staff_id: uuid.UUID) -> StaffMember:
    member = session.get(StaffMember, staff_id)
    if member is None:
        raise NotFound()
    return member


def _asked(here: RegistrationService, typed: AccountForm) -> AccountAsked:
    """What the form asks for; InvalidInput with everything that is wrong."""
    problems = {}
    try:
        asked = typed.asked(here.association().timezone)
    except ValueError:
        asked, problems = replace(typed, until="").asked(here.association().timezone), {"until": "problem.staff_until"}
    problems = account_problems(asked, here.clock()) | problems
    if problems:
        raise InvalidInput(problems)
    return asked


def _end_of(here: RegistrationService, until: str) -> datetime | None:
    try:
        return ends(date.fromisoformat(until), here.association().timezone) if until else None
    except ValueError as error:
        raise InvalidInput({"until": "problem.staff_until"}) from error


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
        context["entries"] = history.told(entries, here.pages.catalogue, here.association().timezone, lang)
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
