"""The journal of a period: every entry of the books, a day at a time."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from billing.association.rules import Period
from billing.ledger.models import Entry
from billing.ledger.rules import Memo
from billing.orders.models import Order
from kit.db import Database


@dataclass(frozen=True)
class Line:
    """One side of one account. Cents; `document` is what explains it."""

    id: uuid.UUID
    day: date
    document: str
    memo: Memo
    account: str
    debit: int
    credit: int
    code: str


def journal(db: Database, period: Period) -> Iterator[list[Line]]:
    """Each day in a read of its own: no connection is kept while they are sent. A posting is of one day and comes
    whole, whatever is written meanwhile."""
    with db.read() as session:
        days = written_on(session, period)
    for day in days:
        with db.read() as session:
            lines = of_day(session, day)
        yield lines


def written_on(session: Session, period: Period) -> list[date]:
    """The days of a period on which something was written."""
    query = sa.select(col(Entry.day)).where(col(Entry.day).between(period.since, period.until))
    return list(session.execute(query.distinct().order_by(col(Entry.day))).scalars())


def of_day(session: Session, day: date) -> list[Line]:
    """What was written on a day, in the order in which it was: the same at each reading."""
    columns = (Entry.id, Entry.day, Entry.document, Entry.memo, Entry.account, Entry.debit, Entry.credit, Order.code)
    query = (
        sa.select(*(col(one) for one in columns))
        .join(Order, col(Order.id) == col(Entry.order_id))
        .where(col(Entry.day) == day)
        .order_by(col(Entry.at), col(Entry.posting_id), col(Entry.debit) == 0, col(Entry.account), col(Entry.id))
    )
    return [Line(*row) for row in session.execute(query)]
