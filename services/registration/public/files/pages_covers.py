"""Drawn covers as pictures, for shared links and for mail. An address in a letter stays good whatever becomes of the
cover: it answers with what the cover is now."""

import hashlib
import uuid
from typing import Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from kit.auth import allow
from kit.errors import NotFound
from registration.catalog.covers.view import cover_of
from registration.catalog.covers.view_pictures import Drawing, Drawn, picture
from registration.catalog.rules import ActivityStatus
from registration.service import Here

router = APIRouter(include_in_schema=False, dependencies=[allow("public")])
# An address names what is drawn; without it, or with what was drawn before, the picture is asked again.
FOR_EVER, A_WHILE = "public, max-age=31536000, immutable", "public, max-age=300"


@router.get("/covers/{activity_id}/{lang}-{drawing}.png")
def cover(
    request: Request, activity_id: uuid.UUID, lang: Literal["fr", "en"], drawing: Drawing, here: Here, v: str = ""
) -> Response:
    """The cover of an activity that is shown, in one of two shapes."""
    with here.db.read() as session:
        offer = here.offers.read(session, activity_id)
    if offer is None or offer.activity.status is ActivityStatus.DRAFT:
        raise NotFound()
    association = here.association()
    shown = cover_of(offer.activity, association, lang)
    if shown.picture is not None:
        kept = shown.picture.shared if drawing is Drawing.SHARED else shown.picture.strip
        return RedirectResponse(here.home + kept, 302, {"Cache-Control": A_WHILE})
    title = offer.activity.title.in_(lang)
    content = picture(Drawn(drawing, title, shown.drawn.day, association.name, association.accent))
    mark = f'"{hashlib.sha256(content).hexdigest()}"'
    headers = {
        "ETag": mark,
        "Cache-Control": FOR_EVER if v == shown.version else A_WHILE,
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if mark in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="image/png")
