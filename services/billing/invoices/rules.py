"""Numbered documents: their numbers, and what they freeze."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

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


def number(series: str, year: int, sequence: int) -> str:
    """`F-2027-00001`."""
    return f"{series}-{year}-{sequence:05d}"


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
