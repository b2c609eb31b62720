"""Shapes that cross a boundary between services. They only gain optional fields; a removal takes two releases.

Amounts are integer cents, times are UTC, texts a person reads come in both languages.
"""

from kit.contracts.association import NOBODY, Association, AssociationChanged
from kit.contracts.base import Bilingual, Cents, Count, Day, Instant, Message
from kit.contracts.mailbox import Envelope, Receipt
from kit.contracts.messages import DeliveryReported, SendMessage
from kit.contracts.notices import NoticeAccepted
from kit.contracts.orders import (
    Buyer,
    BuyerCorrected,
    CloseAnswer,
    CreditLine,
    CreditOrder,
    CreditQuestion,
    CreditQuote,
    OrderCredited,
    OrderInvoiced,
    OrderLine,
    OrderPaid,
    OrderPartlyPaid,
    OrderRefunded,
    OrderSums,
    OwnerChanged,
    PlacedAnswer,
    PlaceOrder,
    RefundOrder,
)
from kit.contracts.paying import LEAST_BY_CARD, OrderMethod, PaidBack, PaymentMethod, RefundMethod
from kit.contracts.reversals import PaymentReversed

CONTRACTS: dict[str, type[Message]] = {
    contract.__name__: contract
    for contract in (
        AssociationChanged,
        PlaceOrder,
        NoticeAccepted,
        BuyerCorrected,
        OwnerChanged,
        CreditOrder,
        RefundOrder,
        OrderPaid,
        OrderPartlyPaid,
        PaymentReversed,
        OrderInvoiced,
        OrderCredited,
        OrderRefunded,
        SendMessage,
        DeliveryReported,
    )
}

__all__ = [
    "CONTRACTS",
    "LEAST_BY_CARD",
    "NOBODY",
    "Association",
    "AssociationChanged",
    "Bilingual",
    "Buyer",
    "BuyerCorrected",
    "Cents",
    "CloseAnswer",
    "Count",
    "CreditLine",
    "CreditOrder",
    "CreditQuestion",
    "CreditQuote",
    "Day",
    "DeliveryReported",
    "Envelope",
    "Instant",
    "Message",
    "NoticeAccepted",
    "OrderCredited",
    "OrderInvoiced",
    "OrderLine",
    "OrderMethod",
    "OrderPaid",
    "OrderPartlyPaid",
    "OrderRefunded",
    "OrderSums",
    "OwnerChanged",
    "PaidBack",
    "PaymentMethod",
    "PaymentReversed",
    "PlaceOrder",
    "PlacedAnswer",
    "Receipt",
    "RefundMethod",
    "RefundOrder",
    "SendMessage",
]
