"""An activity's printed pages, for programs and for the pages whose buttons ask for the same."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from kit.contracts.callers import Caller
from kit.errors import NotFound, refusals
from kit.print import PDF
from registration.association.queries import logo
from registration.catalog.offers.rules import Offer
from registration.catalog.view import page
from registration.office.activities.schemas import AttendeeCriteria
from registration.office.exports import queries
from registration.office.exports.view import file_name
from registration.office.prints import view
from registration.office.prints.schemas import DoorListAsked
from registration.service import LISTED_FOR, READERS, Here, RegistrationService

router = APIRouter(tags=["staff"])
Listed = Annotated[Caller, LISTED_FOR]
ANSWERED: dict[int | str, dict[str, Any]] = {
    200: {"description": "The page, as PDF.", "content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}
}
# People that are read at once.
BATCH = 1_000


@router.get(
    "/api/staff/activities/{activity_id}/door-list",
    response_class=Response,
    responses=ANSWERED,
    openapi_extra=refusals(NotFound),
)
def print_list(
    activity_id: uuid.UUID, here: Here, caller: Listed, asked: Annotated[DoorListAsked, Query()]
) -> Response:
    """The list of those who come, to be ticked on paper: last name first, what each takes, names to come at the end."""
    return door_list_file(here, activity_id, asked.paper, asked.lang or caller.lang)


@router.get(
    "/api/staff/activities/{activity_id}/poster",
    dependencies=[READERS],
    response_class=Response,
    responses=ANSWERED,
    openapi_extra=refusals(NotFound),
)
def print_poster(activity_id: uuid.UUID, here: Here) -> Response:
    """The poster, A4: title, date, place, prices, and the address as a QR. French, and English beside it."""
    return poster_file(here, activity_id)


def door_list_file(here: RegistrationService, activity_id: uuid.UUID, paper: str, lang: str) -> Response:
    """The list of the door. Raises NotFound, Busy."""
    people: list[queries.AttendeeTold] = []
    with here.db.read() as session:
        offer = here.offer(session, activity_id)
        ids = queries.attendee_ids(session, activity_id, AttendeeCriteria())
        for begin in range(0, len(ids), BATCH):
            people += queries.attendees(session, ids[begin : begin + BATCH])
    words = view.Words(here.pages.catalogue, lang)
    made = here.press.printed(view.door_list(offer, people, paper, words))
    return _pdf(made, words.say("file_door_list"), offer)


def poster_file(here: RegistrationService, activity_id: uuid.UUID) -> Response:
    """The poster. Raises NotFound, Busy."""
    catalogue = here.pages.catalogue
    with here.db.read() as session:
        offer = here.offer(session, activity_id)
        publisher = view.Publisher(here.association(), logo(session, here.association(), here.home))
    address = here.home + page(offer.activity, "fr")
    made = here.press.printed(view.poster(offer, publisher, here.clock(), address, catalogue))
    return _pdf(made, view.Words(catalogue, "fr").say("file_poster"), offer)


def _pdf(made: bytes, what: str, offer: Offer) -> Response:
    """Shown by the browser, which prints it; its name says nothing of anybody."""
    headers = {"Content-Disposition": f'inline; filename="{file_name(what, offer.activity.key)}.pdf"'}
    return Response(made, media_type=PDF, headers=headers)
