"""What signing in leaves in a browser, and where staff start."""

from fastapi import Response

from kit import app as kit_app
from kit.app import LANG_COOKIE
from kit.auth import PASS_COOKIE, staff_pass
from kit.settings import NAMES
from registration.service import RegistrationService
from registration.staff import queries
from registration.staff.models import Login, StaffMember
from registration.staff.rules import first_page, own_address


def enter(here: RegistrationService, member: StaffMember, login: Login, next: str = "") -> Response:
    """Go on as a signed-in member of staff, in their language."""
    caller = queries.caller(member, login.id)
    response = kit_app.see(own_address(next, homes(here)) or start_url(here, caller.roles))
    pass_token = staff_pass(here.settings.signing_key, caller, here.clock())
    # It outlives its freshness, so that it can be renewed.
    name, secure = here.settings.cookie(PASS_COOKIE), here.settings.secure
    response.set_cookie(name, pass_token, max_age=1_209_600, httponly=True, samesite="lax", secure=secure)
    remember_language(here, response, member.lang)
    return response


def remember_language(here: RegistrationService, response: Response, lang: str) -> None:
    """Pages read this cookie first: it follows the preference that a member of staff just set or came with."""
    response.set_cookie(LANG_COOKIE, lang, max_age=31_536_000, samesite="lax", secure=here.settings.secure)


def start_url(here: RegistrationService, roles: frozenset[str]) -> str:
    """Where staff with these roles start."""
    page = first_page(roles)
    home = here.settings.public_url("billing") if page == "orders" else here.home
    return f"{home}/staff/{page}"


def homes(here: RegistrationService) -> list[str]:
    """The addresses of the services, to one of which a sign-in may lead."""
    return [here.settings.public_url(name) for name in NAMES]
