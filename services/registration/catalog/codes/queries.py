"""Reads of an activity's codes: for staff, and for whoever writes one."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from kit.errors import NotFound, Refusal
from registration.catalog.codes.models import Code
from registration.catalog.codes.rules import Bound, CodeLimits, CodeNotNow, CodeUsedUp
from registration.catalog.models import Price, Product
from registration.catalog.rules import MEMBER_PRICES, NO_CODE, CodeEffect, Who, normal_code


@dataclass(frozen=True)
class CodeRow:
    """A code as its list shows it: what it does, how far it may go, and how far it went."""

    id: uuid.UUID
    activity_id: uuid.UUID
    word: str
    effect: CodeEffect
    used: int
    spent: int
    limits: CodeLimits
    note: str
    person: Bound | None

    @property
    def opens(self) -> str:
        return self.effect.opens


@dataclass(frozen=True)
class KeptPrice:
    """A price that only a code opens."""

    key: str
    label_fr: str
    label_en: str


@dataclass(frozen=True)
class CodeWritten:
    """What a word that somebody wrote is for an activity now. `id` is None when it is no code of it; with a `refusal`
    it is one that serves nobody now. `person`: whom alone it serves."""

    id: uuid.UUID | None = None
    effect: CodeEffect = NO_CODE
    person: Bound | None = None
    refusal: Refusal | None = None


NO_SUCH_CODE = CodeWritten()


def codes(session: Session, activity_id: uuid.UUID) -> list[CodeRow]:
    """Every code of an activity, the newest first."""
    rows = session.exec(select(Code).where(Code.activity_id == activity_id).order_by(col(Code.id).desc())).all()
    return [_row(row) for row in rows]


def code(session: Session, code_id: uuid.UUID) -> CodeRow:
    """One code. Raises NotFound."""
    row = session.get(Code, code_id)
    if row is None:
        raise NotFound()
    return _row(row)


def _row(row: Code) -> CodeRow:
    limits = CodeLimits(row.max_units, row.per_company, row.budget, row.since, row.until)
    return CodeRow(row.id, row.activity_id, row.word, row.effect, row.used, row.spent, limits, row.note, row.person)


def kept_prices(session: Session, activity_id: uuid.UUID) -> list[KeptPrice]:
    """The prices of an activity that are kept for codes."""
    query = (
        select(Price)
        .join(Product, col(Product.id) == col(Price.product_id))
        .where(Product.activity_id == activity_id, Price.who == Who.CODE)
        .order_by(col(Price.position), col(Price.key))
    )
    return [KeptPrice(row.key, row.label_fr, row.label_en) for row in session.exec(query).all()]


def openable(session: Session, activity_id: uuid.UUID) -> set[str]:
    """What a code of this activity may open: the prices kept for codes, and members' prices where it has some."""
    query = (
        select(Price.key, Price.who)
        .join(Product, col(Product.id) == col(Price.product_id))
        .where(Product.activity_id == activity_id, col(Price.who).in_((Who.CODE, Who.MEMBER)))
    )
    return {key if who == Who.CODE else MEMBER_PRICES for key, who in session.exec(query)}


def written(session: Session, activity_id: uuid.UUID, word: str, now: datetime) -> CodeWritten:
    """What a word does for this activity now, or why it does nothing."""
    normal = normal_code(word)
    query = select(Code).where(Code.activity_id == activity_id, Code.word == normal)
    row = session.exec(query).first() if normal else None
    if row is None:
        return NO_SUCH_CODE
    if (row.until is not None and now > row.until) or (row.since is not None and now < row.since):
        return CodeWritten(row.id, refusal=CodeNotNow("code"))
    if row.used >= row.max_units:
        return CodeWritten(row.id, refusal=CodeUsedUp("code", used=row.used))
    return CodeWritten(row.id, row.effect, row.person)
