"""Take messages to send, write down what became of them, send a failed one again."""

import random
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.errors import NotFound
from notify.channels.rules import Answer, Outcome
from notify.delivery.models import Delivery, Resend
from notify.delivery.rules import BATCH, LEASE, REFUSALS_BEFORE_GIVING_UP, AddressForgotten, NotFailed, backoff
from notify.messages.actions import report
from notify.messages.models import Message
from notify.messages.rules import Failure, Status

# Words of ours in `Answer.detail`: nothing was said to a server about the recipient.
UNWRITABLE = ("address", "smtputf8")


@dataclass(frozen=True)
class Patience:
    """The deployment's delays between tries, in seconds."""

    base: float
    longest: float

    def after(self, attempt: int) -> Any:
        return backoff(attempt, self.base, self.longest, random.random())  # noqa: S311 (Spreads load; no secret.)


def claim(session: Session, now: datetime) -> list[Message]:
    """Lease what is due, so that another worker leaves it alone; a crash gives it back when the lease ends."""
    due = select(Message.id).where(Message.status == Status.QUEUED, col(Message.due_at) <= now)
    pick = due.order_by(col(Message.due_at), col(Message.id)).limit(BATCH).with_for_update(skip_locked=True)
    ids = session.exec(pick).all()
    lease = sa.update(Message).where(col(Message.id).in_(ids)).values(due_at=now + LEASE, attempts=Message.attempts + 1)
    session.execute(lease)
    return list(session.exec(select(Message).where(col(Message.id).in_(ids)).order_by(col(Message.id))).all())


def record(session: Session, taken: Message, answer: Answer, patience: Patience, now: datetime) -> None:
    """Write down what a server answered for a message that was claimed.

    Being accepted is a fact whoever holds the lease by now; a refusal counts only for the worker that holds it.
    """
    session.add(
        Delivery(
            message_id=taken.id,
            attempt=taken.attempts,
            at=now,
            outcome=answer.outcome,
            code=answer.code,
            detail=answer.detail,
        )
    )
    if answer.outcome is Outcome.ACCEPTED:
        _move(session, taken, now, fenced=False, status=Status.SENT, failure=None, sent_at=now)
    elif answer.outcome is Outcome.REFUSED:
        failure = Failure.ADDRESS if answer.detail in UNWRITABLE else Failure.REFUSED
        _move(session, taken, now, status=Status.FAILED, failure=failure)
    elif answer.outcome is Outcome.LATER and taken.refusals + 1 >= REFUSALS_BEFORE_GIVING_UP:
        _move(session, taken, now, status=Status.FAILED, failure=Failure.EXHAUSTED, refusals=taken.refusals + 1)
    else:
        # A server in trouble says nothing of this message: it never counts towards giving up.
        refusals = taken.refusals + (answer.outcome is Outcome.LATER)
        _move(session, taken, now, due_at=now + patience.after(taken.attempts), refusals=refusals)


def put_off(session: Session, taken: list[Message], patience: Patience, now: datetime) -> None:
    """No server could be reached: every message keeps its turn for later."""
    for message in taken:
        _move(session, message, now, due_at=now + patience.after(message.attempts))


def give_back(session: Session, taken: list[Message], now: datetime) -> None:
    """Messages that were claimed and not tried: anyone may take them at once."""
    for message in taken:
        _move(session, message, now, due_at=now)


def _move(session: Session, taken: Message, now: datetime, fenced: bool = True, **values: Any) -> None:
    """One conditional UPDATE: a worker whose lease ran out must not undo what another has done since."""
    where = [col(Message.id) == taken.id]
    if fenced:
        where += [col(Message.status) == Status.QUEUED, col(Message.attempts) == taken.attempts]
    else:
        where += [col(Message.status) != Status.SENT]
    moved = session.execute(sa.update(Message).where(*where).values(**values).returning(col(Message.id))).scalar()
    if moved and "status" in values:
        report(session, taken, "sent" if values["status"] is Status.SENT else "failed", now)


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
