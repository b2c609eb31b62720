"""An activity's lists as files, whole: for programs, and for the pages whose buttons ask for the same."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from sqlmodel import Session

from kit.clock import local_day
from kit.contracts.callers import Caller
from kit.errors import NotFound, refusals
from kit.sheets import ANSWERED, answer
from registration.catalog.offers.rules import Offer
from registration.catalog.offers.rules_questions import Per
from registration.history import actions as history_actions
from registration.office.exports import queries, view
from registration.office.exports.queries_answers import Answers, Asked, answers_of, opened_keys
from registration.office.exports.schemas import AttendeeExport, CheckInExport, FileAsked, RegistrationExport
from registration.office.exports.view_sponsorships import sponsorship_columns
from registration.service import Coordinator, Here, Reader, RegistrationService
from registration.sponsors import queries as sponsor_queries

T = TypeVar("T")
router = APIRouter(tags=["staff"])
# Rows that are read at once: a read of some milliseconds, and no more memory than that.
BATCH = 1_000


@router.get(
    "/api/staff/activities/{activity_id}/registrations/export",
    response_class=StreamingResponse,
    responses=ANSWERED,
    openapi_extra=refusals(NotFound),
)
def export_registrations(
    activity_id: uuid.UUID, here: Here, caller: Reader, narrowed: Annotated[RegistrationExport, Query()]
) -> StreamingResponse:
    """An activity's registrations as a file, all that the list shows. What was told in confidence is not in it."""
    return registrations_file(here, activity_id, narrowed, narrowed.lang or caller.lang)


@router.post(
    "/api/staff/activities/{activity_id}/registrations/export",
    response_class=StreamingResponse,
    responses=ANSWERED,
    openapi_extra=refusals(NotFound),
)
def export_registrations_whole(
    activity_id: uuid.UUID, here: Here, caller: Coordinator, narrowed: Annotated[RegistrationExport, Query()]
) -> StreamingResponse:
    """The same with what was told in confidence; history remembers who asked."""
    return registrations_file(here, activity_id, narrowed, narrowed.lang or caller.lang, caller)


@router.get(
    "/api/staff/activities/{activity_id}/attendees/export",
    response_class=StreamingResponse,
    responses=ANSWERED,
    openapi_extra=refusals(NotFound),
)
def export_attendees(
    activity_id: uuid.UUID, here: Here, caller: Reader, narrowed: Annotated[AttendeeExport, Query()]
) -> StreamingResponse:
    """An activity's attendees as a file, all that the list shows. What was told in confidence is not in it."""
    return attendees_file(here, activity_id, narrowed, narrowed.lang or caller.lang)


@router.post(
    "/api/staff/activities/{activity_id}/attendees/export",
    response_class=StreamingResponse,
    responses=ANSWERED,
    openapi_extra=refusals(NotFound),
)
def export_attendees_whole(
    activity_id: uuid.UUID, here: Here, caller: Coordinator, narrowed: Annotated[AttendeeExport, Query()]
) -> StreamingResponse:
    """The same with what was told in confidence; history remembers who asked."""
    return attendees_file(here, activity_id, narrowed, narrowed.lang or caller.lang, caller)


@router.get(
    "/api/staff/activities/{activity_id}/check-ins/export",
    response_class=StreamingResponse,
    responses=ANSWERED,
    openapi_extra=refusals(NotFound),
)
def export_arrivals(
    activity_id: uuid.UUID, here: Here, caller: Reader, narrowed: Annotated[CheckInExport, Query()]
) -> StreamingResponse:
    """An activity's arrivals as a file, first to last; those that were taken back say so."""
    return check_ins_file(here, activity_id, narrowed, narrowed.lang or caller.lang)


def registrations_file(
    here: RegistrationService,
    activity_id: uuid.UUID,
    narrowed: RegistrationExport,
    lang: str,
    confided_to: Caller | None = None,
) -> StreamingResponse:
    """The registrations with what was answered for each; to `confided_to`, what is confidential too. Raises
    NotFound."""
    offer, asked = _asked(here, activity_id, Per.REGISTRATION, confided_to)
    with here.db.read() as session:
        ids = queries.registration_ids(session, activity_id, narrowed)
    say = view.Words(here.pages.catalogue, lang)

    def listed(session: Session, some: Sequence[uuid.UUID]) -> list[view.Listed[queries.RegistrationTold]]:
        answers = answers_of(session, asked, some)
        return [_with(answers, one.row.id, one) for one in queries.registrations(session, some)]

    columns, batches = view.registration_columns(say), _batches(here, ids, listed)
    sheet = view.sheet_of(_titled(offer, say("office.registrations")), say, columns, asked.questions, batches)
    return answer(sheet, narrowed.format, _name(here, offer, say("exports.file_registrations")))


