"""What HR prints, and the model of a list, for programs and for the pages whose links ask for the same."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from kit.auth import allow
from kit.errors import NotFound, refusals
from kit.print import PDF, Document
from kit.sheets import ANSWERED as SHEET_ANSWERED
from kit.sheets import Column, Form, Sheet, answer
from registration.association.queries import logo
from registration.plans.flows import codes_shown, today
from registration.plans.lists.rules_columns import Key
from registration.plans.queries import coverages_of
from registration.plans.rules import CoverageRow
from registration.public.plan import view_prints
from registration.public.plan.api import Mine
from registration.public.plan.queries import Hr
from registration.public.plan.view import Words
from registration.service import Here, RegistrationService

router = APIRouter(tags=["plans"], dependencies=[allow("link")])
PRINTED: dict[int | str, dict[str, Any]] = {
    200: {"description": "The pages, as PDF.", "content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}
}
# A whole name in one column is understood; the model asks for two.
COLUMNS = tuple(key for key in Key if key is not Key.NAME)


@router.get(
    "/api/people/{person_id}/plans/{plan_key}/cards",
    response_class=Response,
    responses=PRINTED,
    openapi_extra=refusals(NotFound),
)
def print_cards(here: Here, hr: Mine) -> Response:
    """A card to hand over for each person covered who is not written to, with their code inside; NotFound: nobody."""
    return cards_file(here, hr)


@router.get(
    "/api/people/{person_id}/plans/{plan_key}/roster",
    response_class=Response,
    responses=PRINTED,
    openapi_extra=refusals(NotFound),
)
def print_roster(here: Here, hr: Mine) -> Response:
    """Whom the company covers, as a list; no code stands on it."""
    return roster_file(here, hr, hr.person.lang)


@router.get(
    "/api/people/{person_id}/plans/{plan_key}/poster",
    response_class=Response,
    responses=PRINTED,
    openapi_extra=refusals(NotFound),
)
def print_plan_poster(here: Here, hr: Mine) -> Response:
    """A poster for the lunch room: what it is, that it is confidential, whom to call."""
    return poster_file(here, hr)


@router.get(
    "/api/people/{person_id}/plans/{plan_key}/model",
    response_class=StreamingResponse,
    responses=SHEET_ANSWERED,
    openapi_extra=refusals(NotFound),
)
def download_model(here: Here, hr: Mine) -> StreamingResponse:
    """An empty list to fill in. Your own is just as good, whatever its columns are called."""
    return model_file(here, hr, hr.person.lang)


def cards_file(here: RegistrationService, hr: Hr) -> Response:
    """Raises NotFound when there is no card to hand over, Busy."""
    day = today(here)
    with here.db.read(one_state=True) as session:
        people = [one for one in _in_force(coverages_of(session, hr.whose), day) if not one.by_mail]
        codes = codes_shown(here, session, people)
        publisher = _publisher(here, logo(session, here.association(), here.home))
    if not codes:
        raise NotFound()
    return _pdf(here, view_prints.cards(hr, people, codes, publisher), hr, "cards")


def roster_file(here: RegistrationService, hr: Hr, lang: str) -> Response:
    """Raises Busy."""
    day = today(here)
    with here.db.read() as session:
        people = _in_force(coverages_of(session, hr.whose), day)
    return _pdf(here, view_prints.roster(hr, people, day, Words(here.pages.catalogue, lang)), hr, "roster")


def poster_file(here: RegistrationService, hr: Hr) -> Response:
    """Raises Busy."""
    with here.db.read() as session:
        publisher = _publisher(here, logo(session, here.association(), here.home))
    return _pdf(here, view_prints.poster(hr, publisher), hr, "poster")


def model_file(here: RegistrationService, hr: Hr, lang: str) -> StreamingResponse:
    """A sheet with headings and no row."""
    words = Words(here.pages.catalogue, lang)
    sheet = Sheet(
        title=words.say("file.model"),
        lang=lang,
        zone=hr.enrolled.offer.activity.timezone,
        columns=[Column(words.say(f"model.{key}")) for key in COLUMNS],
        batches=(),
        yes="",
        no="",
    )
    return answer(sheet, Form.XLSX, words.say("file.model"))


def _in_force(people: list[CoverageRow], day: date) -> list[CoverageRow]:
    return [one for one in people if one.covers_on(day)]


def _publisher(here: RegistrationService, picture: bytes) -> view_prints.Publisher:
    return view_prints.Publisher(here.association(), picture, here.pages.catalogue)


def _pdf(here: RegistrationService, document: Document, hr: Hr, what: str) -> Response:
    """Shown by the browser, which prints it; kept by nobody on the way. Its name says nothing of anybody."""
    name = Words(here.pages.catalogue, hr.person.lang).say(f"file.{what}")
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return Response(here.press.printed(document), media_type=PDF, headers=headers)
