"""What the simulator remembers, in one SQLite file: objects, webhook deliveries and idempotency keys.

One process, one connection, one lock: two requests on the same session, intent or key are taken one after the other.
A request's changes, its events, their deliveries and its kept answer are one transaction.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

Object = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, created INTEGER NOT NULL,
    intent TEXT, status TEXT, deadline INTEGER, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS objects_kind ON objects (kind, seq);
CREATE INDEX IF NOT EXISTS objects_intent ON objects (kind, intent);
CREATE INDEX IF NOT EXISTS objects_deadline ON objects (deadline) WHERE status = 'open';
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, type TEXT NOT NULL, lane TEXT NOT NULL,
    due REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL, error TEXT);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due, id) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS deliveries_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, path TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
    at INTEGER NOT NULL);
"""


@dataclass(frozen=True)
class Delivery:
    """One webhook to send. ``state``: pending, held, delivered, lost (never sent, on purpose) or dead (given up)."""

    id: int
    event: str
    type: str
    lane: str
    due: float
    attempts: int
    state: str
    error: str | None


class Closed(Exception):
    """The database is closed: a webhook that was on its way finds nobody to report to."""


class Store:
    """Every method is called inside ``with store.transaction():``, which holds the one lock."""

    def __init__(self, database: str) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._closed = False
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", "PRAGMA busy_timeout=5000"):
            self._connection.execute(statement)
        self._connection.executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Raises ``Closed`` once the simulator is stopping."""
        with self._lock:
            if self._closed:
                raise Closed
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._connection.close()

    # Objects

    def add(self, item: Object, *, intent: str | None = None, deadline: int | None = None) -> None:
        self._connection.execute(
            "INSERT INTO objects (id, kind, created, intent, status, deadline, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (item["id"], item["object"], item["created"], intent, item.get("status"), deadline, json.dumps(item)),
        )

    def save(self, item: Object, *, intent: str | None = None) -> None:
        """Writes the object as it is now; ``intent`` when it has just become known."""
        self._connection.execute(
            "UPDATE objects SET status = ?, body = ?, intent = coalesce(?, intent) WHERE id = ?",
            (item.get("status"), json.dumps(item), intent, item["id"]),
        )

    def find(self, kind: str, identifier: str) -> Object | None:
        row = self._one("SELECT body FROM objects WHERE id = ? AND kind = ?", identifier, kind)
        return json.loads(row["body"]) if row else None

    def any_kind(self, identifier: str) -> Object | None:
        row = self._one("SELECT body FROM objects WHERE id = ?", identifier)
        return json.loads(row["body"]) if row else None

    def walk(
        self,
        kind: str,
        *,
        intent: str | None = None,
        created: dict[str, int] | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> Iterator[Object]:
        """Objects of one kind, newest first, read as they are needed: those older than ``after``, or those newer
        than ``before`` (which come nearest first), of one PaymentIntent, created within gt, gte, lt, lte."""
        clauses, values = ["kind = ?"], [kind]
        for clause, value in (
            ("intent = ?", intent),
            ("seq < (SELECT seq FROM objects WHERE id = ?)", after),
            ("seq > (SELECT seq FROM objects WHERE id = ?)", before),
        ):
            if value is not None:
                clauses.append(clause)
                values.append(value)
        signs = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
        clauses += [f"created {signs[bound]} {int(moment)}" for bound, moment in (created or {}).items()]
        order = "ASC" if before is not None else "DESC"
        query = f"SELECT body FROM objects WHERE {' AND '.join(clauses)} ORDER BY seq {order}"  # noqa: S608 (fixed words)
        for row in self._connection.execute(query, values):
            yield json.loads(row["body"])

    def overdue(self, now: int) -> list[Object]:
        """Open sessions whose time has come."""
        query = "SELECT body FROM objects WHERE status = 'open' AND deadline <= ? ORDER BY deadline, seq"
        return [json.loads(row["body"]) for row in self._connection.execute(query, (now,))]

    # Webhook deliveries

    def deliver(self, event: Object, *, lane: str, due: float, state: str) -> None:
        self._connection.execute(
            "INSERT INTO deliveries (event, type, lane, due, state) VALUES (?, ?, ?, ?, ?)",
            (event["id"], event["type"], lane, due, state),
        )

    def next_due(self, now: float, busy_lanes: set[str]) -> Delivery | None:
        """The first delivery that is due and whose lane has none on its way."""
        marks = ",".join("?" * len(busy_lanes))
        row = self._one(
            "SELECT * FROM deliveries WHERE state = 'pending' AND due <= ? "  # noqa: S608 (marks are question marks)
            f"AND lane NOT IN ({marks}) ORDER BY due, id LIMIT 1",
            now,
            *busy_lanes,
        )
        return Delivery(**dict(row)) if row else None

    def deliveries(self, state: str | None = None, event: str | None = None) -> list[Delivery]:
        rows = self._connection.execute(
            "SELECT * FROM deliveries WHERE state = coalesce(?, state) AND event = coalesce(?, event) ORDER BY id",
            (state, event),
        )
        return [Delivery(**dict(row)) for row in rows]

    def settle_delivery(
        self, number: int, *, state: str, due: float = 0.0, tried: bool = True, **more: str | None
    ) -> None:
        """``more`` may carry a new ``lane`` or the ``error`` of the attempt."""
        self._connection.execute(
            "UPDATE deliveries SET state = ?, due = ?, attempts = attempts + ?, error = ?, lane = coalesce(?, lane) "
            "WHERE id = ?",
            (state, due, int(tried), more.get("error"), more.get("lane"), number),
        )

    def wake_deliveries(self, now: float) -> None:
        """At start: what waited for a retry, or was held by a switch that is gone, is due at once."""
        self._connection.execute(
            "UPDATE deliveries SET state = 'pending', due = min(due, ?) WHERE state IN ('pending', 'held')", (now,)
        )

    # Idempotency keys

    def answer(self, key: str) -> sqlite3.Row | None:
        return self._one("SELECT * FROM answers WHERE key = ?", key)

    def keep_answer(self, key: str, fingerprint: str, path: str, status: int, body: str, at: int) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO answers (key, fingerprint, path, status, body, at) VALUES (?, ?, ?, ?, ?, ?)",
            (key, fingerprint, path, status, body, at),
        )

    def clear(self) -> None:
        for table in ("objects", "deliveries", "answers"):
            self._connection.execute(f"DELETE FROM {table}")  # noqa: S608 (fixed words)

    def _one(self, query: str, *values: Any) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._connection.execute(query, values).fetchone()
        return row
