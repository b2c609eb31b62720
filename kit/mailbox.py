"""What one service must tell another: a row in the same transaction, delivered over HTTP, acted on once.

`post` writes the outbox; `deliver` sends up to 50 messages in one call, at least once, with backoff; `receive` makes
it once by the inbox and runs the reactions in one transaction. Messages carry state, so their order does not matter.
"""

import logging
import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ValidationError
from sqlmodel import Field, Session, col, select

from kit.contracts import CONTRACTS, Message
from kit.db import KitTable, insert_all, insert_once, new_id
from kit.errors import Busy, Refusal, SiblingDown, TooLarge
from kit.http import SiblingRefused

log = logging.getLogger("guichet.mailbox")

BATCH = 50
LEASE = timedelta(seconds=30)
REFUSALS_BEFORE_DEAD = 20


class Outbox(KitTable, table=True):
    """A message not delivered yet. Delivered rows are deleted: they may hold personal data (design.md §4.13)."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    to: str
    type: str
    subject: uuid.UUID | None = Field(default=None, index=True)
    body: dict[str, Any] = Field(sa_type=sa.JSON)
    created_at: datetime
    due_at: datetime
    attempts: int = 0
    refusals: int = 0
    state: str = "ready"
    error: str | None = None
    __table_args__ = (
        sa.Index(
            "ix_outbox_due",
            "due_at",
            sqlite_where=sa.text("state = 'ready'"),
            postgresql_where=sa.text("state = 'ready'"),
        ),
        sa.CheckConstraint("state IN ('ready', 'dead')", name="state"),
    )


outbox: Any = Outbox.__table__  # type: ignore[attr-defined]


class Inbox(KitTable, table=True):
    """A message already acted on."""

    id: uuid.UUID = Field(primary_key=True)
    type: str
    received_at: datetime


class Envelope(BaseModel):
    """One message on the wire."""

    id: uuid.UUID
    type: str
    body: dict[str, Any]


class Receipt(BaseModel):
    """What became of one message: `done`, `later` (try again) or `refused` (counts towards dead)."""

    id: uuid.UUID
    outcome: str
    error: str = ""


Reaction = Callable[[Any, Session, Any], None]
Reactions = Mapping[type[Message], Sequence[Reaction]]


def post(session: Session, to: str, message: Message, now: datetime, subject: uuid.UUID | None = None) -> None:
    """Tell a sibling, in the caller's transaction. `subject` lets a page deliver one matter's messages at once."""
    post_all(session, [(to, message)], now, subject)


def post_all(
    session: Session, messages: Sequence[tuple[str, Message]], now: datetime, subject: uuid.UUID | None = None
) -> None:
    """Several at once, in one statement: (sibling, message) each."""
    common = {"subject": subject, "created_at": now, "due_at": now, "attempts": 0, "refusals": 0, "state": "ready"}
    rows = [
        {"id": new_id(), "to": to, "type": type(message).__name__, "body": message, **common}
        for to, message in messages
    ]
    insert_all(session, outbox, rows)
    if rows:
        session.info["posted"] = True


@dataclass
class Postman:
    """Delivers one service's outbox. `siblings` maps a name to its client; delays are in seconds."""

    db: Any
    siblings: Mapping[str, Any]
    clock: Callable[[], datetime]
    retry_base: float
    retry_max: float
    # Siblings that just did not answer, and until when the loop leaves them alone: a crowd that signs up meanwhile
    # wakes it many times a second. Only a saving; each message's own `due_at` is what counts.
    resting: dict[str, datetime] = field(default_factory=dict)

    def deliver(self, subject: uuid.UUID | None = None) -> bool:
        """Send what is due (or all of one subject). True when a full batch went out and more may wait."""
        busy = False
        for sibling in self.siblings:
            if subject is None and self._rests(sibling):
                continue
            rows = self._claim(sibling, subject)
            if rows:
                receipts = self._send(sibling, rows)
                self._finish(rows, receipts)
                if not receipts:
                    self.resting[sibling] = self.clock() + timedelta(seconds=self.retry_base)
                busy = busy or (bool(receipts) and len(rows) == BATCH)
        return busy

    def _rests(self, sibling: str) -> bool:
        return sibling in self.resting and self.clock() < self.resting[sibling]

    def _claim(self, sibling: str, subject: uuid.UUID | None) -> list[Any]:
        """Lease a batch, so that another process leaves it alone; a crash gives it back when the lease ends."""
        now = self.clock()
        due = _due(sibling, subject, now)
        with self.db.read() as session:
            if not session.execute(due.limit(1)).first():
                return []
        pick = due.order_by(outbox.c.due_at, outbox.c.id).limit(BATCH).with_for_update(skip_locked=True).cte("picked")
        lease = sa.update(outbox).where(outbox.c.id.in_(sa.select(pick.c.id))).returning(outbox)
        with self.db.write() as session:
            rows = session.execute(lease.values(due_at=now + LEASE, attempts=outbox.c.attempts + 1)).all()
        return sorted(rows, key=lambda row: row.id)

    def _send(self, sibling: str, rows: Sequence[Any]) -> dict[uuid.UUID, Receipt]:
        envelopes = [Envelope(id=row.id, type=row.type, body=row.body).model_dump(mode="json") for row in rows]
        try:
            receipts = self.siblings[sibling].call("POST", "/mailbox", envelopes)
        except (SiblingDown, SiblingRefused) as error:
            if isinstance(error, SiblingRefused) and error.sibling_status == TooLarge.status:
                return self._send_less(sibling, rows)
            log.warning("mailbox not delivered", extra={"to": sibling, "error": error.code, "count": len(rows)})
            return {}
        return {receipt.id: receipt for receipt in map(Receipt.model_validate, receipts)}

    def _send_less(self, sibling: str, rows: Sequence[Any]) -> dict[uuid.UUID, Receipt]:
        """What the sibling found too large, in halves; a message that is too large by itself is refused."""
        if len(rows) == 1:
            return {rows[0].id: Receipt(id=rows[0].id, outcome="refused", error="TooLarge")}
        half = len(rows) // 2
        return self._send(sibling, rows[:half]) | self._send(sibling, rows[half:])

    def _finish(self, rows: Sequence[Any], receipts: Mapping[uuid.UUID, Receipt]) -> None:
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

    def _all_again(self, session: Session, rows: Sequence[Any]) -> None:
        """Nobody answered: the whole batch backs off in one statement, as far as its most tried message does.

        Fenced by the lease: whoever took a message after it ran out keeps it.
        """
        ids, lease = [row.id for row in rows], rows[0].due_at
        held = sa.and_(col(Outbox.id).in_(ids), col(Outbox.due_at) == lease)
        due = self.clock() + timedelta(seconds=self._delay(max(row.attempts for row in rows)))
        session.execute(sa.update(Outbox).where(held).values(due_at=due, error="not delivered"))

    def _delay(self, attempts: int) -> float:
        """Seconds to wait after so many attempts; the exponent is bounded, for siblings that are down for days."""
        return min(self.retry_max, self.retry_base * 2.0 ** min(attempts - 1, 20)) * random.uniform(0.5, 1.0)  # noqa: S311

    def _again(self, session: Session, row: Any, receipt: Receipt | None) -> None:
        """Back off. Fenced by `attempts`: a sender whose lease ran out must not move a row that another has taken."""
        refused = receipt is not None and receipt.outcome == "refused"
        refusals = row.refusals + refused
        session.execute(
            sa.update(Outbox)
            .where(col(Outbox.id) == row.id, col(Outbox.attempts) == row.attempts)
            .values(
                due_at=self.clock() + timedelta(seconds=self._delay(row.attempts)),
                refusals=refusals,
                state="dead" if refusals >= REFUSALS_BEFORE_DEAD else "ready",
                error=receipt.error if receipt else "not delivered",
            )
        )


