"""`/staff/messages`: what was said, to whom, and whether it arrived."""

import uuid
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from kit import app
from kit.auth import Caller, allow
from kit.clock import local
from notify.delivery import actions, queries
from notify.delivery.queries import Filter
from notify.messages.rules import Status
from notify.messages.schemas import KINDS
from notify.service import Here

router = APIRouter(include_in_schema=False)
Staff = Annotated[Caller, allow("director", "coordinator")]


@router.get("/staff/messages")
def show_list(
    request: Request,
    here: Here,
    caller: Staff,
    status: str = "",
    kind: str = "",
    search: Annotated[str, Query(max_length=200)] = "",
    before: uuid.UUID | None = None,
) -> HTMLResponse:
    """The list. An empty `status` or an unknown one means all of them."""
    state = Status(status) if status in set(Status) else None
    with here.db.read() as session:
        page = queries.listed(session, Filter(state, kind, search, before))
        totals = queries.totals(session)
    wanted = {"status": state or "", "kind": kind, "search": search}
    older = urlencode({**wanted, "before": page.next}) if page.next else ""
    return app.page(
        request,
        "delivery/list.html",
        app.language(request, caller.lang),
        page=page,
        totals=totals,
        kinds=list(KINDS),
        wanted=wanted,
        older=older,
        newest=urlencode(wanted) if before else "",
        wall=partial(local, zone=here.association().timezone),
    )


@router.get("/staff/messages/{message_id}")
def show_one(request: Request, message_id: uuid.UUID, here: Here, caller: Staff) -> HTMLResponse:
    lang, zone = app.language(request, caller.lang), here.association().timezone
    with here.db.read() as session:
        found = queries.followed(session, message_id)
    return app.page(request, "delivery/message.html", lang, found=found, message=found.message, zone=zone)


@router.post("/staff/messages/{message_id}/again")
def send_again(message_id: uuid.UUID, here: Here, caller: Staff) -> Response:
    with here.db.write() as session:
        actions.send_again(session, message_id, caller.name, here.clock())
    return app.see(f"{here.base}/staff/messages/{message_id}")
