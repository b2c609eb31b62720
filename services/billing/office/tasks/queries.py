"""What waits for the accountant, in one statement."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from billing.disputes.models import Dispute
from billing.disputes.rules import OPEN
from billing.invoices.models import InvoiceOrder
from billing.orders.models import Order
from billing.orders.rules import OrderStatus
from billing.refunds.models import Refund
from billing.refunds.rules import RefundStatus
from kit.contracts.tasks import MoneyTasks

OWED = (
    col(Order.total)
    - col(Order.credited)
    - col(Order.paid)
    + col(Order.refunding)
    + col(Order.refunded)
    + col(Order.disputed)
)


def money_tasks(session: Session, today: date) -> MoneyTasks:
    """An invoice is overdue from the day after the one it was payable on."""
    late = sa.and_(col(Order.status) == OrderStatus.INVOICED, OWED > 0, col(Order.due_on) < today)
    invoices = sa.func.count(sa.distinct(col(InvoiceOrder.invoice_id)))  # One may be of several orders.
    due = sa.select(invoices.label("number"), sa.func.coalesce(sa.func.sum(OWED), 0).label("amount"))
    overdue = due.join_from(Order, InvoiceOrder, col(InvoiceOrder.order_id) == col(Order.id)).where(late).subquery()
    refunds = _by_hand().subquery()
    gone = _gone_back()
    every = overdue.join(refunds, sa.true()).join(gone, sa.true())
    row = session.execute(sa.select(*overdue.c, *refunds.c, *gone.c).select_from(every)).one()
    late_count, late_sum, back_count, back_sum, gone_count, gone_sum = map(int, row)  # PostgreSQL sums are decimals.
    return MoneyTasks(
        overdue=late_count,
        overdue_amount=late_sum,
        refunds=back_count,
        refunds_amount=back_sum,
        uncredited=gone_count,
        uncredited_amount=gone_sum,
    )


def _gone_back() -> sa.Subquery:
    """What was paid and went back (a cheque that was returned, a dispute that was lost) without a credit note: it is
    owed again, or is to be credited. A dispute that is open waits for the bank."""
    contested = sa.select(col(Dispute.order_id)).where(col(Dispute.status).in_(OPEN))
    gone = sa.and_(col(Order.status) == OrderStatus.PAID, OWED > 0, col(Order.id).not_in(contested))
    sums = sa.select(sa.func.count().label("number"), sa.func.coalesce(sa.func.sum(OWED), 0).label("amount"))
    return sums.select_from(Order).where(gone).subquery()


def refunds_by_hand(session: Session) -> tuple[int, int]:
    """How many refunds are to be made by hand, and what they come to in cents."""
    count, cents = session.execute(_by_hand()).one()
    return int(count), int(cents)


def _by_hand() -> sa.Select[int, int]:
    # A refund that the card refused waits as long as its money is held.
    held = sa.and_(col(Refund.status) == RefundStatus.FAILED, OWED < 0)
    waiting = sa.or_(col(Refund.status) == RefundStatus.TO_PAY, held)
    back = sa.select(sa.func.count().label("number"), sa.func.coalesce(sa.func.sum(Refund.amount), 0).label("amount"))
    return back.select_from(Refund).join(Order, col(Order.id) == col(Refund.order_id)).where(waiting)
