"""The documents of a registration, as a page and for programs: billing keeps them and has a page for each."""

from fastapi import Request, Response

from kit.app import page
from kit.contracts.notices import PaperSeen
from kit.http import SiblingRefused
from registration.registrations.rules_rows import RegistrationRow
from registration.service import RegistrationService


def papers_of(here: RegistrationService, registration: RegistrationRow) -> tuple[PaperSeen, ...]:
    """Its documents, the oldest first; none of what was free, or of what billing has not heard yet. Raises Busy."""
    if not registration.total:
        return ()
    try:
        return here.billing.seen(registration.id).papers
    except SiblingRefused:
        return ()


def papers_page(request: Request, here: RegistrationService, registration: RegistrationRow, back: str) -> Response:
    """Every document of a registration, each with the way to open it. Raises Busy."""
    found = papers_of(here, registration)
    return page(request, "papers/papers.html", registration.lang, papers=found, registration=registration, back=back)
