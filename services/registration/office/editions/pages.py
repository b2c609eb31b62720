"""Staff's page of last year beside this year."""

import uuid
from typing import Any

from fastapi import APIRouter, Request, Response

from kit import app as kit_app
from registration.office.editions.api import beside
from registration.office.editions.view import HIGH, WIDE, lines
from registration.service import Here, Reader

router = APIRouter(include_in_schema=False)


@router.get("/staff/activities/{activity_id}/last-edition")
def last_edition(request: Request, activity_id: uuid.UUID, here: Here, caller: Reader) -> Response:
    """What the edition before came to, beside this one; what its author reads again."""
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        offer, found = here.offer(session, activity_id), beside(here, session, activity_id)
    context: dict[str, Any] = {
        "found": found,
        "drawn": lines(found.weeks),
        "wide": WIDE,
        "high": HIGH,
        "address": f"{here.home}/staff/activities",
        "activity_id": activity_id,
        "activity_title": offer.activity.title.in_(lang),
        "may_act": caller.may("director", "coordinator"),
        "page_title": here.pages.catalogue.say(lang, "editions.title"),
    }
    return kit_app.page(request, "editions/editions.html", lang, **context)
