"""Reads of documents."""

import uuid
from collections.abc import Sequence

from sqlmodel import Session, col, select

from billing.invoices.models import CreditNote, Invoice


def invoice_of(session: Session, order_id: uuid.UUID) -> Invoice | None:
    """An order has at most one invoice."""
    return session.exec(select(Invoice).where(Invoice.order_id == order_id)).first()


def credit_notes_of(session: Session, order_id: uuid.UUID) -> Sequence[CreditNote]:
    """Oldest first."""
    return session.exec(
        select(CreditNote).where(CreditNote.order_id == order_id).order_by(col(CreditNote.issued_at))
    ).all()
