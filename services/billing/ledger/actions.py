"""Writing in the books. Nothing here is ever changed or removed: a mistake is corrected by another posting."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from billing.association.queries import Books
from billing.ledger.models import Entry
from billing.ledger.rules import Leg, Memo, balanced
from kit.db import new_id


def write(
    session: Session,
    today: Books,
    order_id: uuid.UUID | None,
    memo: Memo,
    document: str,
    legs: Sequence[Leg],
    now: datetime,
) -> None:
    """Add one posting about one order, or a company's credit, dated the association's day; none when nothing moved.
    Raises Unbalanced."""
    write_parts(session, today, [(order_id, legs)], memo, document, now)


def write_parts(
    session: Session,
    today: Books,
    parts: Sequence[tuple[uuid.UUID | None, Sequence[Leg]]],
    memo: Memo,
    document: str,
    now: datetime,
    day: date | None = None,
) -> None:
    """Add one posting about several orders, or a company's credit (no order): the part of each balances by itself.
    `day`: the one it is dated, when it is not today. Raises Unbalanced."""
    posting_id = new_id()
    for order_id, legs in parts:
        for leg in balanced(legs):
            session.add(
                Entry(
                    posting_id=posting_id,
                    at=now,
                    day=day or today.day,
                    account=leg.account,
                    debit=max(leg.amount, 0),
                    credit=max(-leg.amount, 0),
                    order_id=order_id,
                    memo=memo,
                    document=document,
                )
            )
