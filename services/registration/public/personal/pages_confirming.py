"""Where the contact of a signup that is held for it confirms it: only a letter to them says the address."""

import uuid
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from kit.app import language, page, see
from kit.auth import allow
from registration.changes.actions_answers import BY_LINK
from registration.public.personal import view
from registration.public.personal.queries import behind_confirmation_link
from registration.registrations.queries import Whole
from registration.registrations.rules import NotInThisState
from registration.service import Here
from registration.signup import flows

router = APIRouter(dependencies=[allow("link")], include_in_schema=False)


def _behind(here: Here, registration_id: uuid.UUID, token: str) -> Whole:
    with here.db.read() as session:
        return behind_confirmation_link(session, here.offers, here.links, registration_id, token)


ToConfirm = Annotated[Whole, Depends(_behind)]


@router.get("/confirm/{registration_id}/{token}")
def ask_confirm(request: Request, here: Here, whole: ToConfirm) -> Response:
    """Says what will be confirmed; a program that only opens links confirms nothing. Settled already: the contact's
    page says how."""
    if not whole.registration.waits_for_contact:
        return see(view.address(here, whole))
    lang = language(request, whole.registration.lang)
    return page(
        request,
        "personal/confirm.html",
        lang,
        page_title=here.pages.catalogue.say(lang, "confirm.title"),
        **view.common(here, whole, lang),
        places=len(whole.active),
        confirm_url=here.links.confirmation(whole.registration.id, whole.registration.link_version),
    )


@router.post("/confirm/{registration_id}/{token}")
def confirm(here: Here, whole: ToConfirm) -> Response:
    """Confirm it; done twice, or too late, the contact's page says how it stands."""
    with suppress(NotInThisState):
        flows.confirm_by_contact(here, whole.registration.id, BY_LINK)
    return see(view.address(here, whole))