def attendees_file(
    here: RegistrationService,
    activity_id: uuid.UUID,
    narrowed: AttendeeExport,
    lang: str,
    confided_to: Caller | None = None,
) -> StreamingResponse:
    """The attendees with what each answered; to `confided_to`, what is confidential too. Raises NotFound."""
    offer, asked = _asked(here, activity_id, Per.ATTENDEE, confided_to)
    with here.db.read() as session:
        ids = queries.attendee_ids(session, activity_id, narrowed)
    say = view.Words(here.pages.catalogue, lang)

    def listed(session: Session, some: Sequence[uuid.UUID]) -> list[view.Listed[queries.AttendeeTold]]:
        answers = answers_of(session, asked, some)
        return [_with(answers, one.row.id, one) for one in queries.attendees(session, some)]

    columns, batches = view.attendee_columns(say), _batches(here, ids, listed)
    sheet = view.sheet_of(_titled(offer, say("office.attendees")), say, columns, asked.questions, batches)
    return answer(sheet, narrowed.format, _name(here, offer, say("exports.file_attendees")))


def check_ins_file(
    here: RegistrationService, activity_id: uuid.UUID, narrowed: CheckInExport, lang: str
) -> StreamingResponse:
    """The arrivals. Raises NotFound."""
    with here.db.read() as session:
        offer = here.offer(session, activity_id)
        ids = queries.check_in_ids(session, activity_id, narrowed.point)
    say = view.Words(here.pages.catalogue, lang)

    def listed(session: Session, some: Sequence[uuid.UUID]) -> list[view.Listed[queries.CheckInTold]]:
        return [view.Listed(one, {}) for one in queries.check_ins(session, some)]

    batches = _batches(here, ids, listed)
    sheet = view.sheet_of(_titled(offer, say("exports.check_ins")), say, view.check_in_columns(say), (), batches)
    return answer(sheet, narrowed.format, _name(here, offer, say("exports.file_check_ins")))


@router.get(
    "/api/staff/activities/{activity_id}/sponsorships/export",
    response_class=StreamingResponse,
    responses=ANSWERED,
    openapi_extra=refusals(NotFound),
)
def export_sponsorships(
    activity_id: uuid.UUID, here: Here, caller: Reader, asked: Annotated[FileAsked, Query()]
) -> StreamingResponse:
    """An activity's sponsorships as a file, the greatest first, with what each is owed and was given."""
    return sponsorships_file(here, activity_id, asked, asked.lang or caller.lang)


def sponsorships_file(
    here: RegistrationService, activity_id: uuid.UUID, asked: FileAsked, lang: str
) -> StreamingResponse:
    """The sponsorships that stand. Raises NotFound."""
    with here.db.read() as session:
        offer = here.offer(session, activity_id)
        rows = sponsor_queries.sponsorships(session, activity_id)
    say = view.Words(here.pages.catalogue, lang)
    listed = [[view.Listed(row, {}) for row in rows]]
    sheet = view.sheet_of(_titled(offer, say("exports.sponsorships")), say, sponsorship_columns(say), (), listed)
    return answer(sheet, asked.format, _name(here, offer, say("exports.file_sponsorships")))


def _asked(
    here: RegistrationService, activity_id: uuid.UUID, per: Per, confided_to: Caller | None
) -> tuple[Offer, Asked]:
    """Which answers are told. To be told what is confidential is an act, and remembered before anything is."""
    with here.db.read() as session:
        offer = here.offer(session, activity_id)
    mine = [question for question in offer.ever_asked if question.per is per]
    if confided_to is None or not offer.confidential(per):
        return offer, Asked(per, [one for one in mine if not one.confidential], here.vault, {})
    with here.db.write() as session:
        history_actions.export_confidential(session, activity_id, confided_to, here.clock())
        keys = opened_keys(session, activity_id, here.vault)
    return offer, Asked(per, mine, here.vault, keys)


def _batches(
    here: RegistrationService, ids: Sequence[uuid.UUID], listed: Callable[[Session, Sequence[uuid.UUID]], list[T]]
) -> Iterator[list[T]]:
    """Row after row of these ids, each batch in a read of its own: no connection is kept while they are sent."""
    for begin in range(0, len(ids), BATCH):
        with here.db.read() as session:
            batch = listed(session, ids[begin : begin + BATCH])
        yield batch


def _with(answers: Answers, of: uuid.UUID, row: T) -> view.Listed[T]:
    return view.Listed(row, answers.get(of, {}))


def _titled(offer: Offer, what: str) -> view.Titled:
    return view.Titled(what, offer.activity.timezone)


def _name(here: RegistrationService, offer: Offer, what: str) -> str:
    today = local_day(here.clock(), here.association().timezone)
    return view.file_name(what, offer.activity.key, today.isoformat())
