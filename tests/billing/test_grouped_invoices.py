"""One invoice over several orders: however they come, it is issued once, over those that stand, to the cent."""

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from billing import jobs
from billing.invoices import rules
from billing.orders.rules import OrderStatus
from kit.contracts import AssociationChanged, PlaceOrder
from kit.db import new_id
from tests.billing.conftest import Billing, Start
from tests.billing.exploring import Explored
from tests.billing.make import association, at_once, credit, golf_and_cohort, line, order, together


def three() -> list[PlaceOrder]:
    """Whose taxes, computed on the whole, would differ by a cent from the sums of theirs."""
    return together(*(order(line("web", price), method="invoice") for price in ("10.10", "20.10", "30.10")))


def document(billing: Billing, placed: PlaceOrder) -> dict[str, Any]:
    [found] = billing.order(placed.order_id)["documents"]
    return found  # type: ignore[no-any-return]


def test_invoice_of_two_activities_is_issued_when_the_last_order_comes(billing: Billing) -> None:
    golf, cohort = golf_and_cohort()
    assert billing.tell(golf) == ["done"]
    waits = billing.order(golf.order_id)
    assert (waits["status"], waits["documents"], waits["pay_url"]) == ("open", [], "")
    billing.clock.advance(minutes=5)
    assert billing.tell(cohort) == ["done"]
    for placed in (golf, cohort):
        seen = billing.order(placed.order_id)
        assert (seen["status"], seen["due_on"]) == ("invoiced", "2027-03-19")
        assert [one["code"] for one in seen["together"]] == ["GOLF-1", "RELEVE-1"]
        [invoice] = seen["documents"]
        assert (invoice["number"], invoice["total"]) == ("F-2027-00001", golf.expected_total + cohort.expected_total)
    assert billing.invariants() == []


def test_invoice_of_several_orders_freezes_what_each_line_is_of(billing: Billing) -> None:
    golf, cohort = golf_and_cohort()
    billing.tell(cohort, golf)
    [invoice] = billing.rows("SELECT body FROM invoice")
    body = invoice.body if isinstance(invoice.body, dict) else json.loads(invoice.body)
    assert [(each["order"], each["quantity"]) for each in body["lines"]] == [("GOLF-1", 6), ("RELEVE-1", 2)]
    assert [(each["code"], each["activity"]["fr"], each["total"]) for each in body["orders"]] == [
        ("GOLF-1", "Tournoi de golf", golf.expected_total),
        ("RELEVE-1", "Cohorte de la relève", cohort.expected_total),
    ]
    assert body["buyer"]["po_number"] == "BC-77"
    assert body["amounts"]["total"] == golf.expected_total + cohort.expected_total


def test_invoice_of_several_orders_adds_up_the_taxes_that_were_shown(billing: Billing) -> None:
    placed = three()
    billing.tell(*placed)
    [invoice] = billing.rows("SELECT subtotal, tps, tvq, total, orders FROM contract_invoices")
    assert (invoice.subtotal, invoice.orders) == (6030, 3)
    # 5 % of 60.30 is 3.02; what the three were shown comes to 3.03.
    assert invoice.tps == sum(billing.order(each.order_id)["tps"] for each in placed) == 303
    assert invoice.total == sum(each.expected_total for each in placed)
    parts = billing.rows("SELECT order_id, total FROM contract_invoice_orders")
    assert {uuid.UUID(str(part.order_id)): part.total for part in parts} == {
        each.order_id: each.expected_total for each in placed
    }


def test_registration_is_told_of_each_order_and_of_all_of_them(billing: Billing) -> None:
    placed = three()
    billing.tell(*placed)
    billing.work()
    told = billing.registration.told("OrderInvoiced")
    assert {one["order_id"] for one in told} == {str(each.order_id) for each in placed}
    assert {one["number"] for one in told} == {"F-2027-00001"}
    assert all(one["covers"] == [str(each.order_id) for each in placed] for one in told)
    assert {one["total"] for one in told} == {sum(each.expected_total for each in placed)}


def test_order_by_itself_tells_of_no_others(billing: Billing) -> None:
    billing.tell(order(method="invoice"))
    billing.work()
    assert [one["covers"] for one in billing.registration.told("OrderInvoiced")] == [[]]


