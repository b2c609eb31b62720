"""One page to announce an activity from: addresses, QR codes, poster, calendar, a block for the newsletter."""

import uuid
from typing import Any

from fastapi import APIRouter, Request, Response

from kit import app as kit_app
from kit.qr import qr_svg
from registration.office.sharing.api import Format, Of, qr_file
from registration.office.sharing.view import sharing
from registration.service import READERS, Here, Reader

router = APIRouter(include_in_schema=False)


@router.get("/staff/activities/{activity_id}/sharing")
def announce(request: Request, activity_id: uuid.UUID, here: Here, caller: Reader) -> Response:
    """Everything to announce it with, in both languages."""
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        offer = here.offer(session, activity_id)
    told = sharing(here, offer)
    context: dict[str, Any] = {
        "sharing": told,
        "codes": {one.lang: qr_svg(one.address) for one in (told.fr, told.en)},
        "address": f"{here.home}/staff/activities/{activity_id}",
        "activity_title": offer.activity.title.in_(lang),
        "page_title": here.pages.catalogue.say(lang, "sharing.title"),
    }
    return kit_app.page(request, "sharing/sharing.html", lang, **context)


@router.get("/staff/activities/{activity_id}/qr", dependencies=[READERS])
def code(activity_id: uuid.UUID, here: Here, kind: Format = "svg", of: Of = "fr") -> Response:
    """The QR code as a file."""
    return qr_file(here, activity_id, kind, of)
