"""Staff's pages and the API ask as many statements for one order, line or payment as for many."""

import uuid
from datetime import date
from typing import Any

import pytest

from billing.checkout.models import Incoming
from billing.payments import actions as payments
from billing.refunds import actions as refunds
from kit.contracts import PaymentMethod, PlaceOrder
from kit.db import new_id
from tests.billing.conftest import Billing
from tests.billing.make import line, order
from tests.counting import statements

MANY = 30
# What is asked for, and the most statements it may ask.
PAGES = {
    "/staff/orders": 9,
    "/staff/orders?status=owed": 9,
    "/staff/orders?status=refunds": 9,
    "/staff/orders/{order}": 13,
    "/api/orders": 4,
    "/api/orders?search=valbrume": 4,
    "/api/orders/{order}": 12,
    "/api/stripe-events": 3,
}


def test_pages_with_more_rows_run_no_more_queries(billing: Billing) -> None:
    billing.as_staff("accountant")
    alone = invoiced(billing, 1)
    happened(billing, alone, 1)
    before = {address: asked_for(billing, address, alone) for address in PAGES}
    for _ in range(MANY):
        invoiced(billing, 1)
    long = invoiced(billing, MANY)
    happened(billing, long, MANY)
    after = {address: asked_for(billing, address, long) for address in PAGES}
    assert after == before
    assert {address: after[address] for address, most in PAGES.items() if after[address] > most} == {}


@pytest.mark.parametrize("method", ["invoice", "card"])
def test_order_with_many_lines_is_placed_with_the_queries_of_a_short_one(billing: Billing, method: str) -> None:
    costs = []
    for lines in (1, MANY):
        placed = order(*(line(f"k{n}", "20.00") for n in range(lines)), method=method)
        with statements(billing.service.db) as asked:
            assert billing.place(placed).status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1]


def invoiced(billing: Billing, lines: int) -> PlaceOrder:
    placed = order(*(line(f"k{n}", "200.00") for n in range(lines)), method="invoice")
    assert billing.place(placed).status_code == 200
    return placed


def happened(billing: Billing, placed: PlaceOrder, times: int) -> None:
    """Payments, credits, and events that nothing explains, so many of each."""
    now, mine = billing.clock(), placed.order_id
    with billing.service.db.write() as session:
        for n in range(times):
            payments.record(session, mine, PaymentMethod.CHEQUE, 100, date(2027, 2, 16), f"{n}", "Comptable", now)
            refunds.credit_part(session, mine, new_id(), 100, "Geste", "Comptable", now)
            event = {"event_id": f"evt_{uuid.uuid4()}", "type": "charge.refunded", "object_id": f"ch_{n}"}
            session.add(Incoming(**event, created=now, received_at=now, due_at=now, state="dead"))


def asked_for(billing: Billing, address: str, placed: PlaceOrder) -> int:
    """How many statements, while nothing is remembered of the last time."""
    billing.clock.advance(seconds=10)
    headers: dict[str, Any] = {"Accept": "*/*" if "/api/" in address else "text/html"}
    with statements(billing.service.db) as asked:
        answer = billing.client.get(address.format(order=placed.order_id), headers=headers)
    assert answer.status_code == 200, f"{address}: {answer.text}"
    return len(asked)
