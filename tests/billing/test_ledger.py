"""The books: balanced by construction, never changed, and every cent of an order explained."""

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from billing.ledger import rules
from billing.ledger.rules import Chart, Leg, Sale
from kit.contracts import RefundOrder
from kit.db import new_id
from tests.billing.conftest import Billing
from tests.billing.make import association, credit, line, order

CHART = Chart(association().accounts)
cents = st.integers(-10_000_000, 10_000_000)


def total(legs: list[Leg]) -> int:
    return sum(leg.amount for leg in legs)


@given(st.lists(st.tuples(st.sampled_from(["4110", "4210", "", "1200"]), cents), max_size=8), cents, cents)
def test_invoice_entries_balance(revenue: list[tuple[str, int]], tps: int, tvq: int) -> None:
    legs = rules.invoice(CHART, Sale(tuple(revenue), tps, tvq))
    assert total(legs) == 0
    assert all(leg.amount for leg in legs)
    assert len({leg.account for leg in legs}) == len(legs)


@given(st.sampled_from(["card", "cheque", "transfer", "cash"]), st.integers(1, 10_000_000), st.integers(-2, 2))
def test_payments_and_refunds_balance_and_mirror_each_other(method: str, amount: int, rounding: int) -> None:
    came, went = rules.payment(CHART, method, amount, rounding), rules.refund(CHART, method, amount, rounding)
    assert total(came) == total(went) == 0
    assert sorted((leg.account, leg.amount) for leg in came) == sorted((leg.account, -leg.amount) for leg in went)


def test_ledger_accounts_are_the_associations_or_the_default_numbers() -> None:
    legs = rules.payment(Chart({"cash": "1999", "receivable": ""}), "cash", 10925, 2)
    assert legs == [Leg("1999", 10925), Leg("1200", -10923), Leg("5990", -2)]


@pytest.mark.parametrize(
    ("method", "account"), [("card", "1020"), ("cheque", "1010"), ("transfer", "1010"), ("cash", "1010")]
)
def test_payment_is_debited_to_the_account_that_clears_its_method(method: str, account: str) -> None:
    """Cards wait at Stripe; the rest is in the bank."""
    assert rules.payment(Chart({}), method, 100, 0) == [Leg(account, 100), Leg("1200", -100)]


def test_ledger_entries_that_do_not_balance_are_never_written() -> None:
    with pytest.raises(rules.Unbalanced):
        rules.balanced([Leg("1010", 1)])


def balances(billing: Billing, order_id: object) -> dict[str, int]:
    with billing.service.db.read() as session:
        rows = session.execute(sa.text("SELECT account, SUM(debit - credit) FROM contract_ledger GROUP BY account"))
        return {account: int(amount) for account, amount in rows if amount}


def test_order_of_two_accounts_balances_and_its_refund_clears_them(billing: Billing) -> None:
    """o3 of the sample: two revenues, one of them without taxes."""
    placed = order(
        line("golf", "700.00", gl_account="4210"),
        line("spon", "500.00", tax_class="out_of_scope", gl_account="4220"),
        method="invoice",
    )
    billing.place(placed)
    owed = {"1200": 130483, "4210": -70000, "4220": -50000, "2310": -3500, "2320": -6983}
    assert balances(billing, placed.order_id) == owed
    billing.tell(RefundOrder(amendment_id=new_id(), order_id=placed.order_id, reason="cancelled"))
    assert balances(billing, placed.order_id) == {}


def test_cash_rounded_by_two_cents_has_them_in_their_own_account(billing: Billing) -> None:
    placed = order(line("car-porte", "95.00"), method="cash")
    billing.place(placed)
    paid = {"1010": 10925, "4110": -9500, "2310": -475, "2320": -948, "5990": -2}
    assert balances(billing, placed.order_id) == paid


@pytest.mark.parametrize("table", ["invoice", "invoice_order", "credit_note", "ledger_entry"])
@pytest.mark.parametrize("change", ["UPDATE {} SET order_id = order_id", "DELETE FROM {}"])
def test_document_issued_cannot_be_changed_in_the_database(billing: Billing, table: str, change: str) -> None:
    placed = order(method="invoice")
    billing.place(placed)
    billing.tell(credit(placed, ("car-n", 1)))
    with pytest.raises(DBAPIError, match="never changed"), billing.service.db.write() as session:
        session.execute(sa.text(change.format(table)))
