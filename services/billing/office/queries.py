"""Everything about one order, and the list staff work from."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from billing.checkout.models import Checkout
from billing.checkout.queries import checkouts_of
from billing.disputes.models import Dispute
from billing.disputes.queries import disputes_of
from billing.disputes.rules import OPEN
from billing.invoices.models import CreditNote, Invoice
from billing.invoices.queries import credit_notes_of, invoice_of
from billing.ledger.models import Entry
from billing.ledger.queries import entries_of
from billing.orders.models import Buyer, Order, OrderLine
from billing.orders.queries import lines_of, order
from billing.orders.rules import OrderStatus
from billing.payments.models import Payment
from billing.payments.queries import payments_of
from billing.refunds.models import Refund
from billing.refunds.queries import refunds_of
from billing.refunds.rules import RefundStatus, waits_for_hand
from kit import paging

PAGE = 50


@dataclass(frozen=True)
class Statement:
    """One order and all that happened to it."""

    order: Order
    buyer: Buyer | None
    lines: Sequence[OrderLine]
    invoice: Invoice | None
    credit_notes: Sequence[CreditNote]
    payments: Sequence[Payment]
    refunds: Sequence[Refund]
    disputes: Sequence[Dispute]
    entries: Sequence[Entry]
    checkouts: Sequence[Checkout]

    @property
    def uncredited(self) -> int:
        """What went back of a paid order without us, and that no credit note explains, once no bank looks at it."""
        paid = self.order.status is OrderStatus.PAID and not any(dispute.is_open for dispute in self.disputes)
        return max(0, self.order.balance.owed) if paid else 0

    @property
    def by_hand(self) -> list[Refund]:
        """Refunds that wait for the accountant."""
        held, balance = {payment.id: payment.refundable for payment in self.payments}, self.order.balance
        return [one for one in self.refunds if waits_for_hand(one.status, balance, held[one.payment_id], one.amount)]

    @property
    def returnable(self) -> int:
        """What is left of the money that came."""
        return sum(payment.refundable for payment in self.payments)

    @property
    def intents(self) -> list[str]:
        """What Stripe knows its payments by."""
        return [payment.payment_intent for payment in self.payments if payment.payment_intent]


def statement(session: Session, order_id: uuid.UUID) -> Statement:
    """Raises NotFound."""
    return Statement(
        order=order(session, order_id),
        buyer=session.get(Buyer, order_id),
        lines=lines_of(session, order_id),
        invoice=invoice_of(session, order_id),
        credit_notes=credit_notes_of(session, order_id),
        payments=payments_of(session, order_id),
        refunds=refunds_of(session, order_id),
        disputes=disputes_of(session, order_id),
        entries=entries_of(session, order_id),
        checkouts=checkouts_of(session, order_id),
    )


@dataclass(frozen=True)
class Row:
    """One order in the list."""

    id: uuid.UUID
    code: str
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


# What the list can be narrowed to, beside a status: something is due, a refund waits for somebody, a card holder
# contests, money went back without a credit note, a payment was not believed, taxes to look at.
OWED, REFUNDS, DISPUTES, UNCREDITED, DOUBT, TAX = "owed", "refunds", "disputes", "uncredited", "doubt", "tax"
STILL_OWED = col(Order.total) - col(Order.credited) - col(Order.paid) + col(Order.refunding) + col(Order.refunded)
STILL_OWED += col(Order.disputed)


def listed(
    session: Session,
    search: str = "",
    status: str = "",
    after: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
) -> Page:
    """Orders by code, company, person or number of document. Ids are sorted by time: they are the key of the pages.

    `status`: one of OrderStatus, `owed`, `refunds`, `disputes`, `uncredited`, `doubt`, `tax`, or everything.
    """
    buyer = sa.func.coalesce(sa.func.nullif(Buyer.company, ""), Buyer.name, "")
    query = (
        sa.select(Order, buyer, col(Invoice.number), STILL_OWED)
        .outerjoin(Buyer, col(Buyer.order_id) == col(Order.id))
        .outerjoin(Invoice, col(Invoice.order_id) == col(Order.id))
        .where(*narrowed(status), *found(search))
    )
    places = [(key,) if key else None for key in (after, before)]
    part = paging.slice_of(session, query, (col(Order.id),), PAGE, places, down=True)
    rows = [_row(*row) for row in part.rows]
    return Page(rows, **part.keys([row.id for row in rows]))


def _row(placed: Order, buyer: str, number: str | None, owed: int) -> Row:
    return Row(
        id=placed.id,
        code=placed.code,
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
    )


def narrowed(status: str) -> list[Any]:
    def refunded(status: RefundStatus) -> Any:
        return col(Order.id).in_(sa.select(col(Refund.order_id)).where(col(Refund.status) == status))

    disputed = sa.select(col(Dispute.order_id)).where(col(Dispute.status).in_(OPEN))
    doubted = sa.select(col(Checkout.order_id)).where(col(Checkout.problem) != "")
    if status in set(OrderStatus):
        return [col(Order.status) == OrderStatus(status)]
    kinds: dict[str, list[Any]] = {
        OWED: [col(Order.status) == OrderStatus.INVOICED, STILL_OWED > 0],
        # A refund that the card refused waits as long as its money is held: the next correction may return it.
        REFUNDS: [sa.or_(refunded(RefundStatus.TO_PAY), sa.and_(refunded(RefundStatus.FAILED), STILL_OWED < 0))],
        DISPUTES: [col(Order.id).in_(disputed)],
        # Money went back at Stripe, by hand or by a dispute that was lost, and no credit note says why.
        UNCREDITED: [col(Order.status) == OrderStatus.PAID, STILL_OWED > 0, col(Order.id).not_in(disputed)],
        DOUBT: [col(Order.id).in_(doubted)],
        TAX: [col(Order.tax_review).is_(True), col(Order.status) != OrderStatus.VOID],
    }
    # An order that was closed before it was placed has no buyer and no amount: it is among the void ones only.
    return kinds.get(status, [sa.or_(col(Order.status) != OrderStatus.VOID, col(Order.code) != "")])


def found(search: str) -> list[Any]:
    """Every word is in the code, the company, the person or the purchase order; or the text is a document's number."""
    words = paging.matching(col(Buyer.search), search)
    if not words:
        return []
    everywhere = sa.and_(*words)
    number = search.strip().upper()
    # Each by its own index: an OR across the three tables would read them all.
    matches = sa.union(
        sa.select(col(Buyer.order_id)).where(everywhere),
        sa.select(col(Invoice.order_id)).where(col(Invoice.number) == number),
        sa.select(col(CreditNote.order_id)).where(col(CreditNote.number) == number),
    )
    return [col(Order.id).in_(matches)]


def counts(session: Session) -> dict[str, int]:
    """How many orders each narrowing has: what needs doing, at the head of the list. One statement for all."""
    names = (OWED, REFUNDS, DISPUTES, UNCREDITED, DOUBT, TAX)
    each = [sa.select(sa.func.count()).select_from(Order).where(*narrowed(name)).scalar_subquery() for name in names]
    return dict(zip(names, session.execute(sa.select(*each)).one(), strict=True))
