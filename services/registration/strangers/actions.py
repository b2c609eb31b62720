"""Counting what strangers do, in the transaction of what they did: what is rolled back was never counted."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from kit.errors import Refusal
from kit.sql import column, named, table
from registration.strangers.models import Budget
from registration.strangers.rules import Spending, minutes_until


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
    bucket, units, ends_at = column(Budget.bucket), column(Budget.units), column(Budget.ends_at)
    rows = [
        named({bucket: one.bucket, units: one.units, ends_at: now + timedelta(seconds=one.seconds)})
        for one in sorted(by_bucket.values(), key=lambda one: one.bucket)
    ]
    insert = (sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert)(table(Budget))
    over = ends_at <= now
    added = insert.excluded
    counted = insert.values(rows).on_conflict_do_update(
        index_elements=(bucket.key,),
        set_={
            units: sa.case((over, added[units.key]), else_=units + added[units.key]),
            ends_at: sa.case((over, added[ends_at.key]), else_=ends_at),
        },
    )
    used = session.execute(counted.returning(bucket, units, ends_at))
    return [(by_bucket[row.bucket], row.ends_at) for row in used if row.units > by_bucket[row.bucket].most]


def refused(refusal: type[Refusal], until: datetime, now: datetime) -> Refusal:
    """A refusal that says how many minutes to wait, to people and (`Retry-After`) to programs, when waiting helps."""
    seconds = max(1.0, (until - now).total_seconds())
    one = refusal(n=minutes_until(seconds))
    one.retry_after = int(seconds) if refusal.status == 429 else None
    return one


def purge(session: Session, now: datetime) -> None:
    """Forget what no longer counts."""
    session.execute(sa.delete(table(Budget)).where(column(Budget.ends_at) < now))
