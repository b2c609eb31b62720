"""What staff, the worker and the operator read about messages and their deliveries."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit import paging
from kit.errors import NotFound
from kit.lease import Patience, is_due
from notify.channels.rules import Outcome
from notify.delivery.models import Delivery, Resend
from notify.messages.models import Message
from notify.messages.rules import KEEP, Failure, Status

PAGE = 50
# The purge runs by the hour, and a worker may have been down for the night.
PURGE_GRACE = timedelta(days=1)


@dataclass(frozen=True)
class Filter:
    """What a list of messages is narrowed to. `after` is the last row of the page before, `before` the first one of the
    page that follows."""

    status: Status | None = None
    kind: str = ""
    search: str = ""
    after: uuid.UUID | None = None
    before: uuid.UUID | None = None


@dataclass(frozen=True)
class Listed:
    """One page of messages, newest first. `previous` and `next` are the rows that the pages before and after are
    counted from, if there are any; `total` is how many messages there are on all of them."""

    messages: Sequence[Message]
    previous: uuid.UUID | None
    next: uuid.UUID | None
    total: int


@dataclass(frozen=True)
class Followed:
    """One message with every attempt and every resend, newest first."""

    message: Message
    deliveries: Sequence[Delivery]
    resends: Sequence[Resend]


@dataclass(frozen=True)
class Counts:
    queued: int
    exhausted: int


def listed(session: Session, wanted: Filter, size: int = PAGE) -> Listed:
    """A page of messages. Ids are UUIDv7: their order is the order in which messages were queued."""
    query = select(Message)
    if wanted.status:
        query = query.where(Message.status == wanted.status)
    if wanted.kind:
        query = query.where(Message.kind == wanted.kind)
    query = query.where(*paging.matching(col(Message.search), wanted.search))
    places = [(key,) if key else None for key in (wanted.after, wanted.before)]
    part = paging.slice_of(session, query, (col(Message.id),), size, places, down=True)
    rows = [row[0] for row in part.rows]
    return Listed(rows, **part.keys([row.id for row in rows]))


def totals(session: Session) -> dict[Status, int]:
    """How many messages are in each state."""
    counted = dict(session.exec(select(Message.status, sa.func.count()).group_by(col(Message.status))).all())
    return {status: counted.get(status, 0) for status in Status}


def followed(session: Session, message_id: uuid.UUID) -> Followed:
    """Raises NotFound."""
    message = session.get(Message, message_id)
    if message is None:
        raise NotFound()
    deliveries = select(Delivery).where(Delivery.message_id == message_id).order_by(col(Delivery.id).desc())
    resends = select(Resend).where(Resend.message_id == message_id).order_by(col(Resend.id).desc())
    return Followed(message, session.exec(deliveries).all(), session.exec(resends).all())


def is_any_due(session: Session, patience: Patience, now: datetime) -> bool:
    """A look that takes no lock: polling must not stand in line with those who write."""
    when = is_due(Message.due_at, now, patience.horizon)
    due = select(Message.id).where(Message.status == Status.QUEUED, when)
    return session.exec(due.limit(1)).first() is not None


def pending(session: Session) -> Counts:
    """What still has to leave, and what was put off until it was given up."""
    exhausted = select(sa.func.count()).select_from(Message).where(Message.failure == Failure.EXHAUSTED)
    return Counts(totals(session)[Status.QUEUED], session.exec(exhausted).one())


def oldest(session: Session) -> datetime | None:
    """When the message that has waited longest to leave was queued."""
    return session.exec(select(sa.func.min(Message.created_at)).where(Message.status == Status.QUEUED)).one()


def differences(session: Session, now: datetime) -> list[str]:
    """Every message whose row and deliveries tell two stories, and every one that was kept too long."""
    accepted = select(Delivery.message_id).where(Delivery.outcome == Outcome.ACCEPTED)
    mine = col(Message.id)
    # A purge blanks the address and the values together; either one left over is a fault.
    personal = sa.or_(
        col(Message.to_address) != "",
        col(Message.recipient) != "",
        col(Message.search) != "",
        col(Message.purged_at).is_(None),
    )
    wrong: dict[str, tuple[Any, ...]] = {
        "sent without a successful delivery": (Message.status == Status.SENT, mine.not_in(accepted)),
        "delivered but not sent": (Message.status != Status.SENT, mine.in_(accepted)),
        "personal data kept over 90 days": (col(Message.created_at) < now - KEEP - PURGE_GRACE, personal),
    }
    return [
        f"message {message_id}: {what}"
        for what, conditions in wrong.items()
        for message_id in session.exec(select(Message.id).where(*conditions)).all()
    ]


def failed_count(session: Session) -> int:
    """How many messages did not arrive: those that the list shows as failed."""
    return session.exec(select(sa.func.count()).select_from(Message).where(Message.status == Status.FAILED)).one()
