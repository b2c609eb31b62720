"""Companies and people that are there twice, as an API: what the pages do."""

import uuid

from fastapi import APIRouter, Response

from kit.errors import NotFound, refusals
from kit.idempotency import Key, once
from registration.members.duplicates import actions, flows, queries
from registration.members.duplicates.rules import (
    AlreadyMerged,
    MergeHeld,
    MergeTooOld,
    MergeUsed,
    SameTwice,
    Subject,
    TakenByBoth,
)
from registration.members.mergers.actions import Merge, merge_people
from registration.office.duplicates.schemas import (
    MergeIn,
    MergerList,
    MergerOut,
    NotSameIn,
    NotSameOut,
    PairList,
)
from registration.registrations.arrears.actions_mergers import merge_companies, undo_merge
from registration.service import COORDINATORS, Coordinator, Here

router = APIRouter(tags=["members"])


@router.get("/api/duplicates", dependencies=[COORDINATORS])
def list_duplicates(here: Here) -> PairList:
    """Companies that may be one, and people with one address."""
    flows.refresh(here)
    with here.db.read() as session:
        return PairList.of(queries.company_pairs(session), queries.person_pairs(session))


@router.post(
    "/api/duplicates/not-same",
    status_code=201,
    response_model=NotSameOut,
    openapi_extra=refusals(NotFound, SameTwice),
)
def say_not_same(here: Here, caller: Coordinator, body: NotSameIn, key: Key) -> Response:
    """These two are not the same: nobody is asked again."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> NotSameOut:
            actions.say_not_same(session, body.subject, body.one, body.other, caller, now)
            return NotSameOut(subject=body.subject, one=body.one, other=body.other)

        return once(session, key, now, act, status=201)


@router.get("/api/mergers", dependencies=[COORDINATORS])
def list_mergers(here: Here) -> MergerList:
    """Merges that can still be undone."""
    with here.db.read() as session:
        return MergerList(mergers=[MergerOut.of(one) for one in queries.mergers(session, here.clock())])


@router.post(
    "/api/mergers",
    status_code=201,
    response_model=MergerOut,
    openapi_extra=refusals(NotFound, SameTwice, AlreadyMerged, TakenByBoth, MergeHeld),
)
def merge_two(here: Here, caller: Coordinator, body: MergeIn, key: Key) -> Response:
    """Everything that is the one's is the other's. Names, codes and links of the one that goes find the other."""
    now = here.clock()
    merge = Merge(body.gone, body.kept, frozenset(body.take))
    verb = merge_companies if body.subject is Subject.COMPANY else merge_people
    with here.db.write() as session:

        def act() -> MergerOut:
            merger_id = verb(session, merge, caller, now)
            return MergerOut.of(queries.merger_row(session, merger_id))

        return once(session, key, now, act, status=201)


@router.post(
    "/api/mergers/{merger_id}/undo",
    response_model=MergerOut,
    openapi_extra=refusals(NotFound, MergeTooOld, MergeUsed),
)
def undo_merger(here: Here, caller: Coordinator, merger_id: uuid.UUID, key: Key) -> Response:
    """Both are there again, each with its own, within thirty days; what came since stays with the one that was kept."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> MergerOut:
            undo_merge(session, merger_id, caller, now)
            session.flush()
            return MergerOut.of(queries.merger_row(session, merger_id))

        return once(session, key, now, act)
