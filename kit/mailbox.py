"""What one service must tell another: a row in the same transaction, delivered over HTTP, acted on once.

`post` writes the outbox; `deliver` sends up to 50 messages in one call, at least once, with backoff; `receive` makes
it once by the inbox and runs the reactions in one transaction. Messages carry state, so their order does not matter.
"""

import logging
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from pydantic import ValidationError
from sqlmodel import Field, Session, col, select

from kit import lease
from kit.clock import Clock
from kit.contracts import CONTRACTS, Envelope, Message, Receipt
from kit.contracts.problems import spelled
from kit.db import Database, KitTable, new_id, personal
from kit.errors import Busy, Refusal, SiblingDown, TooLarge
from kit.http import Sibling, SiblingRefused
from kit.sql import Values, add_once, column, insert_all, named, table

if TYPE_CHECKING:
    from kit.app import Service

log = logging.getLogger("guichet.mailbox")

BATCH = 50
LEASE = timedelta(seconds=30)
READY, NOT_DELIVERED = "ready", "not delivered"


class Outbox(KitTable, table=True):
    """A message not delivered yet. Delivered rows are deleted: they may hold personal data (design.md §4.13)."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    to: str
    type: str
    subject: uuid.UUID | None = Field(default=None, index=True)
    body: dict[str, Any] = Field(sa_type=sa.JSON, sa_column_kwargs=personal("tell a sibling", "until it is delivered"))
    created_at: datetime
    due_at: datetime
    attempts: int = 0
    refusals: int = 0
    state: str = "ready"
    error: str | None = None
    __table_args__ = (
        sa.Index("ix_outbox_due", "due_at", sqlite_where=lease.READY, postgresql_where=lease.READY),
        sa.CheckConstraint("state IN ('ready', 'dead')", name="state"),
    )


outbox = table(Outbox)


class Inbox(KitTable, table=True):
    """A message already acted on."""

    id: uuid.UUID = Field(primary_key=True)
    type: str
    received_at: datetime


S = TypeVar("S", bound="Service")
# What a message causes: given the service, the transaction and the message.
Reaction = Callable[[S, Session, Any], None]
Reactions = Mapping[type[Message], Sequence[Reaction[S]]]


def post(session: Session, to: str, message: Message, now: datetime, subject: uuid.UUID | None = None) -> None:
    """Tell a sibling, in the caller's transaction. `subject` lets a page deliver one matter's messages at once."""
    post_all(session, [(to, message)], now, subject)


def post_all(
    session: Session, messages: Sequence[tuple[str, Message]], now: datetime, subject: uuid.UUID | None = None
) -> None:
    """Several at once, in one statement: (sibling, message) each."""
    common: Values = {column(Outbox.subject): subject, column(Outbox.created_at): now, column(Outbox.due_at): now}
    rows = [named({**common, **_addressed(to, message)}) for to, message in messages]
    insert_all(session, outbox, rows)
    if rows:
        session.info["posted"] = True


def _addressed(to: str, message: Message) -> Values:
    return {column(Outbox.to): to, column(Outbox.type): type(message).__name__, column(Outbox.body): message}


@dataclass
class Postman:
    """Delivers one service's outbox. `siblings` maps a name to its client."""

    db: Database
    siblings: Mapping[str, Sibling]
    clock: Clock
    patience: lease.Patience
    # Siblings that just did not answer, and until when the loop leaves them alone: a crowd that signs up meanwhile
    # wakes it many times a second. Only a saving; each message's own `due_at` is what counts.
    # Measured by a clock that no one can set.
    resting: dict[str, float] = field(default_factory=dict)
    ticks: Callable[[], float] = time.monotonic

    def deliver(self, subject: uuid.UUID | None = None) -> bool:
        """Send what is due (or all of one subject). True when a full batch went out and more may wait."""
        busy = False
        for sibling in self.siblings:
            if subject is None and self.ticks() < self.resting.get(sibling, 0):
                continue
            rows = self._claim(sibling, subject)
            if rows:
                receipts = self._send(sibling, rows)
                self._finish(rows, receipts)
                if not receipts:
                    self.resting[sibling] = self.ticks() + self.patience.base
                busy = busy or (bool(receipts) and len(rows) == BATCH)
        return busy

    def _claim(self, sibling: str, subject: uuid.UUID | None) -> list[Outbox]:
        now = self.clock()
        # A page that delivers its own matter waits for no backoff and no lease: heard twice, a message acts once.
        when = col(Outbox.subject) == subject if subject else lease.is_due(Outbox.due_at, now, self.patience.horizon)
        due = (col(Outbox.to) == sibling, col(Outbox.state) == READY, when)
        with self.db.read() as session:
            if not session.exec(select(Outbox.id).where(*due).limit(1)).first():
                return []  # Most turns end here, without having asked for the writers' lock.
        with self.db.write() as session:
            return lease.claim(session, Outbox, *due, until=now + LEASE, most=BATCH)

    def _send(self, sibling: str, rows: Sequence[Outbox]) -> dict[uuid.UUID, Receipt]:
        envelopes = [Envelope(id=row.id, type=row.type, body=row.body).model_dump(mode="json") for row in rows]
        try:
            receipts = self.siblings[sibling].call("POST", "/mailbox", envelopes)
        except (SiblingDown, SiblingRefused) as error:
            if isinstance(error, SiblingRefused) and error.sibling_status == TooLarge.status:
                return self._send_less(sibling, rows)
            log.warning("mailbox not delivered", extra={"to": sibling, "error": error.code, "count": len(rows)})
            return {}
        return {receipt.id: receipt for receipt in map(Receipt.model_validate, receipts)}

    def _send_less(self, sibling: str, rows: Sequence[Outbox]) -> dict[uuid.UUID, Receipt]:
        """What the sibling found too large, in halves; a message that is too large by itself is refused."""
        if len(rows) == 1:
            return {rows[0].id: Receipt(id=rows[0].id, outcome="refused", error="TooLarge")}
        half = len(rows) // 2
        return self._send(sibling, rows[:half]) | self._send(sibling, rows[half:])

    def _finish(self, rows: Sequence[Outbox], receipts: Mapping[uuid.UUID, Receipt]) -> None:
        done = [row.id for row in rows if row.id in receipts and receipts[row.id].outcome == "done"]
        with self.db.write() as session:
            if done:
                session.execute(sa.delete(Outbox).where(col(Outbox.id).in_(done)))
            if not receipts:
                self._all_again(session, rows)
                return
            for row in rows:
                if row.id not in done:
                    self._again(session, row, receipts.get(row.id))

    def _all_again(self, session: Session, rows: Sequence[Outbox]) -> None:
        """Nobody answered: the whole batch backs off in one statement, as far as its most tried message does.

        Fenced by the lease: whoever took a message after it ran out keeps it.
        """
        ids, until = [row.id for row in rows], rows[0].due_at
        held = sa.and_(col(Outbox.id).in_(ids), col(Outbox.due_at) == until)
        due = self.clock() + self.patience.after(max(row.attempts for row in rows))
        values = {column(Outbox.due_at): due, column(Outbox.error): NOT_DELIVERED}
        session.execute(sa.update(Outbox).where(held).values(values))

    def _again(self, session: Session, row: Outbox, receipt: Receipt | None) -> None:
        refusals = row.refusals + (receipt is not None and receipt.outcome == "refused")
        values: Values = {
            column(Outbox.due_at): self.clock() + self.patience.after(row.attempts),
            column(Outbox.refusals): refusals,
            column(Outbox.state): "dead" if refusals >= self.patience.most_refusals else READY,
            column(Outbox.error): receipt.error if receipt else NOT_DELIVERED,
        }
        lease.move(session, row, values)


