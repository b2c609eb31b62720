"""The director's pages: who works with Guichet, with which roles, and which programs do."""

import uuid
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from kit import app as kit_app
from kit.auth import STAFF
from kit.contracts.callers import Caller
from kit.errors import NotFound, Refusal
from registration.access import actions, queries
from registration.history import queries as history
from registration.history import view as history_view
from registration.office.accounts.api import (
    Director,
    account_details,
    changed_details,
    invite_with_link,
    send_link_again,
    staff_member,
)
from registration.office.accounts.queries import doors
from registration.office.accounts.schemas import AccountForm, account_form, last_day
from registration.office.accounts.view import KINDS, NOTICES, account_actions
from registration.service import Here, RegistrationService

router = APIRouter(include_in_schema=False)
PageForm = Annotated[AccountForm, Depends(account_form)]


@router.get("/staff/people")
def people(request: Request, here: Here, caller: Director) -> Response:
    """Every account, those who may enter first."""
    with here.db.read() as session:
        accounts = queries.accounts(session, here.clock())
    lang, zone = kit_app.language(request, caller.lang), here.association().timezone
    return kit_app.page(request, "accounts/people.html", lang, accounts=accounts, kinds=KINDS, zone=zone)


@router.get("/staff/people/new")
def new(request: Request, here: Here, caller: Director) -> Response:
    return _new(request, here, caller, AccountForm(lang=caller.lang))


@router.post("/staff/people")
def invite(request: Request, here: Here, caller: Director, form: PageForm) -> Response:
    """Open the account and send its first link."""
    now = here.clock()
    try:
        details = account_details(here, form)
        with here.db.write() as session:
            member = invite_with_link(here, session, details, caller, now)
    except Refusal as refusal:
        return _new(request, here, caller, form, refusal)
    return kit_app.see(f"{here.home}/staff/people/{member.id}?done=invited")


@router.get("/staff/people/{staff_id}")
def person(request: Request, here: Here, caller: Director, staff_id: uuid.UUID, done: str = "") -> Response:
    """One account, its history and what can be done with it."""
    with here.db.read() as session:
        member = staff_member(session, staff_id)
    until = last_day(member.expires_at, here.association().timezone)
    bound = tuple(member.activities)
    form = AccountForm(member.name, member.email, tuple(member.roles), member.lang, until, bound)
    return _account(request, here, caller, staff_id, form, done)


@router.post("/staff/people/{staff_id}")
def change(request: Request, here: Here, caller: Director, staff_id: uuid.UUID, form: PageForm) -> Response:
    """Change name, roles, language and end; the address stays."""
    with here.db.read() as session:
        member = staff_member(session, staff_id)
    form = replace(form, email=member.email)
    try:
        details = changed_details(here, member, form)
        with here.db.write() as session:
            actions.change(session, staff_id, details, caller, here.clock())
    except Refusal as refusal:
        return _account(request, here, caller, staff_id, form, refusal=refusal)
    return _done(here, staff_id, "changed")


@router.post("/staff/people/{staff_id}/link")
def send_link(here: Here, caller: Director, staff_id: uuid.UUID) -> Response:
    """Send a link that sets a password: the invitation again, or a new password."""
    with here.db.write() as session:
        send_link_again(here, session, staff_id, caller, here.clock())
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


def _done(here: RegistrationService, staff_id: uuid.UUID, what: str) -> Response:
    return kit_app.see(f"{here.home}/staff/people/{staff_id}?done={what}")


def _new(
    request: Request, here: RegistrationService, caller: Caller, form: AccountForm, refusal: Refusal | None = None
) -> Response:
    """The form of a new account."""
    lang = kit_app.language(request, caller.lang)
    status, errors = refusal.status if refusal else 200, here.errors(refusal, lang)
    with here.db.read() as session:
        known = doors(here, session)
    context = {"form": form, "errors": errors, "roles": STAFF, "doors": known}
    return kit_app.page(request, "accounts/new.html", lang, status, **context)


def _account(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    staff_id: uuid.UUID,
    form: AccountForm,
    done: str = "",
    refusal: Refusal | None = None,
) -> Response:
    """The form of an account that exists, its history and what can be done with it."""
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        account = queries.account(session, staff_id, here.clock())
        entries = history.of(session, staff_id)
        known = doors(here, session, form.activities)
    if account is None:
        raise NotFound()
    return kit_app.page(
        request,
        "accounts/person.html",
        lang,
        refusal.status if refusal else 200,
        account=account,
        actions=account_actions(account),
        kind=KINDS[account.state],
        entries=history_view.lines(entries, here.pages.catalogue, here.association().timezone, lang),
        form=form,
        done=done if done in NOTICES else "",
        errors=here.errors(refusal, lang),
        roles=STAFF,
        doors=known,
    )
