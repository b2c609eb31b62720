"""Rows ticked on the list of registrations: what will be done to them, the confirmation, and how far it is."""

import uuid
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from kit import app as kit_app
from kit import text
from registration.batches import flows
from registration.catalog.offers.rules import Offer
from registration.letters import view as letters_view
from registration.letters.flows import letter_context
from registration.office.batches.api import choose_for_office
from registration.office.batches.queries import batch_view
from registration.office.batches.schemas import BatchView, ChoiceForm
from registration.office.batches.view import BatchWords
from registration.service import Coordinator, Here, RegistrationService

router = APIRouter(include_in_schema=False)


@router.post("/staff/activities/{activity_id}/batches")
def choose(activity_id: uuid.UUID, here: Here, caller: Coordinator, form: Annotated[ChoiceForm, Form()]) -> Response:
    """Keep the ticked rows, and go where the act is shown and confirmed. Nothing ticked: back to the list."""
    if not form.registration and not form.everything:
        return kit_app.see(f"{here.home}/staff/activities/{activity_id}")
    with here.db.write() as session:
        batch_id = choose_for_office(here, session, activity_id, form.asked, caller)
    return kit_app.see(f"{here.home}/staff/batches/{batch_id}")


@router.get("/staff/batches/{batch_id}")
def batch(request: Request, batch_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """What will be done to which registrations; once confirmed, how far it is."""
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        found = batch_view(here, session, batch_id)
        offer = here.offer(session, found.activity_id)
    return kit_app.page(request, "batches/batch.html", lang, **_shown(here, found, offer, lang))


def _shown(here: RegistrationService, found: BatchView, offer: Offer, lang: str) -> dict[str, Any]:
    words = BatchWords(here.pages.catalogue, lang)
    percent = Decimal(found.effect.keep_percent) / 100 if found.effect else Decimal(0)
    return {
        "batch": found,
        "items": words.items(found),
        "more": max(0, len(found.items) - len(words.items(found))),
        "activity_address": f"{here.home}/staff/activities/{found.activity_id}",
        "activity_title": letters_view.title(offer, lang),
        "rule": letters_view.cancel_rule(letter_context(here, offer), lang),
        "percent_text": text.percent(percent, lang),
        "page_title": words.title(found.act),
    }


@router.post("/staff/batches/{batch_id}/confirm")
def confirm(batch_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """Do what the page before said: the first few at once, the rest by the worker."""
    with here.db.write() as session:
        flows.confirm(here, session, batch_id, caller)
    flows.begin(here, batch_id)
    return kit_app.see(f"{here.home}/staff/batches/{batch_id}")
