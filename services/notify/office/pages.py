"""`/staff/messages`: what was sent, to whom, and whether it arrived."""

import uuid
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse

from kit import app, lookup
from kit.auth import allow
from kit.clock import local
from kit.contracts.callers import Caller
from kit.contracts.letters import KINDS
from kit.errors import NotFound
from kit.paging import ListAddress
from kit.undelivered import undelivered
from notify.delivery import actions, queries
from notify.delivery.queries import Filter
from notify.messages.rules import Status
from notify.office import view
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
    after: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
) -> HTMLResponse:
    """The list. An empty `status` or an unknown one means all of them."""
    state, search = Status(status) if status in set(Status) else None, lookup.words_of(request)
    with here.db.read() as session:
        page = queries.listed(session, Filter(state, kind, search, after, before))
        totals, given_up = queries.totals(session), undelivered(session)
    wanted = {"status": state or "", "kind": kind}
    find = request.query_params.get("find", "") if search else ""
    return app.page(
        request,
        "office/list.html",
        app.language(request, caller.lang),
        given_up=given_up,
        page=page,
        totals=totals,
        kinds=list(KINDS),
        wanted=wanted | {"search": search},
        link=ListAddress(f"{here.base}/staff/messages", wanted | {"find": find}),
        wall=partial(local, zone=here.association().timezone),
    )


@router.post("/staff/messages")
def find(
    request: Request,
    here: Here,
    _caller: Staff,
    search: Annotated[str, Form(max_length=200)] = "",
    status: Annotated[str, Form(max_length=20)] = "",
    kind: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """The list narrowed, with the words in no address."""
    return lookup.look_for(
        request, ListAddress(f"{here.base}/staff/messages", {"status": status, "kind": kind})(), search
    )


@router.get("/staff/messages/{message_id}")
def show_one(request: Request, message_id: uuid.UUID, here: Here, caller: Staff) -> HTMLResponse:
    lang, zone = app.language(request, caller.lang), here.association().timezone
    with here.db.read() as session:
        history = queries.followed(session, message_id)
    return app.page(request, "office/message.html", lang, history=history, message=history.message, zone=zone)


@router.get("/staff/messages/{message_id}/content")
def show_content(message_id: uuid.UUID, here: Here, _caller: Staff) -> HTMLResponse:
    """What it says, for the frame of the page above. Raises NotFound, also when it was forgotten."""
    with here.db.read() as session:
        message = queries.followed(session, message_id).message
    if message.purged_at:
        raise NotFound()
    html = view.content(here.writer, message, here.association(), "html")
    return HTMLResponse(html, headers=view.frame(here.settings.public_url("registration")))


@router.post("/staff/messages/{message_id}/again")
def send_again(message_id: uuid.UUID, here: Here, caller: Staff) -> Response:
    with here.db.write() as session:
        actions.send_again(session, message_id, caller.name, here.clock())
    return app.see(f"{here.base}/staff/messages/{message_id}")
