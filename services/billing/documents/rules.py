"""Documents as files: which there are, and what is known of each."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, Self


class PaperKind(StrEnum):
    """What is made out as a file. A *notice* is no invoice: nobody agreed to owe it yet."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    NOTICE = "notice"
    RECEIPT = "receipt"


class Numbered(Protocol):
    """A document as it was issued."""

    id: uuid.UUID
    number: str
    issued_on: date
    issued_at: datetime
    total: int


@dataclass(frozen=True)
class Paper:
    """A document of an order: its number and day, what it comes to in cents, and the version of its links."""

    kind: PaperKind
    id: uuid.UUID
    number: str
    on: date
    total: int
    at: datetime
    version: int

    @classmethod
    def of(cls, kind: PaperKind, document: Numbered, version: int) -> Self:
        """An invoice, a credit note or a notice."""
        return cls(kind, document.id, document.number, document.issued_on, document.total, document.issued_at, version)
