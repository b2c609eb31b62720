"""Confirming a signup that is held for its contact, for a program that reads the contact's mail."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Header, Response

from kit.auth import allow
from kit.errors import NotFound, refusals
from kit.idempotency import Key, once, rebuilt
from registration.changes.actions_answers import BY_LINK
from registration.public.form.queries import with_link
from registration.public.form.schemas import RegistrationState
from registration.public.form.view import state_without_link
from registration.public.personal.queries import behind_confirmation_link
from registration.registrations.queries import registration_by_id
from registration.registrations.rules import NotInThisState
from registration.service import Here
from registration.signup import flows

router = APIRouter(tags=["signup"], dependencies=[allow("link")])
MailedToken = Annotated[
    str, Header(alias="X-Link-Token", description="The secret part of the link in the letter that asks to confirm")
]


@router.post(
    "/api/registrations/{registration_id}/confirm",
    response_model=RegistrationState,
    openapi_extra=refusals(NotFound, NotInThisState),
)
def confirm_registration(here: Here, registration_id: uuid.UUID, key: Key, token: MailedToken = "") -> Response:
    """The contact confirms what is held for it: order, invoice and letters follow."""
    with here.db.read() as session:
        behind_confirmation_link(session, here.offers, here.links, registration_id, token)
    with here.db.write() as session:

        def act() -> RegistrationState:
            flows.confirm_in(here, session, registration_id, BY_LINK)
            return state_without_link(registration_by_id(session, registration_id))

        kept = once(session, key, here.clock(), act)
        return rebuilt(kept, with_link(here, session, bytes(kept.body)))
