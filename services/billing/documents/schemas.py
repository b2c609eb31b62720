"""What was frozen when a document was issued, as it is read back."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from kit.contracts import Bilingual, Buyer
from kit.contracts.base import Day
from kit.money import TaxClass


class Frozen(BaseModel):
    """What was frozen when a document was issued (`invoices.rules.snapshot`), read back; what was added to it since is
    left out by documents from before."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Seller(Frozen):
    """Who issued it, as its profile was that day."""

    legal_name: str
    address_lines: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    website: str = ""
    logo_url: str = ""
    accent: str = "#1f5f8b"
    gst_number: str = ""
    qst_number: str = ""
    cheque_payable_to: str = ""
    e_transfer_to: str = ""
    invoice_days: int = 30


class FrozenLine(Frozen):
    """A line, in cents: negative on a credit note. `components` are those of one unit."""

    order: str = ""
    key: str
    label_fr: str
    label_en: str = ""
    quantity: int
    unit_amount: int
    amount: int
    tax_class: TaxClass
    tps: int
    tvq: int
    components: dict[str, int] = {}

    @property
    def label(self) -> Bilingual:
        return Bilingual(fr=self.label_fr, en=self.label_en)


class FrozenSums(Frozen):
    """What it comes to, in cents: negative on a credit note."""

    subtotal: int
    tps: int
    tvq: int
    total: int

    @property
    def taxed(self) -> bool:
        return bool(self.tps or self.tvq)


class FrozenOrder(Frozen):
    """An order that it covers."""

    code: str
    activity: Bilingual
    ordered_on: Day


class Body(Frozen):
    """Everything a document shows."""

    seller: Seller
    buyer: Buyer
    lines: tuple[FrozenLine, ...]
    amounts: FrozenSums
    lang: str = "fr"
    method: str = "invoice"
    due_on: Day | None = None
    orders: tuple[FrozenOrder, ...] = ()
    invoice: str = ""
    reason: str = ""

    @classmethod
    def of(cls, body: dict[str, Any]) -> Self:
        """Documents from before several orders could be on one say of themselves what others say of their orders."""
        told = cls.model_validate(body)
        return told if told.orders else told.model_copy(update={"orders": (FrozenOrder.model_validate(body),)})
