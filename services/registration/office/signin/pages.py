"""Pages of signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from kit import app as kit_app
from kit.auth import PASS_COOKIE, allow
from kit.contracts.callers import Caller
from registration.office.signin.view import enter, homes, start_url
from registration.service import Here, RegistrationService
from registration.staff import actions, queries
from registration.staff.flows import slow_down
from registration.staff.rules import WrongSignIn, own_address

router = APIRouter(include_in_schema=False)


@router.get("/staff")
def start(here: Here, caller: Annotated[Caller, allow("staff")]) -> Response:
    """The page a member of staff starts from."""
    return kit_app.see(start_url(here, caller.roles))


@router.get("/staff/sign-in", dependencies=[allow("public")])
def form(request: Request, here: Here, next: str = "") -> Response:
    """E-mail and password; `next` is where to go afterwards."""
    return _form(request, here, next)


@router.post("/staff/sign-in", dependencies=[allow("public")])
def sign_in(
    request: Request,
    here: Here,
    email: Annotated[str, Form(max_length=300)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form()] = "",
) -> Response:
    """Compare, with no transaction open, then begin a login. Says and takes the same whatever is wrong."""
    slow_down(here, request, "sign-in", queries.normal_email(email))
    with here.db.read() as session:
        member = queries.by_email(session, email)
    right, better_hash = here.passwords.compare(password, member.password_hash if member else None)
    try:
        if member is None or not right:
            raise WrongSignIn()
        with here.db.write() as session:
            login = actions.sign_in(session, member, better_hash, here.clock())
    except WrongSignIn as refusal:
        return _form(request, here, next, email, refusal)
    return enter(here, member, login, next)


@router.post("/staff/sign-out")
def sign_out(request: Request, here: Here, caller: Annotated[Caller, allow("staff")]) -> Response:
    """End this login and its passes: at once here and for every change, within minutes for what the siblings show."""
    with here.db.write() as session:
        actions.sign_out(session, caller.login, here.clock())
    request.state.new_pass = None  # A pass renewed by this very request must not outlive the sign-out.
    response = kit_app.see(here.home + "/staff/sign-in")
    response.delete_cookie(
        here.settings.cookie(PASS_COOKIE), httponly=True, samesite="lax", secure=here.settings.secure
    )
    return response


def _form(
    request: Request, here: RegistrationService, next: str, email: str = "", refusal: WrongSignIn | None = None
) -> Response:
    return kit_app.page(
        request,
        "signin/sign-in.html",
        kit_app.language(request),
        refusal.status if refusal else 200,
        next=own_address(next, homes(here)),
        email=email,
        wrong=refusal is not None,
    )
