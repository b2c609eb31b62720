"""Amounts as an author types them in a section, and as a field shows them."""

import re
from datetime import date
from decimal import Decimal

from kit import text
from kit.contracts.texts import number
from kit.money import Line, TaxClass, amounts

# Dollars, of which no more are ever asked for one thing.
LARGEST = 1_000_000
# As English writes thousands; without cents a comma says nothing for sure.
THOUSANDS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+\.[0-9]{1,2}")


def amount_typed(typed: str) -> Decimal | None:
    """Dollars as people type them in either language, `1 500,00 $` or `$1,500.00`; None for what is no amount."""
    plain = typed.replace("$", "").strip()
    amount = number(plain.replace(",", "") if THOUSANDS.fullmatch(plain) else plain)
    return amount if amount is not None and 0 <= amount <= LARGEST else None


def has_three_decimals(amount: Decimal) -> bool:
    """Whether more than cents were typed. `1,500` is a thousand and a half to some and one and a half to others: it is
    neither here."""
    return int(amount.as_tuple().exponent) < -2


def shown_amount(cents: int, lang: str) -> str:
    """Cents as a field shows them: `700,00`, in English `700.00`."""
    amount = f"{Decimal(cents) / 100:.2f}"
    return amount if lang == "en" else amount.replace(".", ",")


def total_typed(typed: str, tax_class: str, day: date, registered: bool, lang: str) -> str:
    """`700,00` with the taxes of a day: `804,83 $`; empty for what is no amount, and when there is no tax on it."""
    amount = amount_typed(typed)
    if amount is None or has_three_decimals(amount) or tax_class not in set(TaxClass):
        return ""
    cents = int(amount * 100)
    total = amounts([Line(cents, TaxClass(tax_class))], day, registered).total
    return text.money(total, lang) if total != cents else ""
