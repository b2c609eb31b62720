"""One's own views of the lists, for programs that work in somebody's name."""

import uuid
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Query, Response

from kit.contracts.callers import Caller
from kit.errors import NotFound, refusals
from kit.idempotency import Key, once
from registration.office.views.schemas import OwnView, ViewIn, ViewReference
from registration.office.views.view import narrowed_by
from registration.service import Here, Reader
from registration.views import actions, queries
from registration.views.rules import Listed, NothingNarrowed, TooManyViews

router = APIRouter(tags=["staff"])


def account_of(caller: Caller) -> uuid.UUID:
    """The account whose views they are. Raises NotFound for an integrator's pass, which has none."""
    if not caller.login:
        raise NotFound()
    return uuid.UUID(caller.id)


@router.get("/api/staff/views", openapi_extra=refusals(NotFound))
def list_views(here: Here, caller: Reader, listed: Annotated[Listed | None, Query()] = None) -> list[OwnView]:
    """One's own views, the oldest first."""
    with here.db.read() as session:
        return [OwnView.of(row) for row in queries.views_of(session, account_of(caller), listed)]


@router.post(
    "/api/staff/views",
    response_model=ViewReference,
    status_code=201,
    openapi_extra=refusals(NotFound, NothingNarrowed, TooManyViews),
)
def keep_view(body: ViewIn, here: Here, caller: Reader, key: Key) -> Response:
    """Keep what a list is narrowed to under a name; one's view of that name is replaced."""
    now, owner = here.clock(), account_of(caller)
    narrowed = narrowed_by(body.listed, dict(parse_qsl(body.narrowed)))
    with here.db.write() as session:

        def act() -> ViewReference:
            return ViewReference(id=actions.keep(session, owner, body.listed, body.name, narrowed, now))

        return once(session, key, now, act, 201)


@router.post("/api/staff/views/{view_id}/remove", response_model=ViewReference, openapi_extra=refusals(NotFound))
def remove_view(view_id: uuid.UUID, here: Here, caller: Reader, key: Key) -> Response:
    """Keep one's view no longer."""
    now, owner = here.clock(), account_of(caller)
    with here.db.write() as session:

        def act() -> ViewReference:
            actions.remove(session, view_id, owner)
            return ViewReference(id=view_id)

        return once(session, key, now, act)
