"""Amounts and taxes: the one calculation that registration shows with and billing decides with.

Units: integer cents. Rates: `Decimal`. Rounding: half up, once per tax and per invoice, on the price before tax;
each tax is then shared over the lines by largest remainder (domain.md T1 to T3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class TaxClass(StrEnum):
    """The status of a supply (domain.md T10). Only `taxable` carries TPS and TVQ."""

    TAXABLE = "taxable"
    EXEMPT = "exempt"
    ZERO_RATED = "zero_rated"
    OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True)
class Rates:
    """TPS and TVQ in force from a day on."""

    since: date
    tps: Decimal
    tvq: Decimal


# Both taxes on the price before tax since 2013-01-01 (domain.md T1). A new rate is a new row.
RATES = (Rates(date(2013, 1, 1), Decimal("0.05"), Decimal("0.09975")),)


@dataclass(frozen=True)
class Line:
    """One line before tax, in cents; negative on a credit."""

    amount: int
    tax_class: TaxClass


@dataclass(frozen=True)
class Share:
    """What one line carries of each tax, in cents."""

    tps: int
    tvq: int


@dataclass(frozen=True)
class Amounts:
    """What an invoice says, in cents; `shares` has one entry per line, in order."""

    subtotal: int
    taxable: int
    tps: int
    tvq: int
    total: int
    shares: tuple[Share, ...]


def amounts(lines: Sequence[Line], on: date, registered: bool = True) -> Amounts:
    """The amounts of an invoice dated `on` (local day of the activity).

    `registered=False` is a small supplier that charges no tax (domain.md T9).
    """
    taxable = [line.amount if line.tax_class is TaxClass.TAXABLE else 0 for line in lines]
    base, subtotal = sum(taxable), sum(line.amount for line in lines)
    rates = rates_on(on)
    tps = rounded(base * rates.tps) if registered else 0
    tvq = rounded(base * rates.tvq) if registered else 0
    shares = zip(shared(tps, taxable), shared(tvq, taxable), strict=True)
    return Amounts(subtotal, base, tps, tvq, subtotal + tps + tvq, tuple(Share(*share) for share in shares))


def rates_on(day: date) -> Rates:
    """The rates in force on a day."""
    return max((rates for rates in RATES if rates.since <= day), key=lambda rates: rates.since)


def rounded(value: Decimal) -> int:
    """Cents from a fraction of cents, half away from zero (domain.md T2: half a cent counts as one)."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def shared(total: int, weights: Sequence[int]) -> list[int]:
    """`total` cents shared in proportion to `weights` (all of one sign) by largest remainder; ties go to the first.

    The parts always add up to `total`, so that a later credit of one line is exact.
    """
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    sign = -1 if total < 0 else 1
    floors = [abs(total) * abs(weight) // abs(whole) for weight in weights]
    remainders = [abs(total) * abs(weight) % abs(whole) for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-remainders[i], i))
    for i in by_remainder[: abs(total) - sum(floors)]:
        floors[i] += 1
    return [sign * part for part in floors]


def cash(total: int) -> int:
    """What is collected in cash: the total rounded to 5 cents; taxes are not touched (domain.md T5)."""
    return 5 * rounded(Decimal(total) / 5)


def percent_of(total: int, percent: int) -> int:
    """So many hundredths of an amount, in cents, half up: what a cancellation rule keeps of it."""
    return rounded(Decimal(total * percent) / 100)


def cents(text: str) -> int:
    """`"65.00"` from a file as 6500; anything but whole cents is an error."""
    value = Decimal(text) * 100
    if value != value.to_integral_value():
        raise ValueError("an amount has at most two decimals")
    return int(value)
