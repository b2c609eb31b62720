"""Reads of an activity's codes, for staff."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from registration.catalog.models import Code, Price, Product
from registration.catalog.rules import Who


@dataclass(frozen=True)
class CodeRow:
    """A code as its list shows it."""

    id: uuid.UUID
    word: str
    opens: str
    percent_off: int
    used: int
    max_units: int
    until: datetime | None
    note: str


@dataclass(frozen=True)
class KeptPrice:
    """A price that only a code opens."""

    key: str
    label_fr: str
    label_en: str


def codes(session: Session, activity_id: uuid.UUID) -> list[CodeRow]:
    """Every code of an activity, the newest first."""
    rows = session.exec(select(Code).where(Code.activity_id == activity_id).order_by(col(Code.id).desc())).all()
    return [
        CodeRow(row.id, row.word, row.opens or "", row.percent_off, row.used, row.max_units, row.until, row.note)
        for row in rows
    ]


def kept_prices(session: Session, activity_id: uuid.UUID) -> list[KeptPrice]:
    """The prices of an activity that are kept for codes."""
    query = (
        select(Price)
        .join(Product, col(Product.id) == col(Price.product_id))
        .where(Product.activity_id == activity_id, Price.who == Who.CODE)
        .order_by(col(Price.position), col(Price.key))
    )
    return [KeptPrice(row.key, row.label_fr, row.label_en) for row in session.exec(query).all()]
