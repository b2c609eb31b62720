"""Acts on many registrations of an activity at once, for programs: chosen, confirmed, followed."""

import uuid

from fastapi import APIRouter, Response
from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.errors import NotFound, refusals
from kit.idempotency import Key, once
from registration.batches import flows
from registration.batches.actions import Choice, choose
from registration.office.batches.queries import asked_ids, batch_view
from registration.office.batches.schemas import BatchRequest, BatchView
from registration.service import COORDINATORS, Coordinator, Here, RegistrationService

router = APIRouter(tags=["staff"])


@router.post("/api/staff/activities/{activity_id}/batches", response_model=BatchView, openapi_extra=refusals(NotFound))
def choose_batch(activity_id: uuid.UUID, asked: BatchRequest, here: Here, caller: Coordinator, key: Key) -> Response:
    """Choose registrations for an act. Nothing is done before the batch is confirmed; `effect` says what will be."""
    with here.db.write() as session:

        def act() -> BatchView:
            return batch_view(here, session, choose_for_office(here, session, activity_id, asked, caller))

        return once(session, key, here.clock(), act)


@router.get("/api/staff/batches/{batch_id}", dependencies=[COORDINATORS], openapi_extra=refusals(NotFound))
def read_batch(batch_id: uuid.UUID, here: Here) -> BatchView:
    """A batch and how far it is."""
    with here.db.read() as session:
        return batch_view(here, session, batch_id)


@router.post("/api/staff/batches/{batch_id}/confirm", response_model=BatchView, openapi_extra=refusals(NotFound))
def confirm_batch(batch_id: uuid.UUID, here: Here, caller: Coordinator, key: Key) -> Response:
    """Let it begin, in the caller's name: each registration is acted on once, however often this is asked. The answer
    does not wait for the end: read the batch to follow it."""
    with here.db.write() as session:

        def act() -> BatchView:
            flows.confirm(here, session, batch_id, caller)
            return batch_view(here, session, batch_id)

        answer = once(session, key, here.clock(), act)
    flows.begin(here, batch_id)
    return answer


def choose_for_office(
    here: RegistrationService, session: Session, activity_id: uuid.UUID, asked: BatchRequest, caller: Caller
) -> uuid.UUID:
    """Keep the choice in this transaction; the id of its batch. Raises NotFound, InvalidInput."""
    if here.offers.read(session, activity_id) is None:
        raise NotFound()
    choice = Choice(activity_id, asked.act, asked_ids(session, activity_id, asked))
    return choose(session, choice, caller, here.clock())
