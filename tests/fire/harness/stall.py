"""A database whose writers must wait: a process is killed in the middle of its transaction.

On PostgreSQL the table of a later statement is locked, so that the first ones are done and not committed. SQLite has
one lock for all writers: there the process waits at the door of its transaction.
"""

import sqlite3
import time
from pathlib import Path
from typing import Any

import psycopg

from tests.fire.harness.process import Process

PATIENCE_SECONDS = 10.0


class Stall:
    """From its making to `end`, nobody can write to `table`. Not longer than the product's own patience (5 s)."""

    def __init__(self, url: str, table: str) -> None:
        self._sqlite = url.startswith("sqlite")
        self._connection: Any
        if self._sqlite:
            self._connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=10)
            self._connection.execute("BEGIN IMMEDIATE")
        else:
            self._connection = psycopg.connect(url)
            self._connection.execute(f'LOCK TABLE "{table}" IN SHARE ROW EXCLUSIVE MODE')

    def wait(self, process: Process) -> None:
        """Until somebody waits for us."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not (_sleeps(process.pid) if self._sqlite else self._is_awaited()):
            assert time.monotonic() < end, f"{process.name} never came to its transaction"
            time.sleep(0.02)

    def _is_awaited(self) -> bool:
        query = "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        return bool(self._connection.execute(query).fetchone()[0])

    def end(self) -> None:
        self._connection.rollback()
        self._connection.close()


def _sleeps(pid: int) -> bool:
    """SQLite shows nobody who waits, but whoever waits for its lock sleeps; nothing else of ours ever does."""
    return any(_wchan(task) == "hrtimer_nanosleep" for task in Path(f"/proc/{pid}/task").iterdir())


def _wchan(task: Path) -> str:
    try:
        return (task / "wchan").read_text()
    except OSError:
        return ""
