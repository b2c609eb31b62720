"""What programs ask about staff: renewing a pass, exchanging an integrator's token."""

from typing import Annotated

from fastapi import APIRouter, Request

from kit.auth import PASS_LIFE, allow, bearer, staff_pass
from kit.contracts.callers import Caller
from kit.errors import BadToken, TooMany, refusals
from registration.office.signin.schemas import Pass, RenewRequest, StaffCaller
from registration.service import Here
from registration.staff import queries
from registration.staff.flows import slow_down

router = APIRouter(tags=["staff"])


@router.post("/passes/renew")
def renew_pass(
    body: RenewRequest, here: Here, _caller: Annotated[Caller, allow("service:billing", "service:notify")]
) -> StaffCaller | None:
    """The staff member behind a login, or the program behind a token, with the roles they have now and a pass that
    says so; null when the login is over, the account closed or the token revoked."""
    renewal = here.renew(Caller(frozenset(), body.id, login=body.login))
    return StaffCaller.of(renewal) if renewal else None


@router.post(
    "/api/token",
    dependencies=[allow("public")],
    openapi_extra={"security": [{"integrator": []}]} | refusals(BadToken, TooMany),
)
def exchange_token(request: Request, here: Here) -> Pass:
    """An integrator's token (`Authorization: Bearer`) against a pass of a few minutes, good in the three services."""
    slow_down(here, request, "token")
    now = here.clock()
    with here.db.read() as session:
        caller = queries.integrator(session, bearer(request), now)
    if caller is None:
        raise BadToken()
    token = staff_pass(here.settings.signing_key, caller, now)
    return Pass(access_token=token, expires_in=int(PASS_LIFE.total_seconds()))
