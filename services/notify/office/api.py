"""Messages and their deliveries as JSON: the same power as the pages."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Response

from kit.auth import allow
from kit.contracts.callers import Caller
from kit.errors import NotFound, refusals
from kit.idempotency import Key, once
from notify.delivery import actions, queries
from notify.delivery.queries import Filter
from notify.delivery.rules import AddressForgotten, NotFailed
from notify.messages.rules import Status
from notify.office import view
from notify.office.schemas import ContentAnswer, FollowedAnswer, ListedAnswer, followed, listed
from notify.service import Here

router = APIRouter(tags=["messages"])
Staff = Annotated[Caller, allow("director", "coordinator")]


@router.get("/api/messages")
def list_messages(
    here: Here,
    _caller: Staff,
    status: Status | None = None,
    kind: Annotated[str, Query(max_length=40)] = "",
    search: Annotated[str, Query(max_length=200)] = "",
    after: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
) -> ListedAnswer:
    """Messages, newest first. `search` looks at the address and the name; `after` is the last answer's `next`."""
    with here.db.read() as session:
        return listed(queries.listed(session, Filter(status, kind, search, after, before)))


@router.get("/api/messages/{message_id}", openapi_extra=refusals(NotFound))
def read_message(message_id: uuid.UUID, here: Here, _caller: Staff) -> FollowedAnswer:
    """One message with every attempt to deliver it."""
    with here.db.read() as session:
        return followed(queries.followed(session, message_id))


@router.get("/api/messages/{message_id}/content", openapi_extra=refusals(NotFound))
def read_content(message_id: uuid.UUID, here: Here, _caller: Staff) -> ContentAnswer:
    """What one message says, without the secret part of its links and without its tickets."""
    with here.db.read() as session:
        message = queries.followed(session, message_id).message
    if message.purged_at:
        raise NotFound()
    return ContentAnswer(text=view.content(here.writer, message, here.association(), "txt"))


@router.post(
    "/api/messages/{message_id}/again",
    status_code=202,
    response_model=FollowedAnswer,
    openapi_extra=refusals(NotFound, NotFailed, AddressForgotten),
)
def resend_message(message_id: uuid.UUID, here: Here, caller: Staff, key: Key) -> Response:
    """Queue a failed message anew, under the same Message-ID."""

    def act() -> FollowedAnswer:
        actions.send_again(session, message_id, caller.name, here.clock())
        return followed(queries.followed(session, message_id))

    with here.db.write() as session:
        return once(session, key, here.clock(), act, status=202)
