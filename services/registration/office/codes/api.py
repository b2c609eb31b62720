"""Codes of an activity, for programs: made, listed with what they served, changed, closed."""

import uuid

from fastapi import APIRouter, Response

from kit.errors import NotFound, refusals
from kit.idempotency import Key, once
from registration.catalog.codes import actions, queries
from registration.catalog.codes.rules import BudgetBelowSpent, CodeBelowUsed, CodeTaken
from registration.office.codes.queries import uses
from registration.office.codes.schemas import ActivityCode, CodeIn, CodeReference, CodeTerms, CodeUse, CodeWords
from registration.service import COORDINATORS, Coordinator, Here

router = APIRouter(tags=["authoring"])
OF_ACTIVITY = "/api/staff/activities/{activity_id}/codes"


@router.get(OF_ACTIVITY, dependencies=[COORDINATORS])
def list_codes(activity_id: uuid.UUID, here: Here) -> list[ActivityCode]:
    """The codes of an activity with what each has served, the newest first."""
    with here.db.read() as session:
        return [ActivityCode.of(row) for row in queries.codes(session, activity_id)]


@router.post(OF_ACTIVITY, response_model=CodeWords, status_code=201, openapi_extra=refusals(NotFound, CodeTaken))
def add_codes(activity_id: uuid.UUID, body: CodeIn, here: Here, caller: Coordinator, key: Key) -> Response:
    """Make one code, or several whose words are drawn."""
    now = here.clock()
    making = actions.Making(body.count, here.settings.reach)
    with here.db.write() as session:

        def act() -> CodeWords:
            return CodeWords(words=actions.add(session, activity_id, body.new_code, caller, now, making))

        return once(session, key, now, act, 201)


@router.get("/api/staff/codes/{code_id}/registrations", dependencies=[COORDINATORS], openapi_extra=refusals(NotFound))
def list_code_uses(code_id: uuid.UUID, here: Here) -> list[CodeUse]:
    """The registrations that used a code, the latest first, 500 at most."""
    with here.db.read() as session:
        return uses(session, queries.code(session, code_id).id)


@router.post(
    "/api/staff/codes/{code_id}/terms",
    response_model=CodeReference,
    openapi_extra=refusals(NotFound, CodeBelowUsed, BudgetBelowSpent),
)
def change_code(code_id: uuid.UUID, body: CodeTerms, here: Here, caller: Coordinator, key: Key) -> Response:
    """Change how often and how long a code serves."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> CodeReference:
            actions.change(session, code_id, body.limits, caller, now)
            return CodeReference(id=code_id)

        return once(session, key, now, act)


@router.post("/api/staff/codes/{code_id}/close", response_model=CodeReference, openapi_extra=refusals(NotFound))
def close_code(code_id: uuid.UUID, here: Here, caller: Coordinator, key: Key) -> Response:
    """Let a code serve nobody any more."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> CodeReference:
            actions.close(session, code_id, caller, now)
            return CodeReference(id=code_id)

        return once(session, key, now, act)
