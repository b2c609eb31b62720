"""« Il remplace Lise »: one small form at the door, then its clear answer."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from kit import app as kit_app
from kit.contracts.callers import Caller
from kit.db import new_id
from kit.errors import InvalidInput
from registration.door.checkin.queries import read_door
from registration.door.checkin.view import answer_in_words
from registration.door.substitution.api import place_at_door, substitute
from registration.door.substitution.schemas import Substitution
from registration.service import Door, Here, RegistrationService

router = APIRouter(include_in_schema=False)
ADDRESS = "/staff/check-in/{activity_id}/substitution"


@router.get(ADDRESS)
def form(
    request: Request,
    activity_id: uuid.UUID,
    here: Here,
    caller: Door,
    attendee_id: uuid.UUID,
    check_in_id: uuid.UUID | None = None,
    point: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Who comes, and at whose place; `check_in_id` is that of an arrival just noted under the wrong name."""
    substitution = Substitution(attendee_id=attendee_id, point=point, check_in_id=check_in_id or new_id())
    return _form(request, here, caller, activity_id, substitution)


@router.post(ADDRESS)
def submit(
    request: Request, activity_id: uuid.UUID, here: Here, caller: Door, substitution: Annotated[Substitution, Form()]
) -> Response:
    """Name and let in, then the door's answer in full screen."""
    lang, now = kit_app.language(request, caller.lang), here.clock()
    with here.db.read() as session:
        whole, _ = place_at_door(here, session, activity_id, substitution.attendee_id)
    try:
        with here.db.write() as session:
            arrival = substitute(here, session, whole, substitution, caller)
            door = read_door(session, here, lang, activity_id, substitution.point)
    except InvalidInput as refusal:
        return _form(request, here, caller, activity_id, substitution, refusal)
    return kit_app.page(request, "checkin/answer.html", lang, **answer_in_words(here, lang, door, arrival, now))


def _form(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    activity_id: uuid.UUID,
    substitution: Substitution,
    refusal: InvalidInput | None = None,
) -> Response:
    lang, say = kit_app.language(request, caller.lang), here.pages.catalogue.say
    with here.db.read() as session:
        _, row = place_at_door(here, session, activity_id, substitution.attendee_id)
        door = read_door(session, here, lang, activity_id, substitution.point)
    holder = row.full_name
    context = {
        "door": door,
        "substitution": substitution,
        "holder": holder or row.code,
        "company": row.company_name,
        "errors": here.errors(refusal, lang),
        "page_title": say(lang, "substitution.title" if holder else "substitution.title_unnamed", name=holder),
    }
    return kit_app.page(request, "substitution/form.html", lang, refusal.status if refusal else 200, **context)
