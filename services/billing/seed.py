"""`python -m billing seed --profile load`: orders, invoices, payments and ledger of a crowd (samples/load.py).

Registration's own seed makes the registrations; both follow from the same numbers, so that they agree.
"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from billing.association.queries import shown_on
from billing.invoices import rules as documents
from billing.invoices.models import Invoice, Series
from billing.invoices.rules import DocumentLine
from billing.ledger import rules as posting
from billing.ledger.models import Entry
from billing.ledger.rules import Chart, Leg, Memo
from billing.orders.models import Buyer, Order, OrderLine
from billing.orders.rules import OrderMethod, OrderStatus
from billing.payments.models import Allocation, Payment
from billing.payments.rules import PaymentMethod
from kit.clock import local_day
from kit.contracts import Association
from kit.db import Database, insert_once
from kit.money import Amounts, Line, TaxClass, amounts
from kit.text import fold
from samples import load

BATCH = 2_000
INVOICE_DAYS = 30
Row = dict[str, Any]


def fill(db: Database, count: int) -> float:
    """Make sure the crowd's `count` orders are there; answers how many seconds it took.

    A batch is a transaction, and the orders already there are counted first: killed or run again, it goes on.
    """
    started = time.perf_counter()
    with db.read() as session:
        query = sa.select(sa.func.count()).where(_table(Order).c.activity_key == load.KEY)
        done = session.execute(query).scalar_one()
        seller = shown_on(session, load.FIRST.date())
    for start in range(done, count, BATCH):
        batch = list(load.signups(start, min(start + BATCH, count)))
        with db.write() as session:
            _write(session, batch, seller)
    return time.perf_counter() - started


def _write(session: Session, batch: Sequence[load.Signup], seller: Association) -> None:
    """Every row of a batch, one statement for each table."""
    chart = Chart(seller.accounts)
    paid = [signup for signup in batch if signup.paid_by]
    session.execute(_table(Order).insert(), [_order(signup) for signup in batch])
    session.execute(_table(Buyer).insert(), [_buyer(signup) for signup in batch])
    session.execute(_table(OrderLine).insert(), [_line(signup) for signup in batch])
    session.execute(_table(Invoice).insert(), [_invoice(signup, seller) for signup in batch])
    session.execute(_table(Payment).insert(), [_payment(signup) for signup in paid])
    session.execute(_table(Allocation).insert(), [_allocation(signup) for signup in paid])
    entries = [row for signup in batch for row in _invoice_entries(signup, chart)]
    entries += [row for signup in paid for row in _payment_entries(signup, chart)]
    session.execute(_table(Entry).insert(), entries)
    series = _table(Series)
    counted = {"series": load.SERIES, "year": load.FIRST.year, "last": 0}
    insert_once(session, series, counted, series.c.year)
    mine = sa.and_(series.c.series == load.SERIES, series.c.year == load.FIRST.year)
    session.execute(sa.update(series).where(mine).values(last=batch[-1].n + 1))


def _order(signup: load.Signup) -> Row:
    found, today = _amounts(signup), _day(signup.at)
    by_invoice = signup.method == "invoice"
    row = Order(
        id=signup.id,
        status=OrderStatus.PAID if signup.paid_by else OrderStatus.INVOICED,
        method=OrderMethod(signup.method),
        code=signup.code,
        lang=signup.lang,
        activity_key=load.KEY,
        activity_title_fr=load.TITLE_FR,
        activity_title_en=load.TITLE_EN,
        timezone=load.ZONE,
        ordered_on=today,
        due_on=today + timedelta(days=INVOICE_DAYS) if by_invoice else None,
        fingerprint=load.KEY,
        placed_at=signup.at,
        subtotal=found.subtotal,
        taxable=found.taxable,
        tps=found.tps,
        tvq=found.tvq,
        total=found.total,
        paid=found.total if signup.paid_by else 0,
    )
    return row.model_dump()


def _buyer(signup: load.Signup) -> Row:
    name = f"{signup.contact.first} {signup.contact.last}"
    search = fold(f"{signup.code} {signup.company} {name}")
    row = Buyer(order_id=signup.id, company=signup.company, name=name, email=signup.contact.email, search=search)
    return row.model_dump()


def _line(signup: load.Signup) -> Row:
    found = _amounts(signup)
    row = OrderLine(
        id=load.row_id("order_line", signup.n),
        order_id=signup.id,
        position=0,
        key=str(load.row_id("line", signup.n)),
        label_fr=load.LABEL_FR,
        label_en=load.LABEL_EN,
        quantity=len(signup.people),
        unit_amount=load.UNIT_AMOUNT,
        amount=found.subtotal,
        tax_class=TaxClass.TAXABLE,
        tps=found.tps,
        tvq=found.tvq,
        gl_account=load.GL_ACCOUNT,
    )
    return row.model_dump()


def _invoice(signup: load.Signup, seller: Association) -> Row:
    found, issued = _amounts(signup), _issued(signup)
    sums: dict[str, Any] = {"subtotal": found.subtotal, "tps": found.tps, "tvq": found.tvq, "total": found.total}
    line = DocumentLine(**{name: _line(signup)[name] for name in DocumentLine.__dataclass_fields__})
    buyer = {name: value for name, value in _buyer(signup).items() if name not in ("order_id", "search")}
    about: Row = {"code": signup.code, "lang": signup.lang, "method": signup.method, "ordered_on": str(_day(signup.at))}
    about["activity"] = {"fr": load.TITLE_FR, "en": load.TITLE_EN}
    row = Invoice(
        id=load.row_id("invoice", signup.n),
        order_id=signup.id,
        number=load.invoice_number(signup.n),
        series=load.SERIES,
        year=load.FIRST.year,
        sequence=signup.n + 1,
        issued_on=_day(issued),
        issued_at=issued,
        due_on=_day(issued) + timedelta(days=INVOICE_DAYS if signup.method == "invoice" else 0),
        body=documents.snapshot(seller, buyer, [line], sums | {"taxable": found.taxable}, about),
        **sums,
    )
    return row.model_dump()


def _payment(signup: load.Signup) -> Row:
    row = Payment(
        id=load.row_id("payment", signup.n),
        method=PaymentMethod(signup.paid_by),
        amount=_amounts(signup).total,
        received_on=_day(signup.paid_at),
        recorded_at=signup.paid_at,
        payment_intent=f"pi_{load.KEY}_{signup.n}" if signup.paid_by == "card" else None,
    )
    return row.model_dump()


def _allocation(signup: load.Signup) -> Row:
    payment = load.row_id("payment", signup.n)
    row = Allocation(id=payment, payment_id=payment, order_id=signup.id, amount=_amounts(signup).total)
    return row.model_dump()


def _invoice_entries(signup: load.Signup, chart: Chart) -> list[Row]:
    found = _amounts(signup)
    legs = posting.invoice(chart, posting.Sale(((load.GL_ACCOUNT, found.subtotal),), found.tps, found.tvq))
    return _entries(signup, Memo.INVOICE, load.invoice_number(signup.n), legs, _issued(signup))


def _payment_entries(signup: load.Signup, chart: Chart) -> list[Row]:
    legs = posting.payment(chart, signup.paid_by, _amounts(signup).total, 0)
    return _entries(signup, Memo.PAYMENT, load.row_id("payment", signup.n).hex, legs, signup.paid_at)


def _entries(signup: load.Signup, memo: Memo, document: str, legs: Sequence[Leg], at: datetime) -> list[Row]:
    # An invoice's posting is the first of an order's two, a payment's the second; neither has more than eight legs.
    first = 0 if memo is Memo.INVOICE else 8
    rows = []
    for place, leg in enumerate(legs):
        row = Entry(
            id=load.row_id("entry", signup.n, first + place),
            posting_id=load.row_id("posting", signup.n, first),
            at=at,
            day=_day(at),
            account=leg.account,
            debit=max(leg.amount, 0),
            credit=max(-leg.amount, 0),
            order_id=signup.id,
            memo=memo,
            document=document,
        )
        rows.append(row.model_dump())
    return rows


def _issued(signup: load.Signup) -> datetime:
    """A card's invoice is issued when it is paid, the others when they are ordered."""
    return signup.paid_at if signup.method == "card" else signup.at


def _day(moment: datetime) -> Any:
    return local_day(moment, load.ZONE)


def _amounts(signup: load.Signup) -> Amounts:
    line = Line(load.UNIT_AMOUNT * len(signup.people), TaxClass.TAXABLE)
    return amounts([line], _day(signup.at))


def _table(model: Any) -> Any:
    return model.__table__
