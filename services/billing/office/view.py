"""What staff type, as what the books hold."""

import re
from decimal import Decimal

from billing.checkout.models import Incoming
from billing.checkout.rules import is_of_disputes, is_of_refunds
from billing.refunds.rules import MoreThanCame
from kit.errors import InvalidInput
from kit.money import cents


def amount_of(text: str, field: str = "amount") -> int:
    """`97,73`, `97.73`, `1 304,83 $`, `$1,304.83` as cents. Raises InvalidInput for anything that is not an amount."""
    plain = re.sub(r"[\s\u00a0\u202f$]", "", text)
    # As English pages show it: commas between thousands, then a point. A comma alone is the French decimal sign.
    thousands = re.fullmatch(r"-?\d{1,3}(,\d{3})+\.\d{1,2}", plain, re.ASCII)
    plain = plain.replace(",", "" if thousands else ".")
    if not re.fullmatch(r"-?\d{1,9}(\.\d{1,2})?", plain, re.ASCII):
        raise InvalidInput({field: "desk.not_an_amount"})
    return cents(plain)


def shown(amount: int, lang: str) -> str:
    """Cents as staff would type them, to fill a field in advance."""
    text = f"{Decimal(amount) / 100:.2f}"
    return text.replace(".", ",") if lang == "fr" else text


def about(event: Incoming) -> str:
    """What an event of Stripe that nothing here explains is about: `twice`, `dispute`, `refund`, `payment`, `other`."""
    event_type = event.type
    if event.error == MoreThanCame.__name__:
        return "twice"
    if is_of_disputes(event_type):
        return "dispute"
    if is_of_refunds(event_type):
        return "refund"
    return "payment" if event_type.startswith(("payment_intent.", "charge.", "checkout.session.")) else "other"
