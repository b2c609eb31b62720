"""Writing in the books. Nothing here is ever changed or removed: a mistake is corrected by another posting."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from billing.association.queries import Books
from billing.ledger.models import Entry
from billing.ledger.rules import Leg, Memo, balanced
from kit.db import new_id


def write(
    session: Session, today: Books, order_id: uuid.UUID, memo: Memo, document: str, legs: Sequence[Leg], now: datetime
) -> None:
    """Add one posting about one order, dated the association's day; none when nothing moved. Raises Unbalanced."""
    write_parts(session, today, [(order_id, legs)], memo, document, now)


def write_parts(
    session: Session,
    today: Books,
    parts: Sequence[tuple[uuid.UUID, Sequence[Leg]]],
    memo: Memo,
    document: str,
    now: datetime,
) -> None:
    """Add one posting about several orders: the part of each balances by itself. Raises Unbalanced."""
    posting_id = new_id()
    for order_id, legs in parts:
        for leg in balanced(legs):
            session.add(
                Entry(
                    posting_id=posting_id,
                    at=now,
                    day=today.day,
                    account=leg.account,
                    debit=max(leg.amount, 0),
                    credit=max(-leg.amount, 0),
                    order_id=order_id,
                    memo=memo,
                    document=document,
                )
            )
