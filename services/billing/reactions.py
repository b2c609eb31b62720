"""What each message heard causes, in one transaction: the one dictionary."""

from contextlib import suppress

from sqlmodel import Session

from billing.association import actions as association
from billing.collecting import queries as collecting
from billing.collecting.actions import follow_owner
from billing.notices import actions as notices
from billing.notices.rules import NoticeAnswered
from billing.orders import actions as orders
from billing.payments import actions as payments
from billing.refunds import actions as refunds
from billing.service import BillingService
from kit.contracts import (
    AssociationChanged,
    BuyerCorrected,
    CreditOrder,
    NoticeAccepted,
    OwnerChanged,
    PlaceOrder,
    RefundOrder,
)
from kit.mailbox import Reactions


def _profile(here: BillingService, session: Session, message: AssociationChanged) -> None:
    association.learn(session, message, here.clock())


def _place(here: BillingService, session: Session, message: PlaceOrder) -> None:
    payments.accept(session, message, here.clock())


def _accept_notice(here: BillingService, session: Session, message: NoticeAccepted) -> None:
    # Paid or accepted meanwhile: it is invoiced already.
    with suppress(NoticeAnswered):
        notices.accept(session, message.order_id, message.by, here.clock())


def _correct_buyer(_here: BillingService, session: Session, message: BuyerCorrected) -> None:
    orders.correct_buyer(session, message)


def _change_owner(_here: BillingService, session: Session, message: OwnerChanged) -> None:
    before = collecting.keys_of(session, message.orders)
    orders.change_owner(session, message)
    follow_owner(session, before, message.company_key)


def _credit(here: BillingService, session: Session, message: CreditOrder) -> None:
    refunds.credit_order(session, message, here.clock())


def _refund(here: BillingService, session: Session, message: RefundOrder) -> None:
    refunds.refund_order(session, message, here.clock())


REACTIONS: Reactions[BillingService] = {
    AssociationChanged: (_profile,),
    PlaceOrder: (_place,),
    NoticeAccepted: (_accept_notice,),
    BuyerCorrected: (_correct_buyer,),
    OwnerChanged: (_change_owner,),
    CreditOrder: (_credit,),
    RefundOrder: (_refund,),
}
