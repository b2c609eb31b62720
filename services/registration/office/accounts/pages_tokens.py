"""Pages of integrators' tokens: the list, a new one shown once, one revoked."""

import uuid
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from kit import app as kit_app
from kit.auth import STAFF
from kit.contracts import texts
from kit.contracts.callers import Caller
from kit.errors import InvalidInput, Refusal
from registration.access import actions_tokens as actions
from registration.access import queries
from registration.office.accounts.api import Director
from registration.office.accounts.api_tokens import token_terms
from registration.office.accounts.queries import doors
from registration.office.accounts.schemas import AccountForm
from registration.office.accounts.view import token_lines
from registration.service import Here, RegistrationService

router = APIRouter(include_in_schema=False)


@router.get("/staff/tokens")
def tokens(request: Request, here: Here, caller: Director) -> Response:
    """The programs that may use the API in the association's name."""
    return _tokens(request, here, caller)


@router.post("/staff/tokens")
def make_token(
    request: Request,
    here: Here,
    caller: Director,
    name: Annotated[str, Form()] = "",
    roles: Annotated[list[str] | None, Form()] = None,
    until: Annotated[str, Form()] = "",
    activities: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Make a token and show it, this once."""
    form = AccountForm(name=name, roles=tuple(roles or ()), until=until, activities=tuple(activities or ()))
    now = here.clock()
    try:
        terms = token_terms(here, form, _day(until), now)
    except InvalidInput as refusal:
        return _tokens(request, here, caller, form, refusal)
    with here.db.write() as session:
        _row, token = actions.make_token(session, terms, caller, now)
    return _tokens(request, here, caller, token=token)


@router.post("/staff/tokens/{token_id}/revoke")
def revoke(here: Here, caller: Director, token_id: uuid.UUID) -> Response:
    with here.db.write() as session:
        actions.revoke_token(session, token_id, caller, here.clock())
    return kit_app.see(f"{here.home}/staff/tokens")


def _day(text: str) -> date | None:
    """Raises InvalidInput."""
    until = texts.day(text)
    if text and until is None:
        raise InvalidInput({"until": "problem.staff_until"})
    return until


def _tokens(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    form: AccountForm = AccountForm(),
    refusal: Refusal | None = None,
    token: str = "",
) -> Response:
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        rows = queries.tokens(session)
        known = doors(here, session, [one for row in rows for one in row.activities])
    return kit_app.page(
        request,
        "accounts/tokens.html",
        lang,
        refusal.status if refusal else 200,
        tokens=token_lines(rows, here.clock()),
        form=form,
        token=token,
        errors=here.errors(refusal, lang),
        roles=STAFF,
        doors=known,
        zone=here.association().timezone,
    )
