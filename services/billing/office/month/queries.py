"""A month of the association as the books have it: what was owed, what changed it, what is owed and since when. Each
figure is one statement, however many orders there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from billing.association.rules import Period
from billing.ledger.models import Entry
from billing.ledger.queries import numbers_of
from billing.ledger.rules import Memo
from billing.orders.models import UNSETTLED, Order
from billing.payments.models import Payment
from kit.clock import from_wall
from kit.contracts import PaymentMethod


class Move(StrEnum):
    """What changes what is owed to the association."""

    INVOICES = "invoices"
    CREDITS = "credits"
    PAYMENTS = "payments"
    REFUNDS = "refunds"
    OTHERS = "others"


# Whatever else is ever written on what is owed (a card holder contests) is among the others.
MEMOS = {
    Memo.INVOICE: Move.INVOICES,
    Memo.CREDIT_NOTE: Move.CREDITS,
    Memo.PAYMENT: Move.PAYMENTS,
    Memo.PAYMENT_REVERSED: Move.PAYMENTS,
    Memo.CREDIT_USED: Move.PAYMENTS,
    Memo.REFUND: Move.REFUNDS,
    Memo.REFUND_FAILED: Move.REFUNDS,
}


class Age(StrEnum):
    """How long something has been owed, counted from the day it was first due; `held`: it is the buyer's."""

    CURRENT = "current"
    LATE_30 = "late_30"
    LATE_60 = "late_60"
    LATE_90 = "late_90"
    LATER = "later"
    HELD = "held"


# The most days late of each age.
DAYS_LATE = {Age.CURRENT: 0, Age.LATE_30: 30, Age.LATE_60: 60, Age.LATE_90: 90}


@dataclass(frozen=True)
class Sum:
    """How many of something there are, and what they come to in cents."""

    count: int = 0
    cents: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.count + other.count, self.cents + other.cents)


@dataclass(frozen=True)
class Means:
    """The payments that came one way: how many, what came, and how much of it pays nothing (coins). Cents."""

    method: PaymentMethod
    count: int
    cents: int
    rounding: int


@dataclass(frozen=True)
class Receivables:
    """What is owed at the end of a period by age, and what moved it within the period."""

    moves: dict[Move, Sum]
    ages: dict[Age, Sum]

    @property
    def closing(self) -> int:
        return sum(one.cents for one in self.ages.values())

    @property
    def opening(self) -> int:
        return self.closing - sum(one.cents for one in self.moves.values())


def receivables(session: Session, period: Period, on: date) -> Receivables:
    """What moved in a period, and what is owed at the end of it: `on`, which may be today."""
    return Receivables(moves(session, period), ages(session, on))


def moves(session: Session, period: Period) -> dict[Move, Sum]:
    """How what is owed changed, by what changed it: positive when more is owed."""
    amount = sa.func.sum(col(Entry.debit) - col(Entry.credit))
    query = sa.select(col(Entry.memo), sa.func.count(sa.distinct(col(Entry.posting_id))), amount)
    sums = {move: Sum() for move in Move}
    for memo, count, cents in session.execute(query.where(*moving(session, period)).group_by(col(Entry.memo))):
        sums[MEMOS.get(memo, Move.OTHERS)] += Sum(count, int(cents))
    return sums


def moving(session: Session, period: Period) -> list[Any]:
    """What an entry must fulfil to change what is owed in a period."""
    return [
        col(Entry.account).in_(numbers_of(session, "receivable")),
        col(Entry.day).between(period.since, period.until),
    ]


def owing(session: Session, on: date) -> sa.Subquery:
    """What the books say of each order at the end of a day, when it is not nothing: of what is not settled today,
    whatever was written since is taken back. Most orders are settled, and few moved since."""
    back = sa.func.sum(col(Entry.credit) - col(Entry.debit))
    since = (
        sa.select(col(Entry.order_id), back.label("back"))
        .where(col(Entry.account).in_(numbers_of(session, "receivable")), col(Entry.day) > on)
        .group_by(col(Entry.order_id))
        .subquery()
    )
    today = col(Order.total) - col(Order.credited) - col(Order.paid) + col(Order.refunded) + col(Order.disputed)
    due: Any = sa.func.coalesce(Order.due_on, Order.ordered_on, type_=sa.Date)  # What is paid at once is due at once.
    columns: Any = (col(Order.id).label("order_id"), due.label("due_on"))
    moved = col(Order.id) == since.c.order_id
    open_now: Any = (
        sa.select(*columns, (today + sa.func.coalesce(since.c.back, 0)).label("amount"))
        .join_from(Order, since, moved, isouter=True)
        .where(sa.text(UNSETTLED))
    )
    settled: Any = sa.select(*columns, since.c.back).join_from(since, Order, moved).where(sa.text(f"NOT ({UNSETTLED})"))
    left = sa.union_all(open_now, settled).subquery()
    return sa.select(left, age_on(on, left).label("age")).where(left.c.amount != 0).subquery()


def age_on(on: date, owed: sa.Subquery) -> sa.Case[Any]:
    """The age of what an order still asks for on a day, from the day it was due when it was invoiced."""
    late = [(owed.c.due_on >= on - timedelta(days=days), age.value) for age, days in DAYS_LATE.items()]
    return sa.case((owed.c.amount < 0, Age.HELD.value), *late, else_=Age.LATER.value)


def ages(session: Session, on: date) -> dict[Age, Sum]:
    """What is owed at the end of a day, by how long: of so many orders, and what is left of them."""
    found = owing(session, on)
    query = sa.select(found.c.age, sa.func.count(), sa.func.sum(found.c.amount)).group_by(found.c.age)
    known = {Age(age): Sum(count, int(cents)) for age, count, cents in session.execute(query)}
    return {age: known.get(age, Sum()) for age in Age}


def recorded_between(period: Period, zone: str) -> list[Any]:
    """What a payment must fulfil to be in the books of a period: the day it was written down counts, as in the
    journal."""
    bounds = [from_wall(datetime.combine(day, datetime.min.time()), zone) for day in (period.since, period.next_since)]
    return [col(Payment.recorded_at) >= bounds[0], col(Payment.recorded_at) < bounds[1]]


def means(session: Session, period: Period, zone: str) -> Sequence[Means]:
    """What came, by what way; ways nobody paid by are left out."""
    sums = (sa.func.sum(Payment.amount), sa.func.sum(Payment.rounding))
    query = sa.select(col(Payment.method), sa.func.count(), *sums).where(*recorded_between(period, zone))
    rows = session.execute(query.group_by(col(Payment.method)))
    known = {method: Means(method, *(int(value) for value in values)) for method, *values in rows}
    return [known[method] for method in PaymentMethod if method in known]
