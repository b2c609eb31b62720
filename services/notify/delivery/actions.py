"""Take messages to send, write down what became of them, send a failed one again."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit import lease
from kit.errors import NotFound
from kit.lease import Patience
from kit.sql import Values, column
from notify.channels.rules import Answer, Outcome
from notify.delivery.models import Delivery, Resend
from notify.delivery.rules import ATTEMPTS_BEFORE_GIVING_UP, BATCH, LEASE, AddressForgotten, NotFailed
from notify.messages.actions import report
from notify.messages.models import Message
from notify.messages.rules import Failure, Status

# Words of ours in `Answer.detail`: no server was asked about the recipient.
UNWRITABLE = ("address", "smtputf8")
QUEUED = col(Message.status) == Status.QUEUED


def claim(session: Session, patience: Patience, now: datetime) -> list[Message]:
    """Lease what is due, so that another worker leaves it alone; a crash gives it back when the lease ends."""
    due = lease.is_due(Message.due_at, now, patience.horizon)
    return lease.claim(session, Message, QUEUED, due, until=now + LEASE, most=BATCH)


def record(session: Session, claimed: Message, answer: Answer, patience: Patience, now: datetime) -> None:
    """Write down what a server answered for a message that was claimed.

    Being accepted is a fact whoever holds the lease by now; a refusal counts only for the worker that holds it.
    """
    session.add(
        Delivery(
            message_id=claimed.id,
            attempt=claimed.attempts,
            at=now,
            outcome=answer.outcome,
            code=answer.code,
            detail=answer.detail,
        )
    )
    # A server in trouble says nothing of this message, and does not count towards giving up, unless it is in trouble
    # with this one again and again.
    refusals = claimed.refusals + (answer.outcome is Outcome.LATER)
    hopeless = answer.outcome is Outcome.LATER and refusals >= patience.most_refusals
    if answer.outcome is Outcome.ACCEPTED:
        _sent(session, claimed, now)
    elif answer.outcome is Outcome.REFUSED:
        _failed(session, claimed, Failure.ADDRESS if answer.detail in UNWRITABLE else Failure.REFUSED, refusals, now)
    elif hopeless or claimed.attempts >= ATTEMPTS_BEFORE_GIVING_UP:
        _failed(session, claimed, Failure.EXHAUSTED, refusals, now)
    else:
        due_at = now + patience.after(claimed.attempts)
        lease.move(session, claimed, {column(Message.due_at): due_at, column(Message.refusals): refusals}, QUEUED)


def put_off(session: Session, claimed: list[Message], patience: Patience, now: datetime) -> None:
    """No server could be reached: every message waits for a later try."""
    for message in claimed:
        lease.move(session, message, {column(Message.due_at): now + patience.after(message.attempts)}, QUEUED)


def give_back(session: Session, claimed: list[Message], now: datetime) -> None:
    """Messages that were claimed and not tried: anyone may take them at once."""
    for message in claimed:
        lease.move(session, message, {column(Message.due_at): now}, QUEUED)


def _sent(session: Session, claimed: Message, now: datetime) -> None:
    """Not fenced: the message has left, even when another worker holds its lease by now."""
    values: Values = {column(Message.status): Status.SENT, column(Message.failure): None, column(Message.sent_at): now}
    unsent = sa.update(Message).where(col(Message.id) == claimed.id, col(Message.status) != Status.SENT)
    if session.execute(unsent.values(dict(values)).returning(col(Message.id))).first():
        report(session, claimed, "sent", now)


def _failed(session: Session, claimed: Message, failure: Failure, refusals: int, now: datetime) -> None:
    values: Values = {
        column(Message.status): Status.FAILED,
        column(Message.failure): failure,
        column(Message.refusals): refusals,
    }
    if lease.move(session, claimed, values, QUEUED):
        report(session, claimed, "failed", now)


def send_again(session: Session, message_id: uuid.UUID, by: str, now: datetime) -> None:
    """Queue a failed message anew, under its own Message-ID. Raises NotFound, NotFailed, AddressForgotten."""
    message = session.exec(select(Message).where(Message.id == message_id).with_for_update()).one_or_none()
    if message is None:
        raise NotFound()
    if message.purged_at:
        raise AddressForgotten()
    if message.status is not Status.FAILED:
        raise NotFailed()
    message.status, message.failure = Status.QUEUED, None
    message.refusals, message.due_at = 0, now
    session.add(message)
    session.add(Resend(message_id=message_id, at=now, by=by))
