"""Pages of one's own access: the first sign-in, a forgotten password, a new password, one's language."""

import hmac
import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlmodel import Session

from kit import app as kit_app
from kit.auth import allow
from kit.contracts.callers import ANYONE, Caller
from kit.contracts.letters.links import StaffReset
from kit.errors import NotFound, Refusal
from registration.access import actions
from registration.access.rules import PASSWORD_LENGTH, PasswordTooShort, WrongPassword, check_password
from registration.history.actions import record
from registration.office.signin.view import enter, remember_language
from registration.service import Here, RegistrationService
from registration.staff import actions as staff_actions
from registration.staff import queries as staff
from registration.staff.flows import slow_down
from registration.staff.models import StaffMember
from registration.staff.rules import may_enter

router = APIRouter(include_in_schema=False)
# What the page may say it just did; anything else in its address says nothing.
NOTICES = ("lang", "password")
Password = Annotated[str, Form(max_length=1000)]


@router.get("/staff/bootstrap/{token}", dependencies=[allow("link")])
def bootstrap_form(request: Request, here: Here, token: str) -> Response:
    """A button and not a sign-in at once: programs that look at the links of an e-mail must not enter."""
    _check_bootstrap(request, here, token)
    return kit_app.page(request, "account/bootstrap.html", kit_app.language(request), token=token)


@router.post("/staff/bootstrap/{token}", dependencies=[allow("link")])
def bootstrap(request: Request, here: Here, token: str) -> Response:
    """Open the first director's account, or find it, and sign in."""
    _check_bootstrap(request, here, token)
    now = here.clock()
    with here.db.write() as session:
        member = actions.bootstrap(session, here.settings.bootstrap_admin_email, now)
        login = staff_actions.begin(session, member, now)
    return enter(here, member, login)


@router.get("/staff/forgotten", dependencies=[allow("public")])
def forgotten_form(request: Request) -> Response:
    return kit_app.page(request, "account/forgotten.html", kit_app.language(request), sent=False)


@router.post("/staff/forgotten", dependencies=[allow("public")])
def forgotten(request: Request, here: Here, email: Annotated[str, Form(max_length=300)] = "") -> Response:
    """Send a link to the account of this address, if there is one. The answer is always the same."""
    slow_down(here, request, "forgotten", staff.normal_email(email))
    now = here.clock()
    with here.db.write() as session:
        member = staff.by_email(session, email)
        if member and may_enter(member.disabled_at, member.expires_at, now):
            actions.send_link(session, member, StaffReset, here.home, here.settings.session_secret, now)
            record(session, "staff", member.id, "staff.link_sent", ANYONE, now)
    return kit_app.page(request, "account/forgotten.html", kit_app.language(request), sent=True)


@router.get("/staff/password/{token}", dependencies=[allow("link")])
def password_form(request: Request, here: Here, token: str) -> Response:
    with here.db.read() as session:
        member = actions.read_link(session, token, here.settings.session_secret, here.clock())
    return _password_page(request, here, member)


@router.post("/staff/password/{token}", dependencies=[allow("link")])
def set_password(request: Request, here: Here, token: str, password: Password = "") -> Response:
    """Set the password and sign in. The link works once: it is read again, with a lock, after the hash is made."""
    secret = here.settings.session_secret
    with here.db.read() as session:
        member = actions.read_link(session, token, secret, here.clock())
    try:
        check_password(password)
    except PasswordTooShort as refusal:
        return _password_page(request, here, member, refusal)
    password_hash = here.passwords.make(password)
    now = here.clock()
    with here.db.write() as session:
        member = actions.read_link(session, token, secret, now, lock=True)
        actions.set_password(session, member, password_hash, now)
        login = staff_actions.begin(session, member, now)
    return enter(here, member, login)


@router.get("/staff/account")
def account(request: Request, here: Here, caller: Annotated[Caller, allow("staff")], done: str = "") -> Response:
    """One's language and password."""
    return _account_page(request, here, caller, done=done)


@router.post("/staff/account")
def prefer(here: Here, caller: Annotated[Caller, allow("staff")], lang: Annotated[str, Form()] = "fr") -> Response:
    """Set the language one works in; this browser follows at once."""
    lang = "en" if lang == "en" else "fr"
    with here.db.write() as session:
        actions.set_language(session, _own_account(session, caller).id, lang, caller, here.clock())
    response = kit_app.see(f"{here.home}/staff/account?done=lang")
    remember_language(here, response, lang)
    return response


@router.post("/staff/account/password")
def change_password(
    request: Request,
    here: Here,
    caller: Annotated[Caller, allow("staff")],
    present: Password = "",
    password: Password = "",
) -> Response:
    """Change one's password; every other login ends. Needs the present one, unless there is none yet."""
    slow_down(here, request, "password", caller.id)
    with here.db.read() as session:
        member = _own_account(session, caller)
    try:
        check_password(password)
        if member.password_hash and not here.passwords.compare(present, member.password_hash)[0]:
            raise WrongPassword("present")
    except (PasswordTooShort, WrongPassword) as refusal:
        return _account_page(request, here, caller, refusal=refusal)
    password_hash = here.passwords.make(password)
    now = here.clock()
    with here.db.write() as session:
        member = _own_account(session, caller)
        actions.set_password(session, member, password_hash, now)
        login = staff_actions.begin(session, member, now)
    return enter(here, member, login, f"{here.home}/staff/account?done=password")


def _own_account(session: Session, caller: Caller) -> StaffMember:
    """The account behind a caller. NotFound for an integrator's pass, which has none."""
    member = session.get(StaffMember, uuid.UUID(caller.id)) if caller.login else None
    if member is None:
        raise NotFound()
    return member


def _check_bootstrap(request: Request, here: RegistrationService, token: str) -> None:
    """Compare in constant time. Without a token or an address in the settings, or once a director has a password, there
    is no such page."""
    slow_down(here, request, "bootstrap")
    secret, email = here.settings.bootstrap_admin_token, here.settings.bootstrap_admin_email
    if not secret or not email or not hmac.compare_digest(secret.encode(), token.encode()):
        raise NotFound()
    with here.db.read() as session:
        if actions.director_has_password(session):
            raise NotFound()


def _password_page(
    request: Request, here: RegistrationService, member: StaffMember, refusal: PasswordTooShort | None = None
) -> Response:
    lang = kit_app.language(request, member.lang)
    status = refusal.status if refusal else 200
    return kit_app.page(
        request,
        "account/password.html",
        lang,
        status,
        name=member.name,
        email=member.email,
        has_password=member.password_hash is not None,
        errors=here.errors(refusal, lang),
        length=PASSWORD_LENGTH,
    )


def _account_page(
    request: Request, here: RegistrationService, caller: Caller, done: str = "", refusal: Refusal | None = None
) -> Response:
    with here.db.read() as session:
        member = _own_account(session, caller)
    lang = kit_app.language(request, caller.lang)
    return kit_app.page(
        request,
        "account/account.html",
        lang,
        refusal.status if refusal else 200,
        name=member.name,
        email=member.email,
        own_lang=member.lang,
        has_password=member.password_hash is not None,
        errors=here.errors(refusal, lang),
        done=done if done in NOTICES else "",
        length=PASSWORD_LENGTH,
    )
