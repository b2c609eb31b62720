"""Orders that staff look for from any page."""

import sqlalchemy as sa
from sqlmodel import Session, col

from billing.invoices.models import CreditNote, Invoice, InvoiceOrder
from billing.notices.models import Notice
from billing.orders.models import Buyer, Order
from kit import paging
from kit.contracts.finding import FoundOrder, OrderSearch


def find(session: Session, wanted: OrderSearch) -> list[FoundOrder]:
    """Orders whose code, company, person or purchase order has every word, or one of whose documents has a number that
    begins so; newest first. One statement, whatever is found."""
    words = paging.matching(col(Buyer.search), wanted.words)
    if not words:
        return []
    buyer = sa.func.coalesce(sa.func.nullif(Buyer.company, ""), Buyer.name, "")
    query = (
        sa.select(Order, buyer, sa.func.coalesce(col(Invoice.number), col(Notice.number), ""))
        .outerjoin(Buyer, col(Buyer.order_id) == col(Order.id))
        .outerjoin(InvoiceOrder, col(InvoiceOrder.order_id) == col(Order.id))
        .outerjoin(Invoice, col(Invoice.id) == col(InvoiceOrder.invoice_id))
        .outerjoin(Notice, col(Notice.order_id) == col(Order.id))
        .where(col(Order.id).in_(sa.select(_matches(words, wanted.words).c.order_id)))
        .order_by(col(Order.id).desc())
        .limit(wanted.most)
    )
    return [_found(*row) for row in session.execute(query)]


def _matches(words: list[sa.ColumnElement[bool]], typed: str) -> sa.CTE:
    """Each by its own index, and no more of them than anybody reads: a crowd that fits is not put in order."""
    matches = [sa.select(col(Buyer.order_id)).where(*words)]
    number = typed.strip().upper()
    if any(letter.isdigit() for letter in number):
        credited = sa.select(col(CreditNote.order_id)).where(_begins(CreditNote.number, number))
        invoiced = sa.select(col(InvoiceOrder.order_id)).join(Invoice, col(Invoice.id) == col(InvoiceOrder.invoice_id))
        noticed = sa.select(col(Notice.order_id)).where(_begins(Notice.number, number))
        matches += [invoiced.where(_begins(Invoice.number, number)), credited, noticed]
    few = [sa.select(one.limit(paging.MANY).subquery().c.order_id) for one in matches]
    return sa.union(*few).cte("found").prefix_with("MATERIALIZED", dialect="postgresql")


def _begins(document: str, number: str) -> sa.ColumnElement[bool]:
    return col(document).startswith(number, autoescape=True)


def _found(order: Order, buyer: str, number: str) -> FoundOrder:
    return FoundOrder(
        id=order.id,
        code=order.code,
        number=number,
        buyer=buyer,
        activity_title=order.title,
        status=order.status,
        total=order.total,
    )
