"""Everything that may be done to orders of one invoice, in any order: the views that others read still add up."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.contracts import PlaceOrder, RefundOrder
from kit.db import new_id
from tests.billing.conftest import Billing
from tests.billing.make import credit, line, order, together

MONEY = st.integers(1, 5000)
ORDER = st.integers(0, 2)
steps = st.one_of(
    st.tuples(st.just("payments"), ORDER, MONEY),
    st.tuples(st.just("credits"), ORDER, MONEY),
    st.tuples(st.just("returns"), ORDER, MONEY),
    st.tuples(st.just("cancel"), ORDER, MONEY),
    st.tuples(st.just("unit"), ORDER, MONEY),
    st.tuples(st.just("hand over"), ORDER, MONEY),
)
BODIES: dict[str, dict[str, Any]] = {
    "payments": {"method": "cheque", "received_on": "2027-02-17", "reference": "1044"},
    "credits": {"reason": "geste"},
    "returns": {"how": "cheque"},
}


def step(billing: Billing, placed: PlaceOrder, what: str, amount: int) -> None:
    if what in BODIES:
        path = f"/api/orders/{placed.order_id}/{what}"
        assert billing.client.post(path, json=BODIES.get(what, {}) | {"amount": amount}).status_code < 500
    elif what == "cancel":
        billing.tell(RefundOrder(amendment_id=new_id(), order_id=placed.order_id, reason="cancelled"))
    elif what == "unit":
        billing.tell(credit(placed, ("web", 1)))
    else:
        for one in billing.order(placed.order_id)["refunds"]:
            assert billing.client.post(f"/api/refunds/{one['id']}/done", json={"how": "cheque"}).status_code < 500


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, max_size=9))
def test_views_of_orders_on_one_invoice_add_up_whatever_is_done(
    billing: Billing, done: list[tuple[str, int, int]]
) -> None:
    billing.as_staff("accountant")
    three = together(*(order(line("web", price, 2), method="invoice") for price in ("5.05", "10.10", "15.05")))
    billing.tell(*three)
    for what, which, amount in done:
        step(billing, three[which], what, amount)
    assert billing.invariants() == []
    ids = {str(each.order_id).replace("-", "") for each in three}

    def rows(view: str, column: str = "order_id") -> list[Any]:
        found = billing.rows(f"SELECT * FROM {view}")
        return [row for row in found if str(getattr(row, column)).replace("-", "") in ids]

    orders, parts, payments = rows("contract_orders", "id"), rows("contract_invoice_orders"), rows("contract_payments")
    notes = [row for row in rows("contract_invoices") if row.kind == "credit_note"]
    [invoice] = [row for row in rows("contract_invoices") if row.kind == "invoice"]
    assert (invoice.orders, sum(part.total for part in parts)) == (3, invoice.total)
    assert invoice.total + sum(note.total for note in notes) == sum(one.total - one.credited for one in orders)
    assert sum(row.allocated for row in payments) == sum(one.paid for one in orders)
    refunds = rows("contract_refunds")
    for one in orders:
        mine = sum(row.amount for row in refunds if row.order_id == one.id)
        assert one.refunding + one.refunded == mine <= one.paid
        assert one.owed == one.total - one.credited - one.paid + mine
        assert one.credited <= one.total and (one.status != "void" or one.credited == one.total)
    assert {row.id: row.refunded for row in payments} == {
        row.id: sum(one.amount for one in refunds if one.payment_id == row.id) for row in payments
    }
