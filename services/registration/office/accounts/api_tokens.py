"""Tokens of integrators, for programs: made, listed, revoked."""

import uuid
from datetime import date, datetime

from fastapi import APIRouter, Response

from kit.contracts.texts import LINE, seen
from kit.errors import InvalidInput, NotFound, refusals
from kit.idempotency import Key, once, rebuilt
from registration.access import actions_tokens as actions
from registration.access import queries
from registration.access.rules import roles_problem
from registration.office.accounts.api import Director, chosen_doors
from registration.office.accounts.schemas import AccountForm, TokenIn, TokenMade, TokenOut, end_of_day
from registration.service import Here, RegistrationService

router = APIRouter(tags=["accounts"])


@router.get("/api/staff/tokens")
def list_tokens(here: Here, _caller: Director) -> list[TokenOut]:
    """Every token, newest first; the revoked ones stay in the list."""
    with here.db.read() as session:
        return [TokenOut.of(row) for row in queries.tokens(session)]


@router.post("/api/staff/tokens", status_code=201, response_model=TokenMade)
def make_token(body: TokenIn, here: Here, caller: Director, key: Key) -> Response:
    """Make a token. Its secret is in this answer only."""
    now, secret = here.clock(), ""
    terms = token_terms(here, AccountForm(body.name, roles=body.roles, activities=_ids(body)), body.until, now)
    with here.db.write() as session:

        def act() -> TokenMade:
            nonlocal secret
            token, secret = actions.make_token(session, terms, caller, now)
            return TokenMade(**TokenOut.of(token).model_dump(), token="")

        answer = once(session, key, now, act, status=201)
    made = TokenMade.model_validate_json(bytes(answer.body)).model_copy(update={"token": secret})
    return rebuilt(answer, made)


@router.post("/api/staff/tokens/{token_id}/revoke", response_model=TokenOut, openapi_extra=refusals(NotFound))
def revoke_token(token_id: uuid.UUID, here: Here, caller: Director, key: Key) -> Response:
    """The token opens nothing more, nor does a pass it was exchanged for; billing and notify may go on showing it what
    it reads for a few minutes."""
    now = here.clock()
    with here.db.write() as session:
        return once(session, key, now, lambda: TokenOut.of(actions.revoke_token(session, token_id, caller, now)))


def _ids(body: TokenIn) -> tuple[str, ...]:
    return tuple(str(one) for one in body.activities)


def token_terms(here: RegistrationService, form: AccountForm, until: date | None, now: datetime) -> actions.TokenTerms:
    """What a token is to open, until that day. Raises InvalidInput with everything that is wrong."""
    name, roles = form.name, form.roles
    expires_at = end_of_day(until, here.association().timezone) if until else None
    problems = roles_problem(roles) | ({} if seen(name) else {"name": "problem.token_name"})
    problems |= {"name": "problem.line_too_long"} if len(seen(name)) > LINE else {}
    problems |= {"until": "problem.staff_until"} if expires_at and expires_at <= now else {}
    chosen, unknown = chosen_doors(here, form.activities)
    if problems | unknown:
        raise InvalidInput(problems | unknown)
    return actions.TokenTerms(seen(name), roles, expires_at, chosen)
