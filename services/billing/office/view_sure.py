"""What an act that moves money would do to an order, said before it is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from billing.orders.rules import Balance


@dataclass(frozen=True)
class Act:
    """What a form of an order does: which form it is and where it is sent, its fields as they came, and the verb.
    `confirmed` when whoever sends it has read what it would do."""

    what: str
    address: str
    fields: Mapping[str, Any]
    do: Callable[[Session], None]
    confirmed: bool = True

    @property
    def kept(self) -> dict[str, str]:
        """The fields that the form sends again once it is confirmed."""
        return {name: str(value) for name, value in self.fields.items() if name != "confirmed"}


@dataclass(frozen=True)
class SumMoved:
    """One sum of an order in cents, before and after; `name` is that of its sentence."""

    name: str
    before: int
    after: int


@dataclass(frozen=True)
class Sure:
    """An act that waits to be confirmed, how much it moves, and the sums it changes."""

    act: Act
    amount: int
    sums: tuple[SumMoved, ...]


def sure_of(act: Act, before: Balance, after: Balance) -> Sure:
    """The sums that change, as a page shows them; what it moves is what came or what left."""
    pairs = (
        SumMoved("owed", max(0, before.owed), max(0, after.owed)),
        SumMoved("paid", before.paid, after.paid),
        SumMoved("refunding", before.refunding, after.refunding),
        SumMoved("refunded", before.refunded, after.refunded),
        SumMoved("held_too_much", before.excess, after.excess),
    )
    moved = after.paid - before.paid or after.refunded - before.refunded
    return Sure(act, moved, tuple(one for one in pairs if one.before != one.after))