@pytest.mark.parametrize("wrong", ["others", "twice", "card", "amends"])
def test_group_that_is_none_is_refused(billing: Billing, wrong: str) -> None:
    mine, other = order(method="card" if wrong == "card" else "invoice"), order(method="invoice")
    group = {"others": (other.order_id,), "twice": (mine.order_id, mine.order_id)}
    both = (mine.order_id, other.order_id)
    changes: dict[str, Any] = {"group": group.get(wrong, both)}
    if wrong == "amends":
        changes["amends"] = new_id()
    refused = billing.place(mine.model_copy(update=changes))
    assert (refused.status_code, refused.json()["errors"]) == (422, {"group": "order.bad_group"})


def test_group_of_one_is_invoiced_by_itself(billing: Billing) -> None:
    placed = order(method="invoice")
    [alone] = together(placed)
    assert billing.tell(alone) == ["done"]
    assert billing.order(placed.order_id)["status"] == "invoiced"


def test_order_with_another_list_of_its_group_is_refused(billing: Billing) -> None:
    first, second, _third = three()
    billing.tell(first)
    other = together(second, order(method="invoice"))[0]
    less = together(first, second)[1]
    stranger = together(order(method="invoice"), second, first)[0]
    for wrong in (other, less, stranger):
        answer = billing.place(wrong)
        assert (answer.status_code, answer.json()["code"]) == (409, "OrderDiffers")
    assert billing.rows("SELECT number FROM contract_invoices") == []


def test_orders_of_a_group_placed_at_once_are_invoiced_once(billing: Billing) -> None:
    for _ in range(4):
        placed = together(*(order(method="invoice") for _ in range(4)))
        twice = [*placed, *placed]
        assert at_once(*[lambda each=each: billing.place(each).status_code for each in twice]) == [200] * 8
        assert {document(billing, each)["number"] for each in placed} == {document(billing, placed[0])["number"]}
    assert len(billing.rows("SELECT number FROM contract_invoices")) == 4
    assert billing.invariants() == []


def test_order_closed_while_the_others_are_placed_ends_in_one_way(billing: Billing) -> None:
    """Close and the last placing meet: whoever is second finishes, and nobody waits in a ring."""
    for _ in range(6):
        placed = three()
        billing.tell(placed[0], placed[1])
        closed, _ = at_once(lambda one=placed[0]: billing.close(one.order_id), lambda one=placed[2]: billing.place(one))
        statuses = [billing.order(each.order_id)["status"] for each in placed]
        assert statuses == ["void" if closed == "void" else "invoiced", "invoiced", "invoiced"]
    assert billing.invariants() == []


def test_credit_before_the_invoice_waits_for_it(billing: Billing) -> None:
    golf, cohort = golf_and_cohort()
    billing.tell(golf)
    gone = credit(golf, ("golf", 2))
    assert billing.tell(gone) == ["later"]
    quote = {"lines": [{"key": "golf", "quantity": 2}]}
    asked = billing.call("POST", f"/orders/{golf.order_id}/credit-quote", quote)
    assert (asked.status_code, asked.json()["code"]) == (503, "InvoiceAwaited")
    billing.tell(cohort)
    assert billing.tell(gone) == ["done"]
    note = billing.order(golf.order_id)["documents"][1]
    assert note["subtotal"] == -56000
    assert len(billing.order(cohort.order_id)["documents"]) == 1
    assert billing.invariants() == []


def test_order_that_never_comes_keeps_the_others_waiting_for_a_day(billing: Billing) -> None:
    golf, cohort = golf_and_cohort()
    billing.tell(golf)
    billing.clock.advance(hours=23)
    jobs.housekeeping(billing.service)
    assert billing.order(golf.order_id)["status"] == "open"
    billing.clock.advance(hours=5)
    assert billing.invariants() == [f"an order does not wait for its invoice for ever: {_shown(billing, golf)}"]
    jobs.housekeeping(billing.service)
    assert document(billing, golf)["total"] == golf.expected_total
    assert billing.invariants() == []
    # It comes after all: nobody waits for anybody any more.
    assert billing.tell(cohort) == ["done"]
    assert document(billing, cohort)["number"] == "F-2027-00002"
    assert billing.invariants() == []


def _shown(billing: Billing, placed: PlaceOrder) -> str:
    [row] = billing.rows("SELECT id FROM contract_orders")
    return str(row.id)


