"""What waits for the accountant, in one statement."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from billing.collecting.models import CreditReturn, Reversal
from billing.collecting.rules import ReturnStatus, WhyReversed
from billing.disputes.models import Dispute
from billing.disputes.rules import OPEN
from billing.invoices.models import InvoiceOrder
from billing.orders.models import Order
from billing.orders.rules import OrderStatus
from billing.payments.models import Allocation
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
    """An invoice is overdue from the day after the one it was payable on. Credits are returned by hand as refunds are;
    what is owed again since a cheque bounced is told apart."""
    overdue_now = sa.and_(col(Order.status) == OrderStatus.INVOICED, OWED > 0, col(Order.due_on) < today)
    invoices = sa.func.count(sa.distinct(col(InvoiceOrder.invoice_id)))  # One may be of several orders.
    due = sa.select(invoices.label("number"), sa.func.coalesce(sa.func.sum(OWED), 0).label("amount"))
    overdue = (
        due.join_from(Order, InvoiceOrder, col(InvoiceOrder.order_id) == col(Order.id)).where(overdue_now).subquery()
    )
    refunds = _by_hand().subquery()
    kept = sa.func.coalesce(sa.func.sum(CreditReturn.amount), 0)
    credits = sa.select(sa.func.count().label("number"), kept.label("amount"))
    returns = credits.select_from(CreditReturn).where(col(CreditReturn.status) == ReturnStatus.TO_PAY).subquery()
    again = due.join_from(Order, InvoiceOrder, col(InvoiceOrder.order_id) == col(Order.id)).where(_bounced()).subquery()
    gone, true = _gone_back(), sa.true()
    joined = overdue.join(refunds, true).join(returns, true).join(again, true).join(gone, true)
    each = (overdue, refunds, returns, again, gone)
    row = session.execute(sa.select(*(column for one in each for column in one.c)).select_from(joined)).one()
    # PostgreSQL sums are decimals.
    late, late_sum, by_us, by_us_sum, kept_count, kept_sum, again_count, again_sum, gone_count, gone_sum = map(int, row)
    return MoneyTasks(
        overdue=late,
        overdue_amount=late_sum,
        refunds=by_us + kept_count,
        refunds_amount=by_us_sum + kept_sum,
        bounced=again_count,
        bounced_amount=again_sum,
        uncredited=gone_count,
        uncredited_amount=gone_sum,
    )


def _bounced() -> sa.ColumnElement[bool]:
    """An invoice of which a cheque bounced, and that is still owed."""
    of = sa.select(col(Allocation.order_id)).join(Reversal, col(Reversal.payment_id) == col(Allocation.payment_id))
    mine = col(Order.id).in_(of.where(col(Reversal.reason) == WhyReversed.BOUNCED))
    return sa.and_(col(Order.status) == OrderStatus.INVOICED, OWED > 0, mine)


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
