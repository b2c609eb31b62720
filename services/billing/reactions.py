"""What each message heard causes, in one transaction: the one dictionary."""

from typing import Any

from sqlmodel import Session

from billing.association import actions as association
from billing.payments import actions as payments
from billing.refunds import actions as refunds
from kit.contracts import AssociationChanged, CreditOrder, PlaceOrder, RefundOrder
from kit.mailbox import Reactions


def _profile(here: Any, session: Session, message: AssociationChanged) -> None:
    association.learn(session, message, here.clock())


def _place(here: Any, session: Session, message: PlaceOrder) -> None:
    payments.accept(session, message, here.clock())


def _credit(here: Any, session: Session, message: CreditOrder) -> None:
    refunds.credit_order(session, message, here.clock())


def _refund(here: Any, session: Session, message: RefundOrder) -> None:
    refunds.refund_order(session, message, here.clock())


REACTIONS: Reactions = {
    AssociationChanged: (_profile,),
    PlaceOrder: (_place,),
    CreditOrder: (_credit,),
    RefundOrder: (_refund,),
}
