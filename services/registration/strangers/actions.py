"""Counting what strangers do, in the transaction of what they did: what is rolled back was never counted."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

import sqlalchemy as sa
from sqlmodel import Session

from kit.errors import Refusal
from kit.sql import column, table
from registration.strangers.models import Budget
from registration.strangers.rules import Spending, minutes_until

# Nothing is counted as long as this: what ends later was written by a clock that ran ahead, and is over.
NEVER = timedelta(days=60)


def spend(session: Session, spendings: Sequence[Spending], now: datetime) -> None:
    """Count these units in their buckets. Raises the refusal of a spending beyond what it may."""
    for spending, until in overspent(session, spendings, now):
        raise refused(spending.refusal, until, now)


def overspent(session: Session, spendings: Sequence[Spending], now: datetime) -> list[tuple[Spending, datetime]]:
    """Count these units in their buckets, each once: those spendings that are beyond what they may, and until when.

    One statement, in one order, so that no two wait for each other.
    """
    if not spendings:
        return []
    by_bucket = {spending.bucket: spending for spending in spendings}
    wanted: Counter[str] = Counter()
    for spending in spendings:
        wanted[spending.bucket] += spending.units
    values: dict[str, object] = {"now": now, "never": now + NEVER}
    for n, one in enumerate(sorted(by_bucket.values(), key=lambda one: one.bucket)):
        values |= {
            f"bucket{n}": one.bucket,
            f"units{n}": wanted[one.bucket],
            f"ends{n}": now + timedelta(seconds=one.seconds),
        }
    used = session.connection().execute(_counted(len(by_bucket)), values).all()
    return [(by_bucket[bucket], until) for bucket, units, until in used if units > by_bucket[bucket].most]


@lru_cache(maxsize=16)
def _counted(many: int) -> sa.TextualSelect:
    """The statement that counts in so many buckets, written once: SQLAlchemy builds one of several rows anew each time,
    which costs a signup more than all else it writes."""
    bucket, units, ends_at = column(Budget.bucket), column(Budget.units), column(Budget.ends_at)
    over = "budget.ends_at <= :now OR budget.ends_at > :never"
    rows = ", ".join(f"(:bucket{n}, :units{n}, :ends{n})" for n in range(many))
    statement = sa.text(
        f"INSERT INTO budget (bucket, units, ends_at) VALUES {rows} ON CONFLICT (bucket) DO UPDATE SET"  # noqa: S608 (Numbers alone come in.)
        f" units = CASE WHEN {over} THEN excluded.units ELSE budget.units + excluded.units END,"
        f" ends_at = CASE WHEN {over} THEN excluded.ends_at ELSE budget.ends_at END"
        " RETURNING bucket, units, ends_at"
    )
    moments = [sa.bindparam(name, type_=ends_at.type) for name in ("now", "never", *(f"ends{n}" for n in range(many)))]
    return statement.bindparams(*moments).columns(bucket, units, ends_at)


def refused(refusal: type[Refusal], until: datetime, now: datetime) -> Refusal:
    """A refusal that says how many minutes to wait, to people and (`Retry-After`) to programs, when waiting helps."""
    seconds = max(1.0, (until - now).total_seconds())
    one = refusal(n=minutes_until(seconds))
    one.retry_after = int(seconds) if refusal.status == 429 else None
    return one


def purge(session: Session, now: datetime) -> None:
    """Forget what no longer counts."""
    ends_at = column(Budget.ends_at)
    session.execute(sa.delete(table(Budget)).where(sa.or_(ends_at < now, ends_at > now + NEVER)))
