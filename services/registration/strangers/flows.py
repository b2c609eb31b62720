"""Who a stranger is, as a request tells it."""

from typing import TYPE_CHECKING

from fastapi import Request

from kit.settings import keys
from registration.staff.flows import network_of
from registration.strangers.rules import Allowances, Stranger

if TYPE_CHECKING:
    from registration.service import RegistrationService


def stranger_at(here: "RegistrationService", request: Request) -> Stranger:
    """Whoever sends this request, as somebody nobody recognised."""
    settings = here.settings
    allowed = Allowances(
        seconds=settings.stranger_seconds,
        places=settings.stranger_places,
        letters=settings.stranger_letters,
        letters_to_one=settings.stranger_letters_to_one,
        letters_of_activity=settings.stranger_letters_of_activity,
        retrievals=settings.stranger_retrievals,
        retrievals_of_one=settings.stranger_retrievals_of_one,
        share=settings.stranger_share,
    )
    return Stranger(network_of(request), allowed, keys(settings.session_secret)[0])
