"""When a cheque or a transfer may be recorded, and numbers that never have a gap."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from billing.invoices.queries import invoice_of
from billing.orders.rules import OrderClosed, OrderNotBilled, OrderStatus
from billing.payments import rules
from billing.payments.rules import AlreadyPaid, Overpaid
from kit.contracts import AssociationChanged, OrderLine, PaymentMethod
from kit.errors import InvalidInput
from tests.billing.conftest import Billing, Start
from tests.billing.make import association, at_once, credit, line, order

TODAY = date(2027, 2, 17)
# What a document says of whoever issued it, and nothing else of its profile.
SELLER = (
    *("key", "legal_name", "short_name", "address_lines", "phone", "email", "website", "logo_url", "accent"),
    *("gst_number", "qst_number", "tax_registered", "cheque_payable_to", "e_transfer_to", "invoice_days"),
)


def test_payment_of_the_whole_or_a_part_may_be_recorded() -> None:
    for amount in (1, 14720):
        rules.recordable(OrderStatus.INVOICED, 14720, PaymentMethod.CHEQUE, amount, TODAY, TODAY)


@pytest.mark.parametrize(
    ("status", "owed", "amount", "refusal"),
    [
        (OrderStatus.OPEN, 14720, 1, OrderNotBilled),
        (OrderStatus.VOID, 14720, 1, OrderClosed),
        (OrderStatus.PAID, 0, 1, AlreadyPaid),
        (OrderStatus.INVOICED, 14720, 14721, Overpaid),
        (OrderStatus.INVOICED, 14720, 0, InvalidInput),
    ],
)
def test_payment_refused_says_why(status: OrderStatus, owed: int, amount: int, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        rules.recordable(status, owed, PaymentMethod.TRANSFER, amount, TODAY, TODAY)


def test_payment_with_wrong_fields_names_each() -> None:
    with pytest.raises(InvalidInput) as refused:
        rules.recordable(OrderStatus.INVOICED, 14720, PaymentMethod.CARD, -1, date(2027, 2, 18), TODAY)
    assert refused.value.problems == {
        "method": "payment.bad_method",
        "amount": "payment.bad_amount",
        "received_on": "payment.future_day",
    }


@pytest.mark.parametrize(("total", "collected", "rounding"), [(10923, 10925, 2), (10922, 10920, -2), (10920, 10920, 0)])
def test_cash_total_is_collected_in_coins_with_its_rounding(total: int, collected: int, rounding: int) -> None:
    assert rules.coins(total) == (collected, rounding)


def numbers(billing: Billing, *placed: object) -> list[str]:
    return [document["number"] for each in placed for document in billing.order(each)["documents"]]


def test_document_numbers_issued_at_once_have_no_gap(billing: Billing) -> None:
    placed = [order(method="invoice") for _ in range(12)]
    assert at_once(*[lambda each=each: billing.place(each).status_code for each in placed]) == [200] * 12
    issued = sorted(numbers(billing, *(each.order_id for each in placed)))
    assert issued == [f"F-2027-{n:05d}" for n in range(1, 13)]
    assert billing.invariants() == []


def test_document_number_is_not_taken_by_a_refused_order(billing: Billing) -> None:
    billing.place(order(method="invoice", expected_total=1))
    placed = order(method="invoice")
    billing.place(placed)
    assert numbers(billing, placed.order_id) == ["F-2027-00001"]


def test_document_number_has_the_year_of_the_associations_zone(billing: Billing) -> None:
    """At 22 h on 31 December in Saguenay it is already January in Greenwich."""
    old, new = order(method="invoice"), order(method="invoice")
    billing.clock.set(datetime(2028, 1, 1, 3, 0, tzinfo=UTC))
    billing.place(old)
    billing.clock.advance(hours=3)
    billing.place(new)
    assert numbers(billing, old.order_id, new.order_id) == ["F-2027-00001", "F-2028-00001"]


def test_document_series_are_the_associations_and_may_be_one(start: Start) -> None:
    billing = start(profile=association(invoice_series="X", credit_series="X"))
    placed = order(method="invoice")
    billing.place(placed)
    billing.tell(credit(placed, ("car-n", 1)))
    assert numbers(billing, placed.order_id) == ["X-2027-00001", "X-2027-00002"]
    assert billing.invariants() == []


def test_document_after_a_new_profile_keeps_what_it_was_issued_with(billing: Billing) -> None:
    """domain.md T7, T8: everything on every document, whatever the amount."""
    placed = order(line("spon", "500.00", tax_class="out_of_scope"), line("car-m", "65.00"), method="invoice")
    billing.place(placed)
    with billing.service.db.read() as session:
        invoice = invoice_of(session, placed.order_id)
    assert invoice
    seller, buyer = invoice.body["seller"], invoice.body["buyer"]
    assert (seller["gst_number"], seller["qst_number"]) == ("123456789 RT0001", "1234567890 TQ0001")
    profile = association().model_dump(mode="json")
    assert seller == {name: profile[name] for name in SELLER}
    assert (buyer["company"], buyer["po_number"], buyer["province"]) == ("Usinage Valbrume inc.", "BC-77", "QC")
    assert [each["tax_class"] for each in invoice.body["lines"]] == ["out_of_scope", "taxable"]
    assert invoice.body["amounts"] == {"subtotal": 56500, "tps": 325, "tvq": 648, "total": 57473, "taxable": 6500}
    assert (invoice.body["due_on"], invoice.body["activity"]["fr"]) == ("2027-03-19", "Cocktail des caricatures")


@pytest.mark.parametrize("tax_class", ["taxable", "out_of_scope"])
def test_document_of_a_registered_supplier_shows_its_tax_numbers(billing: Billing, tax_class: str) -> None:
    assert shown_number(billing, line("car-m", "65.00", tax_class=tax_class)) == "123456789 RT0001"


def test_document_of_a_small_supplier_shows_no_tax_number(start: Start) -> None:
    """domain.md T9, even when the number it asked for is already in its profile; a tax it did collect keeps it."""
    billing = start(profile=association(tax_registered=False))
    assert shown_number(billing, line("car-m", "65.00"), expected_total=6500) == ""
    collected = start()
    collected.tell(
        AssociationChanged(association=association(valid_from=date(2027, 2, 16), tax_registered=False), version=1)
    )
    assert shown_number(collected, line("car-m", "65.00"), on=date(2027, 2, 15)) == "123456789 RT0001"


def shown_number(billing: Billing, *lines: OrderLine, **changes: Any) -> str:
    placed = order(*lines, method="invoice", **changes)
    assert billing.place(placed).status_code == 200
    with billing.service.db.read() as session:
        invoice = invoice_of(session, placed.order_id)
    assert invoice
    return str(invoice.body["seller"]["gst_number"])
