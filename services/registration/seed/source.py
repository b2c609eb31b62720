"""The association file as Python reads it: keys become ids, wall-clock texts become UTC, dates may be moved."""

import hashlib
import hmac
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Self

import yaml
from sqlmodel import Session

from kit.clock import from_wall
from kit.contracts.texts import READ_ALOUD
from kit.money import cents
from kit.sql import insert_once, table
from kit.text import LANGUAGES
from registration.catalog.offers.rules_activity import last_moment
from registration.catalog.view_words import typeset
from registration.tables import Table

NAMESPACE = uuid.UUID("6f1d9d0e-2f0c-5a53-9a37-3f2b1c6a7e10")
# The Monday of the week that `demo` makes the current one (design.md §6).
REFERENCE_MONDAY = date(2027, 2, 15)
Node = Mapping[str, Any]
# The one written in C where it exists: the same rules, ten times faster.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Source:
    """A file that was read. `shift` is added to every date; `demo` gives each activity weeks of its own beside that."""

    content: dict[str, Any]
    shift: timedelta
    demo: bool = False

    @classmethod
    def read(cls, path: Path | str, shift_weeks: int = 0, demo: bool = False) -> Self:
        content = yaml.load(Path(path).read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 (both are safe loaders.)
        return cls(_typeset(content), timedelta(weeks=shift_weeks), demo)

    def of_activity(self, key: str) -> Self:
        """The file as this activity reads it: in a demonstration, the day that `demo_today` names for it falls in the
        week that the reference week would."""
        today = self.content.get("demo_today", {}).get(key) if self.demo else None
        if today is None:
            return self
        return replace(self, shift=self.shift + (REFERENCE_MONDAY - (today - timedelta(days=today.weekday()))))

    @property
    def key(self) -> str:
        return str(self.content["association"]["id"])

    @property
    def timezone(self) -> str:
        return str(self.content["association"]["timezone"])

    def id(self, *parts: str) -> uuid.UUID:
        """The id of what the file calls by these keys: the same at every run, on every machine."""
        return uuid.uuid5(NAMESPACE, "/".join((self.key, *parts)))

    def list(self, key: str) -> Sequence[Node]:
        found: Sequence[Node] = self.content.get(key, [])
        return found

    def wall(self, value: str | date) -> datetime:
        """A date or a date-time of the file on the wall clock, moved by the shift."""
        wall = datetime.fromisoformat(value) if isinstance(value, str) else datetime.combine(value, time())
        return wall + self.shift

    def day(self, value: str | date) -> date:
        return self.wall(value).date()

    def moment(self, value: str | date | None) -> datetime | None:
        """The same in UTC; None stays None."""
        return None if value is None else from_wall(self.wall(value), self.timezone)

    def wall_or_none(self, value: str | date | None) -> datetime | None:
        """What the wall clock shows; None stays None."""
        return None if value is None else self.wall(value)

    def until(self, value: str | date | None) -> datetime | None:
        """The last moment of a deadline in UTC. The file writes the end of a day 23:59, which includes that minute."""
        return last_moment(self.wall_or_none(value), self.timezone)


def weeks_to_now(now: datetime) -> int:
    """How many weeks bring the file's reference week to the week of `now`."""
    today = now.astimezone(UTC).date()
    return (today - timedelta(days=today.weekday()) - REFERENCE_MONDAY).days // 7


def access_code(secret: str, key: str) -> str:
    """Ten characters for a company, derived from a secret: repeatable, and not to be guessed without it."""
    digest = hmac.digest(secret.encode(), f"access-code:{key}".encode(), hashlib.sha256)
    return "".join(READ_ALOUD[byte % 32] for byte in digest[:10])


def _typeset(node: Any) -> Any:
    """The same content, its texts as they are printed: whoever typed the file used the keys of a keyboard."""
    if isinstance(node, list):
        return [_typeset(one) for one in node]
    if isinstance(node, dict):
        return {
            key: typeset(value, key) if key in LANGUAGES and isinstance(value, str) else _typeset(value)
            for key, value in node.items()
        }
    return node


def components(node: Node) -> dict[str, int]:
    return {name: cents(amount) for name, amount in node.get("components", {}).items()}


def insert(session: Session, rows: Sequence[Table], key: str = "id") -> int:
    """Insert the rows that are not there yet, all of one table, and say how many were new."""
    if not rows:
        return 0
    target = table(type(rows[0]))
    return len(insert_once(session, target, [row.model_dump() for row in rows], target.c[key], [key]))
