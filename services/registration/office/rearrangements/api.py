"""Postponing, cancelling, moving online, for programs: previewed, done, followed, taken back; choices recorded."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.errors import NotFound, refusals
from kit.idempotency import Key, once
from registration.catalog.moves.rules import AlreadyCancelled, ChangedSince, NotShown
from registration.letters.flows import letter_context
from registration.mailings.rules_text import UnknownVariable, UnsafeLink, VariableOfOneLanguage, check
from registration.office.rearrangements import queries
from registration.office.rearrangements.schemas import (
    ChoiceIn,
    RearrangementIn,
    RearrangementPreview,
    RearrangementRequest,
    RearrangementView,
    UndoRequest,
)
from registration.rearrangements import actions
from registration.rearrangements.actions_undo import undo
from registration.rearrangements.queries import SHOWN, choice_of, rearrangements_of
from registration.rearrangements.rules import (
    Answer,
    ChoiceIsFinal,
    ChoiceIsOver,
    DoneOtherwise,
    NothingToChoose,
    PlanHasNoDate,
    RefundsMade,
    TooLateToUndo,
)
from registration.registrations.queries import registration_by_id
from registration.registrations.rules import NotInThisState
from registration.service import COORDINATORS, Coordinator, Here, RegistrationService

router = APIRouter(tags=["staff"])
TEXTS = (UnknownVariable, VariableOfOneLanguage, UnsafeLink)
BEGINNING = refusals(NotFound, NotShown, AlreadyCancelled, ChangedSince, PlanHasNoDate, *TEXTS)
OF_ACTIVITY = "/api/staff/activities/{activity_id}/rearrangements"
ONE = "/api/staff/rearrangements/{rearrangement_id}"
Show = Annotated[str, Query(description=f"Only those that are {', '.join(f'`{one}`' for one in SHOWN)}; empty: all.")]


@router.post(f"{OF_ACTIVITY}/preview", dependencies=[COORDINATORS], openapi_extra=BEGINNING)
def preview_rearrangement(activity_id: uuid.UUID, asked: RearrangementIn, here: Here) -> RearrangementPreview:
    """What a postponement, a cancellation or a move online would do to whom. Nothing is done."""
    with here.db.read() as session:
        return queries.preview(here, session, activity_id, asked)


@router.post(
    OF_ACTIVITY,
    response_model=RearrangementView,
    openapi_extra=refusals(NotFound, NotShown, AlreadyCancelled, ChangedSince, DoneOtherwise, PlanHasNoDate, *TEXTS),
)
def rearrange_activity(
    activity_id: uuid.UUID, asked: RearrangementRequest, here: Here, caller: Coordinator, key: Key
) -> Response:
    """Do it: state and dates at once, then letters and refunds one by one. Read the rearrangement to follow it."""
    with here.db.write() as session:

        def act() -> RearrangementView:
            return queries.rearrangement_view(
                here, session, begin_for_office(here, session, activity_id, asked, caller)
            )

        return once(session, key, here.clock(), act)


@router.get(OF_ACTIVITY, dependencies=[COORDINATORS], openapi_extra=refusals(NotFound))
def list_rearrangements(activity_id: uuid.UUID, here: Here) -> list[RearrangementView]:
    """What became of an activity, the last first."""
    with here.db.read() as session:
        here.offer(session, activity_id)
        return [queries.rearrangement_view(here, session, row.id) for row in rearrangements_of(session, activity_id)]


@router.get(ONE, dependencies=[COORDINATORS], openapi_extra=refusals(NotFound))
def read_rearrangement(rearrangement_id: uuid.UUID, here: Here, show: Show = "") -> RearrangementView:
    """A rearrangement, how far it is, and what registrations chose."""
    with here.db.read() as session:
        return queries.rearrangement_view(here, session, rearrangement_id, show)


@router.post(
    f"{ONE}/undo",
    response_model=RearrangementView,
    openapi_extra=refusals(NotFound, TooLateToUndo, ChangedSince, RefundsMade, *TEXTS),
)
def undo_rearrangement(
    rearrangement_id: uuid.UUID, asked: UndoRequest, here: Here, caller: Coordinator, key: Key
) -> Response:
    """Take it back within the hour, as long as nobody was refunded because of it."""
    with here.db.write() as session:

        def act() -> RearrangementView:
            undo_for_office(here, session, rearrangement_id, asked, caller)
            return queries.rearrangement_view(here, session, rearrangement_id)

        return once(session, key, here.clock(), act)


@router.post(
    f"{ONE}/choices/{{registration_id}}",
    response_model=RearrangementView,
    openapi_extra=refusals(NotFound, NothingToChoose, ChoiceIsFinal, ChoiceIsOver, NotInThisState),
)
def record_choice(
    rearrangement_id: uuid.UUID, registration_id: uuid.UUID, asked: ChoiceIn, here: Here, caller: Coordinator, key: Key
) -> Response:
    """What a contact chose by telephone, recorded in the caller's name."""
    with here.db.write() as session:

        def act() -> RearrangementView:
            choose_for_office(here, session, rearrangement_id, (registration_id, asked.answer), caller)
            return queries.rearrangement_view(here, session, rearrangement_id)

        return once(session, key, here.clock(), act)


def begin_for_office(
    here: RegistrationService, session: Session, activity_id: uuid.UUID, asked: RearrangementRequest, by: Caller
) -> uuid.UUID:
    """Do it in this transaction; the id of the rearrangement. Raises what `actions.begin` does."""
    new = queries.new_rearrangement(activity_id, asked)
    actions.begin(session, new, by, here.clock())
    return new.id


def undo_for_office(
    here: RegistrationService, session: Session, rearrangement_id: uuid.UUID, asked: UndoRequest, by: Caller
) -> None:
    """Take it back in this transaction. Raises InvalidInput and what `undo` does."""
    check(asked.subject.said, asked.text.said)
    undo(session, rearrangement_id, asked.subject.said, asked.text.said, by, here.clock())


def choose_for_office(
    here: RegistrationService,
    session: Session,
    rearrangement_id: uuid.UUID,
    chosen: tuple[uuid.UUID, Answer],
    by: Caller,
) -> None:
    """Record what a registration chose, in this transaction. Raises NotFound, and what `actions.choose` does."""
    registration_id, answer = chosen
    found = choice_of(session, registration_id)
    if found is None or found[0].id != rearrangement_id:
        raise NotFound()
    offer = here.offer(session, registration_by_id(session, registration_id).activity_id)
    actions.choose(session, registration_id, answer, by, here.clock(), letter_context(here, offer))