def test_group_of_an_association_not_known_yet_leaves_nothing_behind(start: Start) -> None:
    billing, placed = start(known=False), three()
    assert billing.tell(*placed) == ["later"] * 3
    assert billing.rows("SELECT order_id FROM grouped_order") == []
    billing.tell(AssociationChanged(association=association(), version=1))
    assert billing.tell(*placed) == ["done"] * 3
    assert billing.invariants() == []


def test_invoice_written_by_the_release_before_covers_its_order(billing: Billing) -> None:
    """It knows of no `invoice_order`, and may run beside this one; it cannot invoice an order that is on another."""
    golf, cohort = golf_and_cohort()
    billing.tell(golf, cohort)
    copied = "INSERT INTO invoice SELECT :id, 'F-2027-09', series, year, 9, issued_on, issued_at, subtotal, tps, tvq,"
    copied += " total, body, :order_id, due_on FROM invoice LIMIT 1"
    ids = (sa.bindparam("id", new_id(), sa.Uuid), sa.bindparam("order_id", cohort.order_id, sa.Uuid))
    with pytest.raises(sa.exc.IntegrityError), billing.service.db.write() as session:
        session.execute(sa.text(copied).bindparams(*ids))


# Every order of three placings, each perhaps twice, and two closings.
class State(NamedTuple):
    statuses: tuple[str, ...]
    invoices: tuple[tuple[int, ...], ...]


NAMES = ("place 0", "place 1", "place 2", "close 0", "close 1")


@dataclass
class Placing:
    """Three orders of a group, their placings and closings in any order."""

    billing: Billing
    orders: list[PlaceOrder] = field(default_factory=three)

    def can(self) -> Iterable[str]:
        return NAMES

    def do(self, step: str) -> None:
        what, which = step.split()
        placed = self.orders[int(which)]
        if what == "place":
            self.billing.tell(placed)
        else:
            self.billing.close(placed.order_id)

    def state(self) -> State:
        ids = {each.order_id: number for number, each in enumerate(self.orders)}
        known = {uuid.UUID(str(row.id)): row.status for row in self.billing.rows("SELECT * FROM orders")}
        covered: dict[Any, list[int]] = {}
        for row in self.billing.rows("SELECT * FROM contract_invoice_orders"):
            if (number := ids.get(uuid.UUID(str(row.order_id)))) is not None:
                covered.setdefault(row.invoice_number, []).append(number)
        return State(
            tuple(known.get(one, "") for one in ids), tuple(sorted(tuple(sorted(one)) for one in covered.values()))
        )

    def leave(self) -> None:
        assert self.billing.invariants() == []


def test_group_placed_and_closed_in_every_order_has_one_invoice(billing: Billing) -> None:
    explored = Explored(lambda: Placing(billing), at_most=80).run()
    ends = {explored.after(state, NAMES[:3]) for state in explored.steps}
    assert len(set(explored.steps)) == 18
    for state in explored.steps:
        assert isinstance(state, State)
        standing = tuple(number for number, status in enumerate(state.statuses) if status == "invoiced")
        assert state.invoices == ((standing,) if standing else ())
        assert not standing or "open" not in state.statuses
    for end in ends:
        assert isinstance(end, State)
        assert set(end.statuses) <= {"invoiced", "void"} and end.statuses[2] == "invoiced"


owed = st.lists(st.integers(0, 100_000), min_size=1, max_size=8)


@given(owed, st.data())
def test_money_for_an_invoice_settles_its_orders_oldest_first(each: list[int], data: st.DataObject) -> None:
    amount = data.draw(st.integers(0, sum(each)))
    parts = rules.settled(amount, each)
    assert sum(parts) == amount
    assert all(0 <= part <= one for part, one in zip(parts, each, strict=True))
    short = [part < one for part, one in zip(parts, each, strict=True)]
    first = short.index(True) if any(short) else len(each)
    assert not any(parts[first + 1 :]), "nobody gets anything before the one before has all"


@given(st.lists(st.sampled_from(OrderStatus), min_size=1))
def test_invoice_waits_for_money_as_long_as_one_of_its_orders_does(statuses: list[OrderStatus]) -> None:
    state = rules.state_of(statuses)
    assert state in statuses
    assert (state is OrderStatus.VOID) == all(one is OrderStatus.VOID for one in statuses)
    if OrderStatus.OPEN not in statuses:
        assert (state is OrderStatus.INVOICED) == (OrderStatus.INVOICED in statuses)
