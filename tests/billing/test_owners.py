"""Whose orders are, once two companies became one: the money follows, documents stay."""

from typing import Any

import sqlalchemy as sa

from billing.invoices.models import Invoice
from billing.orders.models import Buyer
from kit.contracts import OwnerChanged
from kit.db import new_id
from kit.sql import column, table
from tests.billing.conftest import Billing
from tests.billing.make import order


def owners(billing: Billing) -> dict[Any, tuple[str, str]]:
    """Company and its key, by order."""
    with billing.service.db.read() as session:
        rows = session.execute(sa.select(table(Buyer))).all()
    return {row.order_id: (row.company, row.company_key) for row in rows}


def documents(billing: Billing) -> list[Any]:
    with billing.service.db.read() as session:
        return [tuple(row) for row in session.execute(sa.select(table(Invoice)).order_by(column(Invoice.id)))]


def test_orders_of_a_merged_company_are_the_others_and_documents_stay(billing: Billing) -> None:
    moved, other = order(method="invoice"), order(method="invoice")
    assert billing.tell(moved, other) == ["done", "done"]
    before, printed = owners(billing), documents(billing)
    assert billing.tell(OwnerChanged(orders=(moved.order_id, new_id()), company_key="c02")) == ["done"]
    after = owners(billing)
    assert after[moved.order_id] == (before[moved.order_id][0], "c02")
    assert after[other.order_id] == before[other.order_id]
    assert documents(billing) == printed and billing.invariants() == []
