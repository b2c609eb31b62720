"""`python -m billing seed --profile load`: orders, invoices, payments and ledger of a crowd (services/crowd).

Registration's own seed makes the registrations; both follow from the same numbers, so that they agree.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

import crowd as load
from billing.association.queries import shown_on
from billing.invoices import rules as documents
from billing.invoices.models import Invoice, Series
from billing.ledger import rules as posting
from billing.ledger.models import Entry
from billing.ledger.rules import Chart, Leg, Memo
from billing.orders.models import Buyer, Order, OrderLine
from billing.orders.rules import OrderStatus
from billing.payments.models import Allocation, Payment
from kit.clock import local_day
from kit.contracts import Association, OrderMethod, PaymentMethod
from kit.contracts.texts import glued
from kit.db import Database
from kit.money import Amounts, Line, TaxClass, amounts
from kit.sql import insert_once, table
from kit.text import fold

BATCH = 2_000
INVOICE_DAYS = 30
Row = dict[str, Any]


@dataclass(frozen=True)
class Sale:
    """A signup of the crowd with what its documents say; `issued` is when its invoice was."""

    signup: load.Signup
    amounts: Amounts
    day: date
    issued: datetime
    issued_on: date
    paid_on: date

    @property
    def sums(self) -> dict[str, int]:
        sums = self.amounts
        return {"subtotal": sums.subtotal, "tps": sums.tps, "tvq": sums.tvq, "total": sums.total}


def fill(db: Database, count: int) -> float:
    """Make sure the crowd's `count` orders are there; answers how many seconds it took.

    A batch is a transaction, and the orders already there are counted first: killed or run again, it goes on.
    """
    started = time.perf_counter()
    with db.read() as session:
        query = sa.select(sa.func.count()).where(table(Order).c.activity_key == load.KEY)
        done = session.execute(query).scalar_one()
        seller = shown_on(session, load.FIRST.date())
    # One price and one year: there are only as many different amounts as there are sizes of groups.
    priced = {n: amounts([Line(load.UNIT_AMOUNT * n, TaxClass.TAXABLE)], load.FIRST.date()) for n in range(1, 5)}
    for start in range(done, count, BATCH):
        sales = [_sale(signup, priced) for signup in load.signups(start, min(start + BATCH, count))]
        with db.write() as session:
            _write(session, sales, seller)
    with db.write() as session:
        # So many new rows at once: the database must know before it plans its next query.
        session.execute(sa.text("ANALYZE"))
    return time.perf_counter() - started


def _sale(signup: load.Signup, priced: dict[int, Amounts]) -> Sale:
    """A card's invoice is issued when it is paid, the others when they are ordered."""
    issued = signup.paid_at if signup.method == "card" else signup.at
    days = (local_day(moment, load.ZONE) for moment in (issued, signup.paid_at))
    return Sale(signup, priced[len(signup.people)], local_day(signup.at, load.ZONE), issued, *days)


def _write(session: Session, sales: Sequence[Sale], seller: Association) -> None:
    """Every row of a batch, one statement for each table."""
    paid = [sale for sale in sales if sale.signup.paid_by]
    _insert(session, Order, map(_order, sales))
    _insert(session, Buyer, map(_buyer, sales))
    _insert(session, OrderLine, map(_line, sales))
    frozen = documents.snapshot(seller, {}, [], {}, {})
    _insert(session, Invoice, (_invoice(sale, frozen) for sale in sales))
    _insert(session, Payment, map(_payment, paid))
    _insert(session, Allocation, map(_allocation, paid))
    chart = Chart(seller.accounts)
    _insert(session, Entry, (row for sale in sales for row in _invoice_entries(sale, chart)))
    _insert(session, Entry, (row for sale in paid for row in _payment_entries(sale, chart)))
    series = table(Series)
    counted = {"series": load.SERIES, "year": load.FIRST.year, "last": 0}
    insert_once(session, series, counted, series.c.year)
    mine = sa.and_(series.c.series == load.SERIES, series.c.year == load.FIRST.year)
    session.execute(sa.update(series).where(mine).values(last=sales[-1].signup.n + 1))


def _insert(session: Session, model: type[SQLModel], rows: Iterable[Row]) -> None:
    """Plain rows over the table's own defaults: making an object of each would take most of the time."""
    defaults = {
        name: field.get_default(call_default_factory=True)
        for name, field in model.model_fields.items()
        if not field.is_required()
    }
    session.execute(table(model).insert(), [defaults | row for row in rows])


def _order(sale: Sale) -> Row:
    signup = sale.signup
    by_invoice = signup.method == "invoice"
    return {
        "id": signup.id,
        "status": OrderStatus.PAID if signup.paid_by else OrderStatus.INVOICED,
        "method": OrderMethod(signup.method),
        "code": signup.code,
        "lang": signup.lang,
        "activity_key": load.KEY,
        "activity_title_fr": load.TITLE_FR,
        "activity_title_en": load.TITLE_EN,
        "timezone": load.ZONE,
        "ordered_on": sale.day,
        "due_on": sale.day + timedelta(days=INVOICE_DAYS) if by_invoice else None,
        "fingerprint": load.KEY,
        "placed_at": signup.at,
        "taxable": sale.amounts.taxable,
        "paid": sale.amounts.total if signup.paid_by else 0,
        **sale.sums,
    }


