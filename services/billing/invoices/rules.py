"""Numbered documents: their numbers, and what they freeze."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from kit.contracts import Association


@dataclass(frozen=True)
class DocumentLine:
    """A line as the document shows it; negative on a credit note. Cents."""

    key: str
    label_fr: str
    label_en: str
    quantity: int
    unit_amount: int
    amount: int
    tax_class: str
    tps: int
    tvq: int
    gl_account: str
    components: dict[str, int]


@dataclass(frozen=True)
class Number:
    """The place of a document in its series."""

    series: str
    year: int
    sequence: int

    def __str__(self) -> str:
        """`F-2027-00001`."""
        return f"{self.series}-{self.year}-{self.sequence:05d}"


@dataclass(frozen=True)
class Sums:
    """What the lines of a document come to, in cents; negative on a credit note."""

    subtotal: int
    tps: int
    tvq: int

    @classmethod
    def of(cls, lines: Sequence[DocumentLine]) -> Self:
        amounts = (line.amount for line in lines)
        return cls(sum(amounts), sum(line.tps for line in lines), sum(line.tvq for line in lines))

    @property
    def total(self) -> int:
        return self.subtotal + self.tps + self.tvq

    def shown(self) -> dict[str, int]:
        return {"subtotal": self.subtotal, "tps": self.tps, "tvq": self.tvq, "total": self.total}


def snapshot(
    seller: Association,
    buyer: dict[str, Any],
    lines: Sequence[DocumentLine],
    amounts: dict[str, int],
    about: dict[str, Any],
) -> dict[str, Any]:
    """Everything a document shows, as it was that day: a name, a number or a rate changed later changes no document.

    Holds what domain.md T7, T8 and T12 ask for whatever the amount: names, both registration numbers, both taxes, the
    tax status of each line, the terms of payment.
    """
    shown = {"key", "legal_name", "short_name", "address_lines", "phone", "email", "website", "logo_url"}
    shown |= {"gst_number", "qst_number", "tax_registered", "cheque_payable_to", "e_transfer_to", "invoice_days"}
    named = seller.model_dump(mode="json", include=shown)
    if not seller.tax_registered and not (amounts.get("tps") or amounts.get("tvq")):
        named |= {"gst_number": "", "qst_number": ""}  # A small supplier shows no number (T9), even one it asked for.
    return {
        "seller": named,
        "buyer": buyer,
        "lines": [asdict(line) for line in lines],
        "amounts": amounts,
        **about,
    }
