"""Queue what must be said, once; forget whom it was said to, in time."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.contracts import DeliveryReported, SendMessage
from kit.contracts.addresses import mailbox_of
from kit.contracts.texts import glued
from kit.mailbox import post
from kit.sql import Values, add_once, column
from kit.text import fold
from notify.messages.models import Message
from notify.messages.rules import DAY, KEEP, OVER, Ceilings, Failure, Status, Volume, refusal_of

Say = Callable[..., str]
# What is left of a message's personal data after 90 days.
BLANK: Values = {
    column(Message.to_address): "",
    column(Message.to_name): "",
    column(Message.search): "",
    column(Message.recipient): "",
    column(Message.values): {},
    column(Message.tickets): [],
    column(Message.attachments): [],
}


def queue(session: Session, letter: SendMessage, say: Say, now: datetime, ceilings: Ceilings) -> None:
    """Queue a letter; the same kind, entity and version asked again changes nothing. One that would go over a ceiling
    is refused and reported, and listed so: staff may send it all the same.

    `say(lang, key, **values)` is the catalogue: the subject is written now, so that lists can show it.
    """
    failure = refusal_of(volume(session, letter, now), ceilings)
    message = message_of(letter, say, now)
    message.status, message.failure = Status.FAILED if failure else Status.QUEUED, failure
    once = (column(Message.kind), column(Message.entity), column(Message.version))
    if add_once(session, Message, message.model_dump(), *once) and failure:
        report(session, message, "failed", now)


def message_of(letter: SendMessage, say: Say, now: datetime) -> Message:
    """A letter as it waits to be sent; it is in no table yet."""
    return Message(
        kind=letter.kind,
        entity=letter.entity,
        version=letter.version,
        to_address=letter.to,
        to_name=letter.to_name,
        recipient=mailbox_of(letter.to),
        search=fold(f"{letter.to} {letter.to_name} {glued(letter.to_name)}"),
        lang=letter.lang,
        subject=say(letter.lang, f"mail.{letter.kind}.subject", **letter.values.model_dump()),
        values=letter.values.model_dump(mode="json"),
        tickets=[ticket.model_dump() for ticket in letter.tickets],
        attachments=[attachment.model_dump() for attachment in letter.attachments],
        papers=[paper.model_dump(mode="json") for paper in letter.papers],
        status=Status.QUEUED,
        due_at=now,
        created_at=now,
    )


def volume(session: Session, letter: SendMessage, now: datetime) -> Volume:
    """How many letters were taken within a day, to whom this one goes, about what it is about, and in all."""
    taken = (
        # What was taken while the clock ran ahead closes nothing.
        col(Message.created_at).between(now - DAY, now + DAY),
        sa.or_(col(Message.failure).is_(None), col(Message.failure).not_in(OVER)),
    )
    narrowed = (col(Message.recipient) == mailbox_of(letter.to), col(Message.entity) == letter.entity, sa.true())
    counts = [sa.select(sa.func.count()).select_from(Message).where(*taken, one).scalar_subquery() for one in narrowed]
    return Volume(*session.execute(sa.select(*counts)).one())


def report(session: Session, message: Message, outcome: Literal["sent", "failed"], now: datetime) -> None:
    """Tell registration what became of a message."""
    delivery = DeliveryReported(
        kind=message.kind,
        entity=message.entity,
        version=message.version,
        subject=message.subject,
        outcome=outcome,
        at=now,
    )
    post(session, "registration", delivery, now)


def purge(session: Session, now: datetime) -> None:
    """Blank the personal data of messages older than 90 days; one still queued then is given up, and reported so."""
    old = (col(Message.created_at) < now - KEEP, col(Message.purged_at).is_(None))
    for message in session.exec(select(Message).where(*old, Message.status == Status.QUEUED).with_for_update()).all():
        message.status, message.failure = Status.FAILED, Failure.EXPIRED
        report(session, message, "failed", now)
    session.flush()
    session.execute(sa.update(Message).where(*old).values({**BLANK, column(Message.purged_at): now}))
