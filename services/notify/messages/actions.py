"""Queue what must be said, once; forget whom it was said to, in time."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal, TypeVar

import sqlalchemy as sa
from pydantic import BaseModel, ValidationError
from sqlmodel import Session, col, select

from kit.contracts import DeliveryReported, SendMessage
from kit.db import Values, add_once, column
from kit.mailbox import post
from kit.text import fold
from notify.messages.models import Message
from notify.messages.rules import KEEP, BadValues, Failure, Status, UnknownKind
from notify.messages.schemas import KINDS, Ticket

log = logging.getLogger("guichet.messages")
Say = Callable[..., str]
Shape = TypeVar("Shape", bound=BaseModel)
# What is left of a message's personal data after 90 days.
BLANK: Values = {
    column(Message.to_address): "",
    column(Message.to_name): "",
    column(Message.search): "",
    column(Message.values): {},
    column(Message.tickets): [],
    column(Message.attachments): [],
}


def queue(session: Session, asked: SendMessage, say: Say, now: datetime) -> None:
    """Queue a message; the same kind, entity and version asked again changes nothing.

    `say(lang, key, **values)` is the catalogue: the subject is written now, so that lists can show it.
    Raises UnknownKind or BadValues: the sender then sees its own message refused.
    """
    if asked.kind not in KINDS:
        raise UnknownKind()
    values = _checked(asked, KINDS[asked.kind], asked.values)
    tickets = [_checked(asked, Ticket, ticket).model_dump() for ticket in asked.tickets]
    message = Message(
        kind=asked.kind,
        entity=asked.entity,
        version=asked.version,
        to_address=asked.to,
        to_name=asked.to_name,
        search=fold(f"{asked.to} {asked.to_name}"),
        lang=asked.lang,
        subject=say(asked.lang, f"mail.{asked.kind}.subject", **values.model_dump()),
        values=values.model_dump(mode="json"),
        tickets=tickets,
        attachments=[attachment.model_dump() for attachment in asked.attachments],
        due_at=now,
        created_at=now,
    )
    once = (column(Message.kind), column(Message.entity), column(Message.version))
    add_once(session, Message, message.model_dump(), *once)


def _checked(asked: SendMessage, shape: type[Shape], given: Mapping[str, Any]) -> Shape:
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        wrong = sorted({".".join(str(part) for part in item["loc"]) for item in error.errors()})
        log.warning("message refused", extra={"kind": asked.kind, "entity": str(asked.entity), "wrong_fields": wrong})
        raise BadValues() from error


def report(session: Session, message: Message, outcome: Literal["sent", "failed"], now: datetime) -> None:
    """Tell registration what became of a message."""
    told = DeliveryReported(kind=message.kind, entity=message.entity, version=message.version, outcome=outcome, at=now)
    post(session, "registration", told, now)


def purge(session: Session, now: datetime) -> None:
    """Blank the personal data of messages older than 90 days; one still queued then is given up, and reported so."""
    old = (col(Message.created_at) < now - KEEP, col(Message.purged_at).is_(None))
    for message in session.exec(select(Message).where(*old, Message.status == Status.QUEUED).with_for_update()).all():
        message.status, message.failure = Status.FAILED, Failure.EXPIRED
        report(session, message, "failed", now)
    session.flush()
    session.execute(sa.update(Message).where(*old).values({**BLANK, column(Message.purged_at): now}))