def receive(here: S, reactions: Reactions[S], envelopes: Sequence[Envelope], sender: str) -> list[Receipt]:
    """Act on each message once, each in its own transaction, so that one bad message does not stop the others."""
    return [_receive_one(here, reactions, envelope, sender) for envelope in envelopes]


def _receive_one(here: S, reactions: Reactions[S], envelope: Envelope, sender: str) -> Receipt:
    contract = CONTRACTS.get(envelope.type)
    if contract is None or contract not in reactions:
        return Receipt(id=envelope.id, outcome="refused", error="unknown message")
    if sender not in contract.senders:
        log.warning("message of another sender", extra={"message_type": envelope.type, "sender": sender})
        return Receipt(id=envelope.id, outcome="refused", error="not yours to say")
    try:
        message = contract.model_validate(envelope.body)
        with here.db.write() as session:
            seen: Values = {column(Inbox.id): envelope.id, column(Inbox.type): envelope.type}
            if add_once(session, Inbox, named({**seen, column(Inbox.received_at): here.clock()})):
                for react in reactions[contract]:
                    react(here, session, message)
    except ValidationError as error:
        places = sorted({spelled(problem["loc"]) for problem in error.errors(include_input=False)})
        log.warning("message refused", extra={"message_type": envelope.type, "wrong_fields": places})
        return Receipt(id=envelope.id, outcome="refused", error="not this contract")
    except Refusal as error:
        return Receipt(id=envelope.id, outcome="later" if isinstance(error, Busy) else "refused", error=error.code)
    except Exception as error:
        log.exception("reaction failed", extra={"message_type": envelope.type, "message_id": str(envelope.id)})
        return Receipt(id=envelope.id, outcome="refused", error=type(error).__name__)
    return Receipt(id=envelope.id, outcome="done")


def pending(session: Session) -> dict[str, int]:
    """How many messages wait, and how many were given up on."""
    counts = dict(session.exec(select(Outbox.state, sa.func.count()).group_by(Outbox.state)).all())
    return {"outbox": counts.get("ready", 0), "dead": counts.get("dead", 0)}


def waits(session: Session, now: datetime, **since: datetime | None) -> dict[str, float]:
    """How long what is oldest has waited, in seconds, by kind: messages to siblings (`outbox`), and whatever else a
    service says has waited `since` a moment. 0: nothing waits, or a clock that ran ahead wrote the moment."""
    since["outbox"] = session.exec(select(sa.func.min(Outbox.created_at)).where(Outbox.state == READY)).one()
    return {kind: max(0.0, (now - begun).total_seconds()) if begun else 0.0 for kind, begun in since.items()}


def purge(session: Session, before: datetime) -> None:
    """Forget inbox ids older than any message that can still arrive."""
    session.execute(sa.delete(Inbox).where(col(Inbox.received_at) < before))
