"""What the page of taxes shows: the lines of the return, each with what credit notes took of it."""

from dataclasses import dataclass

from billing.documents.rules import PaperKind
from billing.office.taxes.queries import SUPPLIES, Side, Taxed, TaxReturn
from kit.money import TaxClass


@dataclass(frozen=True)
class TaxLine:
    """One line, in cents: what the invoices say, what the credit notes take back (negative), and both together.

    `number` is that of the line in the return; none for what stands below one.
    """

    key: str
    number: str
    invoices: int
    credits: int

    @property
    def before_taxes(self) -> bool:
        """Whether it is an amount of supplies, not of a tax nor of both."""
        return self.key not in ("tps", "tvq", "whole")

    @property
    def net(self) -> int:
        return self.invoices + self.credits


def lines_of(told: TaxReturn) -> list[TaxLine]:
    """Line 101 and what it is made of, when it is not of one kind; lines 103 and 203."""
    classes = [_line(told, "", one.value, one) for one in SUPPLIES]
    present = [line for line in classes if line.invoices or line.credits]
    return [
        _line(told, "101", "supplies", *SUPPLIES),
        *(present if len(present) > 1 or present[:1] != classes[:1] else ()),
        _tax(told, "103", "tps"),
        _tax(told, "203", "tvq"),
    ]


def outside(told: TaxReturn) -> TaxLine:
    """What no line of the return asks for."""
    return _line(told, "", "out_of_scope", TaxClass.OUT_OF_SCOPE)


def whole(told: TaxReturn) -> TaxLine:
    """All documents, taxes included."""
    return TaxLine("whole", "", told.invoices.whole.total, told.credits.whole.total)


def sides(told: TaxReturn) -> dict[PaperKind, Side]:
    return {PaperKind.INVOICE: told.invoices, PaperKind.CREDIT_NOTE: told.credits}


def taxable(told: TaxReturn, kind: PaperKind | None) -> int:
    """What of the documents of a kind, or of both, is taxable, before taxes."""
    return sum(side.of(TaxClass.TAXABLE).amount for one, side in sides(told).items() if kind in (None, one))


def _line(told: TaxReturn, number: str, key: str, *classes: TaxClass) -> TaxLine:
    return TaxLine(key, number, told.invoices.of(*classes).amount, told.credits.of(*classes).amount)


def _tax(told: TaxReturn, number: str, key: str) -> TaxLine:
    def cents(one: Taxed) -> int:
        return one.tps if key == "tps" else one.tvq

    return TaxLine(key, number, cents(told.invoices.whole), cents(told.credits.whole))
