"""Numbered documents: their numbers, and what they freeze."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Protocol, Self

from billing.orders.rules import Balance, OrderStatus
from kit.contracts import Association, OrderMethod, PlaceOrder
from kit.errors import Busy, InvalidInput

# An order that goes on one invoice with others waits so long for the last of them; it is then invoiced without it.
PATIENCE = timedelta(days=1)


class InvoiceAwaited(Busy):
    """The invoice that the order goes on is not issued yet, because another order of it has not come. Try again."""


class Owing(Protocol):
    """An order of an invoice."""

    status: OrderStatus

    @property
    def balance(self) -> Balance: ...


@dataclass(frozen=True)
class DocumentLine:
    """A line as the document shows it; negative on a credit note. Cents. `order` is the code of the order it is of."""

    order: str
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

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.subtotal + other.subtotal, self.tps + other.tps, self.tvq + other.tvq)

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
    shown = {"key", "legal_name", "short_name", "address_lines", "phone", "email", "website", "logo_url", "accent"}
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


def group(message: PlaceOrder) -> tuple[uuid.UUID, ...]:
    """The orders that go on one invoice with this one, itself among them, the oldest first; nothing when it has one of
    its own. Raises InvalidInput for a list that is no such thing."""
    ids = sorted(set(message.group))
    right = message.order_id in ids and len(ids) == len(message.group) and message.method is OrderMethod.INVOICE
    if ids and (not right or message.amends is not None):
        raise InvalidInput({"group": "order.bad_group"})
    return tuple(ids) if len(ids) > 1 else ()


def state_of(statuses: Sequence[OrderStatus]) -> OrderStatus:
    """Where an invoice stands, by its orders: it waits for money while one of them does, and is void when all are."""
    ranks = (OrderStatus.OPEN, OrderStatus.INVOICED, OrderStatus.PAID)
    return next((one for one in ranks if one in statuses), OrderStatus.VOID)


def payable(statuses: Sequence[OrderStatus], balances: Sequence[Balance]) -> list[int]:
    """What may be paid of each order of an invoice, in cents: of those that stand where it stands. What went back of
    one that was paid is no matter of another's cheque."""
    state, pairs = state_of(statuses), zip(statuses, balances, strict=True)
    return [max(0, balance.owed) if status is state else 0 for status, balance in pairs]


def owed_of(orders: Sequence[Owing]) -> int:
    """What is to be paid of an invoice over these orders, in cents."""
    return sum(payable([order.status for order in orders], [order.balance for order in orders]))


def settled(amount: int, owed: Sequence[int]) -> list[int]:
    """How much of an amount each order gets, which is not more than all of them owe: the first gets all it owes before
    the next gets anything."""
    parts = []
    for one in owed:
        parts.append(min(amount, one))
        amount -= parts[-1]
    return parts


def spread(amount: int, owed: Sequence[int]) -> list[int]:
    """How much each order gets of what came: as `settled`; what is above all they owe is with the last that got
    something, or with the first, until it goes back."""
    parts = settled(amount, owed)
    last = max((i for i, part in enumerate(parts) if part), default=0)
    parts[last] += amount - sum(parts)
    return parts
