"""Work that waits in a table: claimed under a lease, fenced by its attempts, put off ever longer, at last given up.

Whoever claims a row moves its `due_at` ahead: others leave it alone until then, and a crash gives it back when the
lease ends. Whoever was slower than its lease changes nothing of what another has claimed since: `attempts` has grown.
"""

import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col

from kit.sql import Values, column


class Work(Protocol):
    """What a table needs for it. `due_at`: when it may be tried (again); `attempts`: how often it was claimed."""

    id: uuid.UUID
    due_at: datetime
    attempts: int


W = TypeVar("W", bound=Work)
Condition = sa.ColumnElement[bool]
# What an index of waiting rows is narrowed to, where their `state` says so.
READY = sa.text("state = 'ready'")


# The longest of all leases in the house.
LONGEST_LEASE = timedelta(seconds=60)


@dataclass(frozen=True)
class Patience:
    """How long to wait between tries, in seconds, and how many refusals are one too many.

    Only a refusal of the work itself counts: whoever could not be reached, or was busy, said nothing of it.
    """

    base: float
    longest: float
    most_refusals: int = 20

    @property
    def horizon(self) -> timedelta:
        """No due time is ever set further off than this: one that is was written while the clock ran ahead."""
        return max(timedelta(seconds=self.longest), LONGEST_LEASE) + timedelta(minutes=1)

    def after(self, attempts: int) -> timedelta:
        return backoff(attempts, self.base, self.longest, random.random())  # noqa: S311 (Spreads load; no secret.)


def backoff(attempts: int, base: float, longest: float, chance: float) -> timedelta:
    """How long to wait after so many tries, in seconds doubled from `base` up to `longest`.

    `chance`, from 0 to 1, takes up to half of it away, so that many rows do not come back together.
    """
    # The exponent is bounded: whoever is down for days must not overflow it.
    return timedelta(seconds=min(longest, base * 2.0 ** min(attempts - 1, 20)) * (1 - chance / 2))


def is_due(due_at: datetime, now: datetime, horizon: timedelta) -> Condition:
    """`is_due(Outbox.due_at, …)`: whether a row may be worked on. What clocks that jumped put off for longer than we
    ever wait is due as well (design.md §4.20)."""
    return sa.or_(col(due_at) <= now, col(due_at) > now + horizon)


def claim(session: Session, model: type[W], *due: Condition, until: datetime, most: int = 1) -> list[W]:
    """Lease up to `most` rows that fulfil `due`, oldest first, leaving out those that another is just claiming."""
    first = sa.select(col(model.id)).where(*due).order_by(col(model.due_at), col(model.id)).limit(most)
    # In a CTE, because PostgreSQL may evaluate a subquery more than once and then lock more than the limit.
    picked = first.with_for_update(skip_locked=True).cte("picked")
    lease = sa.update(model).where(col(model.id).in_(sa.select(picked.c.id))).returning(model)
    lease = lease.values({column(model.due_at): until, column(model.attempts): col(model.attempts) + 1})
    options = {"synchronize_session": False, "populate_existing": True}
    return sorted(session.scalars(lease, execution_options=options), key=lambda row: row.id)


def move(session: Session, claimed: W, values: Values, *still: Condition) -> bool:
    """Change a claimed row, unless another has claimed it since or it is not `still` so; whether it was changed."""
    model = type(claimed)
    held = sa.update(model).where(col(model.id) == claimed.id, col(model.attempts) == claimed.attempts, *still)
    changed = session.execute(held.values(dict(values)).returning(col(model.id)))
    return changed.first() is not None
