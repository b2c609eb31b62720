"""Signups that wait to be confirmed, for staff: the list, and the two decisions."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from kit import app as kit_app
from registration.office.confirming.queries import waiting_signups
from registration.registrations.actions_confirming import refuse_held
from registration.service import Coordinator, Here, Reader, RegistrationService
from registration.signup import flows

router = APIRouter(include_in_schema=False)


@router.get("/staff/to-confirm")
def to_confirm(request: Request, here: Here, caller: Reader) -> Response:
    """Every signup that waits for its contact, or for us."""
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        rows = waiting_signups(session)
    return kit_app.page(
        request,
        "confirming/to_confirm.html",
        lang,
        rows=rows,
        may_act=caller.may("director", "coordinator"),
        done=request.query_params.get("done", ""),
        page_title=here.pages.catalogue.say(lang, "office.to_confirm"),
    )


@router.post("/staff/registrations/{registration_id}/accept")
def accept(registration_id: uuid.UUID, here: Here, caller: Coordinator, back: Annotated[str, Form()] = "") -> Response:
    """Confirm in the contact's stead."""
    flows.confirm_by_contact(here, registration_id, caller)
    return _back(here, registration_id, back, "accepted")


@router.post("/staff/registrations/{registration_id}/refuse")
def refuse(registration_id: uuid.UUID, here: Here, caller: Coordinator, back: Annotated[str, Form()] = "") -> Response:
    """Give its places back."""
    with here.db.write() as session:
        refuse_held(session, registration_id, caller, here.clock())
    return _back(here, registration_id, back, "refused")


def _back(here: RegistrationService, registration_id: uuid.UUID, back: str, done: str) -> Response:
    """To the list where it was decided, or to the registration."""
    path = "to-confirm" if back == "list" else f"registrations/{registration_id}"
    return kit_app.see(f"{here.home}/staff/{path}?done={done}")
