"""Ways of paying: the one list of each, by the value that travels and is stored."""

from enum import StrEnum

# The least that Stripe takes by card, in cents: 0.50 $ CAD.
LEAST_BY_CARD = 50


class OrderMethod(StrEnum):
    """How the buyer chose to pay; `received`: staff had the money when they ordered; `free` when there is nothing to
    pay."""

    CARD = "card"
    INVOICE = "invoice"
    CASH = "cash"
    RECEIVED = "received"
    FREE = "free"


class PaymentMethod(StrEnum):
    """How money came; `reader`: the association's own card reader, which the card processor of the pages knows nothing
    of."""

    CARD = "card"
    CHEQUE = "cheque"
    TRANSFER = "transfer"
    CASH = "cash"
    READER = "reader"


class RefundMethod(StrEnum):
    """How money goes back: to the card by Stripe, or by the accountant's hand."""

    CARD = "card"
    MANUAL = "manual"


class PaidBack(StrEnum):
    """How the accountant paid a refund by hand."""

    CHEQUE = "cheque"
    TRANSFER = "transfer"
    CASH = "cash"