def _buyer(sale: Sale) -> Row:
    signup = sale.signup
    name = f"{signup.contact.first} {signup.contact.last}"
    search = fold(f"{signup.code} {signup.company} {name} {glued(f'{signup.company} {name}')}")
    about = {"company": signup.company, "name": name, "email": signup.contact.email}
    return {"order_id": signup.id, "search": search, **about}


def _line(sale: Sale) -> Row:
    return {
        "id": load.row_id("order_line", sale.signup.n),
        "order_id": sale.signup.id,
        "position": 0,
        **_shown_line(sale),
    }


def _shown_line(sale: Sale) -> Row:
    """What a document shows of the one line."""
    return {
        "key": str(load.row_id("line", sale.signup.n)),
        "label_fr": load.LABEL_FR,
        "label_en": load.LABEL_EN,
        "quantity": len(sale.signup.people),
        "unit_amount": load.UNIT_AMOUNT,
        "amount": sale.amounts.subtotal,
        "tax_class": TaxClass.TAXABLE,
        "tps": sale.amounts.tps,
        "tvq": sale.amounts.tvq,
        "gl_account": load.GL_ACCOUNT,
        "components": {},
    }


def _invoice(sale: Sale, frozen: Row) -> Row:
    """`frozen` is a snapshot with nothing in it but the seller."""
    signup, due = sale.signup, INVOICE_DAYS if sale.signup.method == "invoice" else 0
    about = {"code": signup.code, "lang": signup.lang, "method": signup.method, "ordered_on": str(sale.day)}
    buyer = {"company": signup.company, "name": _buyer(sale)["name"], "email": signup.contact.email, "province": "QC"}
    shown = {"buyer": buyer, "lines": [_shown_line(sale)], "amounts": sale.sums | {"taxable": sale.amounts.taxable}}
    titles = {"activity": {"fr": load.TITLE_FR, "en": load.TITLE_EN}}
    return {
        "id": load.row_id("invoice", signup.n),
        "order_id": signup.id,
        "number": load.invoice_number(signup.n),
        "series": load.SERIES,
        "year": load.FIRST.year,
        "sequence": signup.n + 1,
        "issued_on": sale.issued_on,
        "issued_at": sale.issued,
        "due_on": sale.issued_on + timedelta(days=due),
        "body": {**frozen, **shown, **about, **titles},
        **sale.sums,
    }


def _payment(sale: Sale) -> Row:
    signup = sale.signup
    return {
        "id": load.row_id("payment", signup.n),
        "method": PaymentMethod(signup.paid_by),
        "amount": sale.amounts.total,
        "received_on": sale.paid_on,
        "recorded_at": signup.paid_at,
        "payment_intent": f"pi_{load.KEY}_{signup.n}" if signup.paid_by == "card" else None,
    }


def _allocation(sale: Sale) -> Row:
    payment = load.row_id("payment", sale.signup.n)
    return {"id": payment, "payment_id": payment, "order_id": sale.signup.id, "amount": sale.amounts.total}


def _invoice_entries(sale: Sale, chart: Chart) -> Iterator[Row]:
    sums, number = sale.amounts, load.invoice_number(sale.signup.n)
    legs = posting.invoice(chart, posting.Sale(((load.GL_ACCOUNT, sums.subtotal),), sums.tps, sums.tvq))
    return _entries(sale, Memo.INVOICE, number, legs, (sale.issued, sale.issued_on))


def _payment_entries(sale: Sale, chart: Chart) -> Iterator[Row]:
    legs = posting.payment(chart, sale.signup.paid_by, sale.amounts.total, 0)
    document = load.row_id("payment", sale.signup.n).hex
    return _entries(sale, Memo.PAYMENT, document, legs, (sale.signup.paid_at, sale.paid_on))


def _entries(sale: Sale, memo: Memo, document: str, legs: Sequence[Leg], when: tuple[datetime, date]) -> Iterator[Row]:
    # An invoice's posting is the first of an order's two, a payment's the second; neither has more than eight legs.
    first = 0 if memo is Memo.INVOICE else 8
    for place, leg in enumerate(legs):
        yield {
            "id": load.row_id("entry", sale.signup.n, first + place),
            "posting_id": load.row_id("posting", sale.signup.n, first),
            "at": when[0],
            "day": when[1],
            "account": leg.account,
            "debit": max(leg.amount, 0),
            "credit": max(-leg.amount, 0),
            "order_id": sale.signup.id,
            "memo": memo,
            "document": document,
        }
