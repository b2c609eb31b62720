"""Messages given up after many refusals: staff see them at the head of a service's first list, and send them again."""

import logging
from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Form, Response
from pydantic import BaseModel, Field
from sqlmodel import Session, col, select

from kit.answers import Here
from kit.app import see
from kit.auth import allow
from kit.contracts import Count, Instant
from kit.contracts.callers import Caller
from kit.idempotency import Key, once
from kit.mailbox import READY, Outbox
from kit.sql import column

log = logging.getLogger("guichet.mailbox")
router = APIRouter(tags=["mailbox"])
Staff = Annotated[Caller, allow("director", "coordinator", "accountant")]
DEAD = col(Outbox.state) == "dead"


class Undelivered(BaseModel):
    """How many messages one sibling refused until they were given up, and when the oldest was written (UTC)."""

    to: str = Field(description="Name of the service that refused them.", examples=["billing"])
    count: Count = Field(description="How many messages.", examples=[1])
    since: Instant = Field(description="When the oldest was written (UTC).")


def undelivered(session: Session) -> list[Undelivered]:
    """By sibling; usually nothing."""
    to = col(Outbox.to)
    query = select(Outbox.to, sa.func.count(), sa.func.min(Outbox.created_at)).where(DEAD).group_by(to).order_by(to)
    return [Undelivered(to=to, count=count, since=since) for to, count, since in session.exec(query)]


def send_again(session: Session, caller: Caller, now: datetime) -> list[Undelivered]:
    """Let every one of them be tried as if for the first time; what is left that was given up (nothing)."""
    again = {column(Outbox.state): READY, column(Outbox.refusals): 0, column(Outbox.due_at): now}
    session.execute(sa.update(Outbox).where(DEAD).values(again))
    session.info["posted"] = True
    log.info("given up messages sent again", extra={"by": caller.id})
    return undelivered(session)


@router.get("/api/undelivered")
def list_undelivered(here: Here, _caller: Staff) -> list[Undelivered]:
    """What this service could not tell a sibling and gave up."""
    with here.db.read() as session:
        return undelivered(session)


@router.post("/api/undelivered/send-again", response_model=list[Undelivered])
def send_undelivered(here: Here, caller: Staff, key: Key) -> Response:
    """Try them all again."""
    now = here.clock()
    with here.db.write() as session:
        return once(session, key, now, lambda: send_again(session, caller, now))


@router.post("/staff/undelivered/send-again", include_in_schema=False)
def send_again_by_form(here: Here, caller: Staff, back: Annotated[str, Form(pattern=r"^/staff/[a-z]+$")]) -> Response:
    """Try them all again, and go back to the list where the button is."""
    with here.db.write() as session:
        send_again(session, caller, here.clock())
    return see(here.base + back)
