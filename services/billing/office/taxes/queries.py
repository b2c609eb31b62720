"""What the documents of a period come to for the taxes: two statements, however many they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add

import sqlalchemy as sa
from sqlmodel import Session, col

from billing.association.rules import Period
from billing.documents.schemas import Body
from billing.invoices.models import CreditNote, Invoice, InvoiceOrder
from billing.orders.models import OrderLine
from kit.money import TaxClass

# A supply is reported, taxed or not; what is outside the taxes is none (domain.md T10, T22).
SUPPLIES = (TaxClass.TAXABLE, TaxClass.ZERO_RATED, TaxClass.EXEMPT)


@dataclass(frozen=True)
class Taxed:
    """An amount before taxes, and each tax on it; negative on credit notes. Cents."""

    amount: int = 0
    tps: int = 0
    tvq: int = 0

    def __add__(self, other: "Taxed") -> "Taxed":
        return Taxed(self.amount + other.amount, self.tps + other.tps, self.tvq + other.tvq)

    @property
    def total(self) -> int:
        return self.amount + self.tps + self.tvq


@dataclass(frozen=True)
class Side:
    """The invoices of a period, or its credit notes, by what they are for the taxes."""

    classes: Mapping[TaxClass, Taxed]

    def of(self, *classes: TaxClass) -> Taxed:
        return reduce(add, (self.classes.get(one, Taxed()) for one in classes), Taxed())

    @property
    def whole(self) -> Taxed:
        return self.of(*TaxClass)


@dataclass(frozen=True)
class TaxReturn:
    """The taxes of a period, on the days of the documents (domain.md T22): credit notes count in the period in which
    they were issued, whatever invoice they correct."""

    period: Period
    invoices: Side
    credits: Side


def returned(session: Session, period: Period) -> TaxReturn:
    """What is reported for a period."""
    return TaxReturn(period, invoiced(session, period), Side(_by_class(credit_notes(session, period))))


def invoiced(session: Session, period: Period) -> Side:
    """Lines of orders are never changed once they are invoiced."""
    sums = (sa.func.sum(column) for column in (col(OrderLine.amount), col(OrderLine.tps), col(OrderLine.tvq)))
    query = (
        sa.select(col(OrderLine.tax_class), *sums)
        .join_from(Invoice, InvoiceOrder, col(InvoiceOrder.invoice_id) == col(Invoice.id))
        .join(OrderLine, col(OrderLine.order_id) == col(InvoiceOrder.order_id))
        .where(col(Invoice.issued_on).between(period.since, period.until))
        .group_by(col(OrderLine.tax_class))
    )
    # PostgreSQL sums are decimals.
    return Side({one: Taxed(*(int(amount) for amount in amounts)) for one, *amounts in session.execute(query)})


def credit_notes(session: Session, period: Period) -> Iterable[Body]:
    """What they say themselves: a part of an order has lines of its own."""
    query = sa.select(col(CreditNote.body)).where(col(CreditNote.issued_on).between(period.since, period.until))
    return (Body.of(body) for body in session.execute(query).scalars())


def _by_class(bodies: Iterable[Body]) -> dict[TaxClass, Taxed]:
    sums: dict[TaxClass, Taxed] = {}
    for body in bodies:
        for line in body.lines:
            sums[line.tax_class] = sums.get(line.tax_class, Taxed()) + Taxed(line.amount, line.tps, line.tvq)
    return sums


def taxable_of(body: Body) -> int:
    """What of a document is taxable, before taxes."""
    return sum(line.amount for line in body.lines if line.tax_class is TaxClass.TAXABLE)
