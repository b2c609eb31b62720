"""Reads of notices."""

import uuid

from sqlmodel import Session, select

from billing.notices.models import Notice


def notice_of(session: Session, order_id: uuid.UUID) -> Notice | None:
    """An order has one notice at most."""
    return session.exec(select(Notice).where(Notice.order_id == order_id)).first()
