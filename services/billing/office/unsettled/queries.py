"""What is still open about the orders of one activity."""

from sqlmodel import Session, col, func, select

from billing.disputes.models import Dispute
from billing.disputes.rules import OPEN
from billing.orders.models import Order
from billing.refunds.models import Refund
from billing.refunds.rules import RefundStatus
from kit.contracts.statement import Unsettled

# Under way, or waiting for the accountant.
UNDER_WAY = (RefundStatus.REQUESTED, RefundStatus.TO_PAY)


def unsettled(session: Session, activity_key: str) -> Unsettled:
    """How many refunds and disputes of its orders are not at their end."""
    refunds = select(func.count()).select_from(Refund).join(Order, col(Order.id) == col(Refund.order_id))
    disputes = select(func.count()).select_from(Dispute).join(Order, col(Order.id) == col(Dispute.order_id))
    mine = Order.activity_key == activity_key
    return Unsettled(
        refunds=session.exec(refunds.where(mine, col(Refund.status).in_(UNDER_WAY))).one(),
        disputes=session.exec(disputes.where(mine, col(Dispute.status).in_(OPEN))).one(),
    )