def _due(sibling: str, subject: uuid.UUID | None, now: datetime) -> Any:
    query = sa.select(outbox.c.id).where(outbox.c.to == sibling, outbox.c.state == "ready")
    # A page that delivers its own matter waits for no backoff and no lease: heard twice, a message is acted on once.
    return query.where(outbox.c.subject == subject) if subject else query.where(outbox.c.due_at <= now)


def receive(here: Any, reactions: Reactions, envelopes: Sequence[Envelope]) -> list[Receipt]:
    """Act on each message once, each in its own transaction, so that one bad message does not stop the others."""
    return [_receive_one(here, reactions, envelope) for envelope in envelopes]


def _receive_one(here: Any, reactions: Reactions, envelope: Envelope) -> Receipt:
    contract = CONTRACTS.get(envelope.type)
    if contract is None or contract not in reactions:
        return Receipt(id=envelope.id, outcome="refused", error="unknown message")
    try:
        message = contract.model_validate(envelope.body)
        with here.db.write() as session:
            seen = {"id": envelope.id, "type": envelope.type, "received_at": here.clock()}
            if insert_once(session, Inbox.__table__, seen, Inbox.__table__.c.id):  # type: ignore[attr-defined]
                for react in reactions[contract]:
                    react(here, session, message)
    except Busy as error:
        return Receipt(id=envelope.id, outcome="later", error=error.code)
    except ValidationError:
        return Receipt(id=envelope.id, outcome="refused", error="not this contract")
    except Refusal as error:
        return Receipt(id=envelope.id, outcome="refused", error=error.code)
    except Exception as error:
        log.exception("reaction failed", extra={"message_type": envelope.type, "message_id": str(envelope.id)})
        return Receipt(id=envelope.id, outcome="refused", error=type(error).__name__)
    return Receipt(id=envelope.id, outcome="done")


def pending(session: Session) -> dict[str, int]:
    """How many messages wait, and how many were given up on."""
    counts = dict(session.exec(select(Outbox.state, sa.func.count()).group_by(Outbox.state)).all())
    return {"outbox": counts.get("ready", 0), "dead": counts.get("dead", 0)}


def purge(session: Session, before: datetime) -> None:
    """Forget inbox ids older than any message that can still arrive."""
    session.execute(sa.delete(Inbox).where(col(Inbox.received_at) < before))
