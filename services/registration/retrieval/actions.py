"""Ask for the links of an address, and take what was asked to answer it."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.sql import column, table
from registration.retrieval.models import Retrieval
from registration.retrieval.rules import KEPT
from registration.strangers.actions import spend
from registration.strangers.rules import Stranger


def ask(session: Session, email: str, lang: str, by: Stranger, now: datetime) -> None:
    """Write down that the links of this address were asked for. Does the same whether it has any or not. Raises
    TooManyRetrievals, counted the same way."""
    spend(session, by.of_retrievals(email), now)
    session.add(Retrieval(email=email, lang=lang, asked_at=now))


def take(session: Session, most: int) -> Sequence[Retrieval]:
    """The oldest requests, that no other worker is just answering; gone when this transaction ends well."""
    oldest = select(Retrieval).order_by(col(Retrieval.asked_at), col(Retrieval.id)).limit(most)
    taken = session.exec(oldest.with_for_update(skip_locked=True)).all()
    for one in taken:
        session.delete(one)
    return taken


def purge(session: Session, now: datetime) -> None:
    """Forget requests that nobody answered in time."""
    session.execute(sa.delete(table(Retrieval)).where(column(Retrieval.asked_at) < now - KEPT))
