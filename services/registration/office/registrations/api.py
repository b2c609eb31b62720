"""Staff's lists and one registration for programs: what the pages show and do."""

import uuid
from typing import Any

from fastapi import APIRouter, Response

from kit.contracts.callers import Caller
from kit.errors import InvalidInput, NotFound, refusals
from kit.idempotency import Key, once
from registration.changes import actions as changes_actions
from registration.changes import actions_people as people_actions
from registration.changes.edits.flows import apply_edit, checked
from registration.changes.edits.rules import EditedMeanwhile
from registration.history import actions as history_actions
from registration.letters.flows import letter_context
from registration.office.registrations import queries as file_queries
from registration.office.registrations import view, view_edits
from registration.office.registrations.schemas import (
    AnswerView,
    Cancellation,
    Cancelled,
    CorrectionRequest,
    RegistrationView,
    Resent,
)
from registration.privacy.queries import opened
from registration.registrations.queries import Whole, whole_registration
from registration.registrations.rules import NothingToCancel, NotInThisState
from registration.service import READERS, Coordinator, Here, RegistrationService

router = APIRouter(tags=["staff"])


def read_whole(here: RegistrationService, session: Any, registration_id: uuid.UUID) -> Whole:
    """The registration. Raises NotFound."""
    whole = whole_registration(session, registration_id, here.offers)
    if whole is None:
        raise NotFound()
    return whole


@router.get("/api/staff/registrations/{registration_id}", dependencies=[READERS], openapi_extra=refusals(NotFound))
def read_registration(registration_id: uuid.UUID, here: Here) -> RegistrationView:
    """One registration with its people, its history and its order."""
    with here.db.read() as session:
        file = file_queries.file_of(session, read_whole(here, session, registration_id))
    return view.registration_view(here, view.with_order(here, file))


@router.post("/api/staff/registrations/{registration_id}/answers", openapi_extra=refusals(NotFound))
def reveal_answers(registration_id: uuid.UUID, here: Here, caller: Coordinator) -> list[AnswerView]:
    """Every answer, those told in confidence too; history remembers who asked.

    It takes no key: each time that somebody reads them is remembered, and what was read is kept nowhere.
    """
    with here.db.write() as session:
        whole = opened(session, read_whole(here, session, registration_id), here.vault)
        history_actions.show_sensitive(session, registration_id, caller, here.clock())
    keys = {question.id: question.key for question in whole.offer.ever_asked}
    return [
        AnswerView(attendee_id=attendee, question=keys[question], value=value)
        for attendee, answers in whole.answers.items()
        for question, value in answers.items()
    ]


@router.post(
    "/api/staff/registrations/{registration_id}/resend",
    response_model=Resent,
    openapi_extra=refusals(NotFound, NotInThisState),
)
def resend_registration(registration_id: uuid.UUID, here: Here, caller: Coordinator, key: Key) -> Response:
    """Send the confirmation and every ticket again; answers how many messages."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> Resent:
            context = letter_context(here, read_whole(here, session, registration_id).offer)
            return Resent(messages=people_actions.resend(session, registration_id, caller, now, context))

        return once(session, key, now, act)


@router.post(
    "/api/staff/registrations/{registration_id}/cancel",
    response_model=Cancelled,
    openapi_extra=refusals(NotFound, NotInThisState, NothingToCancel),
)
def cancel_for_staff(
    registration_id: uuid.UUID, cancellation: Cancellation, here: Here, caller: Coordinator, key: Key
) -> Response:
    """Cancel everybody or some attendees, by the activity's rule or with the part kept that is given."""
    now = here.clock()
    with here.db.write() as session:
        return once(session, key, now, lambda: cancel_for_office(here, session, registration_id, cancellation, caller))


@router.post(
    "/api/staff/registrations/{registration_id}/corrections",
    response_model=Resent,
    openapi_extra=refusals(NotFound, NotInThisState, EditedMeanwhile),
)
def correct_registration(
    registration_id: uuid.UUID, correction: CorrectionRequest, here: Here, caller: Coordinator, key: Key
) -> Response:
    """Put right names, addresses, answers, the company, its order number and the note of staff; whose address is a new
    one is written to there. Answers how many messages."""
    with here.db.read() as session:
        whole = read_whole(here, session, registration_id)
    try:
        edit = checked(here, whole, view_edits.edit_of(whole, correction))
    except InvalidInput as refusal:
        raise InvalidInput(view_edits.as_sent(correction, refusal.places)) from refusal
    with here.db.write() as session:

        def act() -> Resent:
            return Resent(messages=apply_edit(here, session, edit, caller))

        return once(session, key, here.clock(), act)


def cancel_for_office(
    here: RegistrationService, session: Any, registration_id: uuid.UUID, cancellation: Cancellation, caller: Caller
) -> Cancelled:
    """Cancel in this transaction. Raises NotFound, NotInThisState, NothingToCancel."""
    context = letter_context(here, read_whole(here, session, registration_id).offer)
    leaving = set(cancellation.attendees) or None
    done = changes_actions.cancel(
        session, registration_id, caller, here.clock(), context, leaving, cancellation.keep_percent
    )
    return Cancelled(whole=done.whole, people=done.people, credit=done.credit, kept=done.kept)
