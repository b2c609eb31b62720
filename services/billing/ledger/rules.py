"""Double entry: what each event writes in the books, in integer cents. Debits equal credits by construction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kit.contracts import PaymentMethod
from kit.errors import Refusal

# The association's own numbers come with its profile; these stand in for those it did not choose.
ACCOUNTS = {
    "cash": "1010",
    "card_clearing": "1020",
    "receivable": "1200",
    "customer_credits": "2150",
    "gst_payable": "2310",
    "qst_payable": "2320",
    "revenue": "4000",
    "cash_rounding": "5990",
    "card_fees": "5820",
}


class Memo(StrEnum):
    """Why something was written."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    PAYMENT = "payment"
    REFUND = "refund"
    REFUND_FAILED = "refund_failed"
    DISPUTE = "dispute"
    DISPUTE_FEE = "dispute_fee"
    DISPUTE_BACK = "dispute_back"
    PAYMENT_REVERSED = "payment_reversed"
    CREDIT_USED = "credit_used"
    CREDIT_RETURNED = "credit_returned"


class Unbalanced(Refusal):
    """Debits differ from credits: a bug, never something to write down."""

    status = 500


@dataclass(frozen=True)
class Leg:
    """One line of a posting, on one side: positive is a debit, negative a credit."""

    account: str
    amount: int


@dataclass(frozen=True)
class Sale:
    """What a document says, by revenue account and by tax; negative on a credit note."""

    revenue: tuple[tuple[str, int], ...]
    tps: int
    tvq: int

    @property
    def total(self) -> int:
        return sum(amount for _, amount in self.revenue) + self.tps + self.tvq


class Chart:
    """Account numbers by role."""

    def __init__(self, accounts: Mapping[str, str]) -> None:
        self._accounts = ACCOUNTS | {role: number for role, number in accounts.items() if number}

    def __getitem__(self, role: str) -> str:
        return self._accounts[role]

    def leg(self, role: str, amount: int) -> Leg:
        """One line of a posting on the account of a role."""
        return Leg(self[role], amount)

    def received_in(self, method: str) -> str:
        """Cards are cleared by Stripe; cheques, transfers and coins go to the bank."""
        return self["card_clearing"] if method == PaymentMethod.CARD else self["cash"]


def invoice(chart: Chart, sale: Sale) -> list[Leg]:
    """The buyer owes; the association has earned, and owes the taxes to the governments. A credit note is the same
    with negative amounts."""
    earned = [Leg(account or chart["revenue"], -amount) for account, amount in sale.revenue]
    taxes = [chart.leg("gst_payable", -sale.tps), chart.leg("qst_payable", -sale.tvq)]
    return balanced([chart.leg("receivable", sale.total), *earned, *taxes])


def payment(chart: Chart, method: str, amount: int, rounding: int) -> list[Leg]:
    """`amount` was received. `rounding` is the part of it that pays nothing: coins of 5 cents (domain.md T5)."""
    received, rounded = Leg(chart.received_in(method), amount), chart.leg("cash_rounding", -rounding)
    return balanced([received, chart.leg("receivable", rounding - amount), rounded])


def kept(chart: Chart, method: str, amount: int) -> list[Leg]:
    """`amount` was received and pays nothing yet: it is owed to the company that sent it."""
    return balanced([Leg(chart.received_in(method), amount), chart.leg("customer_credits", -amount)])


def credit_used(chart: Chart, amount: int) -> list[Leg]:
    """`amount` of a company's credit pays an invoice."""
    return balanced([chart.leg("customer_credits", amount), chart.leg("receivable", -amount)])


def credit_returned(chart: Chart, how: str, amount: int, rounding: int) -> list[Leg]:
    """`amount` of a company's credit was given back by hand, and `rounding` more (less) when it was in coins."""
    given, rounded = Leg(chart.received_in(how), -amount - rounding), chart.leg("cash_rounding", rounding)
    return balanced([chart.leg("customer_credits", amount), given, rounded])


def refund(chart: Chart, method: str, amount: int, rounding: int) -> list[Leg]:
    """`amount` was given back, by the same way it came or by hand."""
    return reversed_(payment(chart, method, amount, rounding))


def taken_by_stripe(chart: Chart, role: str, amount: int) -> list[Leg]:
    """`amount` was taken of what Stripe holds for us: the buyer owes it again, or it is a fee. Negative: given back."""
    return balanced([Leg(chart[role], amount), chart.leg("card_clearing", -amount)])


def reversed_(legs: Iterable[Leg]) -> list[Leg]:
    return [Leg(leg.account, -leg.amount) for leg in legs]


def balanced(legs: Iterable[Leg]) -> list[Leg]:
    """The legs without the empty ones, one per account. Raises Unbalanced."""
    sums: dict[str, int] = {}
    for leg in legs:
        sums[leg.account] = sums.get(leg.account, 0) + leg.amount
    if sum(sums.values()):
        raise Unbalanced()
    return [Leg(account, amount) for account, amount in sums.items() if amount]
