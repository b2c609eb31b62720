"""Accounts of staff and tokens of programs, as an API: what the director's pages do."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from sqlmodel import Session

from kit.auth import allow
from kit.contracts.callers import Caller
from kit.contracts.letters.links import StaffInvite, StaffReset
from kit.errors import InvalidInput, NotFound, refusals
from kit.idempotency import Key, once
from registration.access import actions, queries
from registration.access.rules import AccountDetails, EmailTaken, LastDirector, account_problems
from registration.history import queries as history
from registration.history.actions import record
from registration.office.accounts.queries import doors
from registration.office.accounts.schemas import (
    AccountChange,
    AccountForm,
    AccountIn,
    AccountOut,
    AccountView,
    last_day,
)
from registration.service import Here, RegistrationService
from registration.staff.models import StaffMember

router = APIRouter(tags=["accounts"])
Director = Annotated[Caller, allow("director")]


@router.get("/api/staff/people")
def list_accounts(here: Here, _caller: Director) -> list[AccountOut]:
    """Every account, those who may enter first."""
    with here.db.read() as session:
        return [AccountOut.of(row) for row in queries.accounts(session, here.clock())]


@router.post("/api/staff/people", status_code=201, response_model=AccountView, openapi_extra=refusals(EmailTaken))
def invite_staff(body: AccountIn, here: Here, caller: Director, key: Key) -> Response:
    """Open an account and send its first link."""
    now, account = here.clock(), account_details(here, body.form(body.email))
    with here.db.write() as session:

        def act() -> AccountView:
            return account_view(session, invite_with_link(here, session, account, caller, now).id, now)

        return once(session, key, now, act, status=201)


@router.get("/api/staff/people/{staff_id}", openapi_extra=refusals(NotFound))
def read_account(staff_id: uuid.UUID, here: Here, _caller: Director) -> AccountView:
    """One account and its history."""
    with here.db.read() as session:
        return account_view(session, staff_id, here.clock())


@router.post("/api/staff/people/{staff_id}", response_model=AccountView, openapi_extra=refusals(NotFound, LastDirector))
def change_account(staff_id: uuid.UUID, body: AccountChange, here: Here, caller: Director, key: Key) -> Response:
    """Change name, roles, language and end; the address stays. The last director stays one."""
    now = here.clock()
    with here.db.read() as session:
        member = staff_member(session, staff_id)
    account = changed_details(here, member, body.form(member.email))
    with here.db.write() as session:

        def act() -> AccountView:
            actions.change(session, staff_id, account, caller, now)
            return account_view(session, staff_id, now)

        return once(session, key, now, act)


@router.post("/api/staff/people/{staff_id}/link", response_model=AccountView, openapi_extra=refusals(NotFound))
def send_account_link(staff_id: uuid.UUID, here: Here, caller: Director, key: Key) -> Response:
    """Send a link that sets a password: the invitation again, or a new password."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> AccountView:
            send_link_again(here, session, staff_id, caller, now)
            return account_view(session, staff_id, now)

        return once(session, key, now, act)


@router.post(
    "/api/staff/people/{staff_id}/close", response_model=AccountView, openapi_extra=refusals(NotFound, LastDirector)
)
def close_account(staff_id: uuid.UUID, here: Here, caller: Director, key: Key) -> Response:
    """Close the account: its logins end now. The last director stays."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> AccountView:
            actions.close(session, staff_id, caller, now)
            return account_view(session, staff_id, now)

        return once(session, key, now, act)


@router.post("/api/staff/people/{staff_id}/reopen", response_model=AccountView, openapi_extra=refusals(NotFound))
def reopen_account(staff_id: uuid.UUID, here: Here, caller: Director, key: Key) -> Response:
    """Open a closed account again, with the password it had."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> AccountView:
            actions.reopen(session, staff_id, caller, now)
            return account_view(session, staff_id, now)

        return once(session, key, now, act)


def invite_with_link(
    here: RegistrationService, session: Session, details: AccountDetails, by: Caller, now: datetime
) -> StaffMember:
    """Open an account and send its first link. Raises EmailTaken."""
    member = actions.invite(session, details, by, now)
    actions.send_link(session, member, StaffInvite, here.home, here.settings.session_secret, now)
    return member


def send_link_again(
    here: RegistrationService, session: Session, staff_id: uuid.UUID, by: Caller, now: datetime
) -> None:
    """Send the invitation again, or a link to a new password. Raises NotFound."""
    member = staff_member(session, staff_id)
    letter = StaffReset if member.password_hash else StaffInvite
    actions.send_link(session, member, letter, here.home, here.settings.session_secret, now)
    record(session, "staff", staff_id, "staff.link_sent", by, now)


def staff_member(session: Session, staff_id: uuid.UUID) -> StaffMember:
    """Raises NotFound."""
    member = session.get(StaffMember, staff_id)
    if member is None:
        raise NotFound()
    return member


def account_view(session: Session, staff_id: uuid.UUID, now: datetime) -> AccountView:
    """One account whole. Raises NotFound."""
    session.flush()
    account = queries.account(session, staff_id, now)
    if account is None:
        raise NotFound()
    return AccountView.whole(account, history.of(session, staff_id))


def account_details(here: RegistrationService, form: AccountForm) -> AccountDetails:
    """The account that a form describes. Raises InvalidInput with everything that is wrong."""
    problems, zone = {}, here.association().timezone
    try:
        details = form.details(zone)
    except ValueError:
        details, problems = replace(form, until="").details(zone), {"until": "problem.staff_until"}
    problems = account_problems(details, here.clock(), here.settings.reach) | problems
    chosen, unknown = chosen_doors(here, form.activities)
    if problems | unknown:
        raise InvalidInput(problems | unknown)
    return replace(details, doors=chosen)


def chosen_doors(here: RegistrationService, activities: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The activities chosen for a door, id to title, and what is wrong with the choice."""
    with here.db.read() as session:
        known = doors(here, session, activities)
    chosen = {one: known[one].fr for one in activities if one in known}
    return chosen, {} if len(chosen) == len(set(activities)) else {"activities": "problem.staff_activities"}


def changed_details(here: RegistrationService, member: StaffMember, form: AccountForm) -> AccountDetails:
    """The same for an account that exists: an end that was not changed stays to the minute, even when it is past."""
    if form.until != last_day(member.expires_at, here.association().timezone):
        return account_details(here, form)
    return replace(account_details(here, replace(form, until="")), expires_at=member.expires_at)
