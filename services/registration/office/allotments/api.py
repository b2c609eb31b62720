"""Reserved places of an activity, for programs: made, listed with what was taken, changed, released."""

import uuid

from fastapi import APIRouter, Response

from kit.errors import NotFound, refusals
from kit.idempotency import Key, once
from registration.catalog.allotments import actions
from registration.catalog.allotments.queries import allotments
from registration.catalog.allotments.rules import AllotmentBelowTaken, AllotmentReleased, Beneficiary, NotEnoughLeft
from registration.office.allotments.queries import known_company, resource_id
from registration.office.allotments.schemas import ActivityAllotment, AllotmentIn, AllotmentReference, AllotmentTerms
from registration.service import READERS, Coordinator, Here

router = APIRouter(tags=["authoring"])
OF_ACTIVITY = "/api/staff/activities/{activity_id}/allotments"


@router.get(OF_ACTIVITY, dependencies=[READERS], openapi_extra=refusals(NotFound))
def list_allotments(activity_id: uuid.UUID, here: Here) -> list[ActivityAllotment]:
    """The places reserved in an activity, those that still are first."""
    with here.db.read() as session:
        here.offer(session, activity_id)
        return [ActivityAllotment.of(row) for row in allotments(session, activity_id)]


@router.post(
    OF_ACTIVITY, response_model=AllotmentReference, status_code=201, openapi_extra=refusals(NotFound, NotEnoughLeft)
)
def reserve_places(activity_id: uuid.UUID, body: AllotmentIn, here: Here, caller: Coordinator, key: Key) -> Response:
    """Keep units of a resource for somebody; the public is offered that many fewer."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> AllotmentReference:
            here.offer(session, activity_id)
            known_company(session, body.company_id)
            resource, who = resource_id(session, activity_id, body.resource), Beneficiary(body.code_id, body.company_id)
            return AllotmentReference(id=actions.reserve(session, resource, body.reserving, who, caller, now))

        return once(session, key, now, act, 201)


@router.post(
    "/api/staff/allotments/{allotment_id}/terms",
    response_model=AllotmentReference,
    openapi_extra=refusals(NotFound, AllotmentReleased, AllotmentBelowTaken, NotEnoughLeft),
)
def change_allotment(
    allotment_id: uuid.UUID, body: AllotmentTerms, here: Here, caller: Coordinator, key: Key
) -> Response:
    """Keep more units, or fewer, or until another date."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> AllotmentReference:
            actions.change(session, allotment_id, body.reserving, caller, now)
            return AllotmentReference(id=allotment_id)

        return once(session, key, now, act)


@router.post(
    "/api/staff/allotments/{allotment_id}/release",
    response_model=AllotmentReference,
    openapi_extra=refusals(NotFound, AllotmentReleased),
)
def release_allotment(allotment_id: uuid.UUID, here: Here, caller: Coordinator, key: Key) -> Response:
    """What was not taken of it goes on sale to all; what was taken stays."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> AllotmentReference:
            actions.release(session, allotment_id, caller, now)
            return AllotmentReference(id=allotment_id)

        return once(session, key, now, act)
