"""The list of orders that staff work from."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from billing.checkout.models import Checkout
from billing.collecting.models import Reversal
from billing.collecting.rules import WhyReversed
from billing.disputes.models import Dispute
from billing.disputes.rules import OPEN
from billing.invoices.models import CreditNote, Invoice, InvoiceOrder
from billing.notices.models import Notice
from billing.notices.rules import NoticeState, state_of
from billing.orders.models import Buyer, Order
from billing.orders.rules import OrderStatus
from billing.payments.models import Allocation
from billing.refunds.models import Refund
from billing.refunds.rules import RefundStatus
from kit import paging
from kit.contracts import Bilingual

PAGE = 50


@dataclass(frozen=True)
class OrderFilter:
    """What the list is narrowed to: words, a status or something to do, and the days between which orders were placed
    (both included). `after` is the last row of the page before, `before` the first one of the page that follows."""

    search: str = ""
    status: str = ""
    since: date | None = None
    until: date | None = None
    after: uuid.UUID | None = None
    before: uuid.UUID | None = None


@dataclass(frozen=True)
class Row:
    """One order in the list."""

    id: uuid.UUID
    code: str
    activity_title: Bilingual
    status: OrderStatus
    method: str
    placed_at: datetime
    buyer: str
    number: str
    total: int
    owed: int
    credited: int
    refunded: int
    due_on: date | None
    notice: str
    notice_state: NoticeState | None

    @property
    def refunded_whole(self) -> bool:
        """Whether nothing is left of it, and all that was paid went back."""
        return bool(self.refunded) and self.credited == self.total and not self.owed


@dataclass(frozen=True)
class Page:
    """Some rows, newest first; `previous` and `next` are the rows that the pages before and after are counted from, if
    there are any, `total` how many rows there are on all of them (`paging.MANY` + 1: or more)."""

    rows: list[Row]
    previous: uuid.UUID | None
    next: uuid.UUID | None
    total: int


# What the list can be narrowed to, beside a status: something is due, or due again since a cheque bounced, a refund
# waits for somebody, a card holder contests, money went back without a credit note, a payment was not believed, taxes
# to look at; there is a notice.
OWED, REFUNDS, DISPUTES, UNCREDITED, DOUBT, TAX = "owed", "refunds", "disputes", "uncredited", "doubt", "tax"
NOTICES, BOUNCED = "notices", "bounced"
STILL_OWED = col(Order.total) - col(Order.credited) - col(Order.paid) + col(Order.refunding) + col(Order.refunded)
STILL_OWED += col(Order.disputed)
MINE = col(Invoice.id) == col(InvoiceOrder.invoice_id)


def listed(session: Session, wanted: OrderFilter) -> Page:
    """Orders by code, company, person or number of document. Ids are sorted by time: they are the key of the pages.

    `status`: one of OrderStatus, `owed`, `bounced`, `refunds`, `disputes`, `uncredited`, `doubt`, `tax`, `notices`, or
    everything.
    """
    buyer = sa.func.coalesce(sa.func.nullif(Buyer.company, ""), Buyer.name, "")
    query = (
        sa.select(Order, buyer, col(Invoice.number), col(Notice.number), STILL_OWED)
        .outerjoin(Buyer, col(Buyer.order_id) == col(Order.id))
        .outerjoin(InvoiceOrder, col(InvoiceOrder.order_id) == col(Order.id))
        .outerjoin(Invoice, col(Invoice.id) == col(InvoiceOrder.invoice_id))
        .outerjoin(Notice, col(Notice.order_id) == col(Order.id))
        .where(*criteria(wanted))
    )
    places = [(key,) if key else None for key in (wanted.after, wanted.before)]
    part = paging.slice_of(session, query, (col(Order.id),), PAGE, places, down=True)
    rows = [_row(*row) for row in part.rows]
    return Page(rows, **part.keys([row.id for row in rows]))


def criteria(wanted: OrderFilter) -> list[Any]:
    """What an order must fulfil to be in the list, whatever its page."""
    days = _placed_between(wanted.since, wanted.until)
    return [*_narrowed(wanted.status), *_found(wanted.search), *days]


def _row(placed: Order, buyer: str, number: str | None, notice: str | None, owed: int) -> Row:
    return Row(
        id=placed.id,
        code=placed.code,
        activity_title=placed.title,
        status=placed.status,
        method=placed.method,
        placed_at=placed.placed_at,
        buyer=buyer,
        number=number or "",
        total=placed.total,
        owed=owed,
        credited=placed.credited,
        refunded=placed.refunded,
        due_on=placed.due_on,
        notice=notice or "",
        notice_state=state_of(placed.status, number is not None) if notice else None,
    )


def _narrowed(status: str) -> list[Any]:
    def refunded(status: RefundStatus) -> Any:
        return col(Order.id).in_(sa.select(col(Refund.order_id)).where(col(Refund.status) == status))

    disputed = sa.select(col(Dispute.order_id)).where(col(Dispute.status).in_(OPEN))
    bounced = sa.select(col(Allocation.order_id)).join(Reversal, col(Reversal.payment_id) == col(Allocation.payment_id))
    doubted = sa.select(col(Checkout.order_id)).where(col(Checkout.problem) != "")
    if status in set(OrderStatus):
        return [col(Order.status) == OrderStatus(status)]
    kinds: dict[str, list[Any]] = {
        OWED: [col(Order.status) == OrderStatus.INVOICED, STILL_OWED > 0],
        # A refund that the card refused waits as long as its money is held: the next correction may return it.
        REFUNDS: [sa.or_(refunded(RefundStatus.TO_PAY), sa.and_(refunded(RefundStatus.FAILED), STILL_OWED < 0))],
        BOUNCED: [
            col(Order.status) == OrderStatus.INVOICED,
            col(Order.id).in_(bounced.where(col(Reversal.reason) == WhyReversed.BOUNCED)),
        ],
        DISPUTES: [col(Order.id).in_(disputed)],
        # Money went back at Stripe, by hand or by a dispute that was lost, and no credit note says why.
        UNCREDITED: [col(Order.status) == OrderStatus.PAID, STILL_OWED > 0, col(Order.id).not_in(disputed)],
        DOUBT: [col(Order.id).in_(doubted)],
        NOTICES: [col(Order.on_notice).is_(True)],
        TAX: [col(Order.tax_review).is_(True), col(Order.status) != OrderStatus.VOID],
    }
    # An order that was closed before it was placed has no buyer and no amount: it is among the void ones only.
    return kinds.get(status, [sa.or_(col(Order.status) != OrderStatus.VOID, col(Order.code) != "")])


def _placed_between(since: date | None, until: date | None) -> list[Any]:
    bounds = (since and col(Order.ordered_on) >= since, until and col(Order.ordered_on) <= until)
    return [bound for bound in bounds if bound is not None]


def _found(search: str) -> list[Any]:
    """Every word is in the code, the company, the person or the purchase order; or the text is a document's number."""
    words = paging.matching(col(Buyer.search), search)
    if not words:
        return []
    everywhere = sa.and_(*words)
    number = search.strip().upper()
    # Each by its own index: an OR across the four tables would read them all.
    matches = sa.union(
        sa.select(col(Buyer.order_id)).where(everywhere),
        sa.select(col(InvoiceOrder.order_id)).join(Invoice, MINE).where(col(Invoice.number) == number),
        sa.select(col(CreditNote.order_id)).where(col(CreditNote.number) == number),
        sa.select(col(Notice.order_id)).where(col(Notice.number) == number),
    )
    return [col(Order.id).in_(matches)]


def counts(session: Session) -> dict[str, int]:
    """How many orders each narrowing has: what needs doing, at the head of the list. One statement for all."""
    names = (OWED, BOUNCED, REFUNDS, DISPUTES, UNCREDITED, DOUBT, TAX)
    each = [sa.select(sa.func.count()).select_from(Order).where(*_narrowed(name)).scalar_subquery() for name in names]
    return dict(zip(names, session.execute(sa.select(*each)).one(), strict=True))
