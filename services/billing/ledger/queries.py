"""Reads of the ledger."""

import uuid
from collections.abc import Sequence

from sqlmodel import Session, col, select

from billing.association.queries import profiles
from billing.ledger.models import Entry
from billing.ledger.rules import ACCOUNTS, Chart


def entries_of(session: Session, order_id: uuid.UUID) -> Sequence[Entry]:
    """Everything the books say of one order, oldest first."""
    query = select(Entry).where(Entry.order_id == order_id)
    return session.exec(query.order_by(col(Entry.at), col(Entry.posting_id), col(Entry.id))).all()


def accounts(session: Session) -> dict[str, str]:
    """What each account that was ever used for something of ours is for, by its number: the association may have
    changed its numbers, and what is written stays. Revenue accounts that a price names are not among them."""
    charts = [Chart({}), *(Chart(profile.accounts) for _, profile in profiles(session))]
    return {chart[role]: role for chart in charts for role in ACCOUNTS}


def numbers_of(session: Session, role: str) -> list[str]:
    """The numbers an account ever had."""
    charts = [Chart(profile.accounts) for _, profile in profiles(session)]
    return sorted({chart[role] for chart in charts} or {ACCOUNTS[role]})
