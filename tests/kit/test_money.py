"""Amounts: the sample's orders to the cent, the traps of domain.md 2.1, and the laws of sharing."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kit.money import Line, TaxClass, amounts, cash, cents, percent_of, rates_on, rounded, shared

SAMPLE = yaml.safe_load((Path(__file__).parents[2] / "samples" / "association.yaml").read_text())
ORDERS = [order for order in SAMPLE["expected_orders"] if "lines" in order]
BY_ID = {order["id"]: order for order in SAMPLE["expected_orders"]}
DAY = date(2027, 3, 1)
TAXABLE = TaxClass.TAXABLE


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order["id"])
def test_orders_of_the_sample_match_to_the_cent(order: dict[str, Any]) -> None:
    lines = [Line(cents(line["amount"]), TaxClass(line["tax_class"])) for line in order["lines"]]
    found = amounts(lines, order["order_date"])
    expected = {name: cents(value) for name, value in order["expected"].items()}
    assert {name: getattr(found, name) for name in expected} == expected
    allocated = [(cents(line["tps_allocated"]), cents(line["tvq_allocated"])) for line in order["lines"]]
    assert [(share.tps, share.tvq) for share in found.shares] == allocated


def in_cents(values: dict[str, str]) -> dict[str, int]:
    return {name: cents(value) for name, value in values.items()}


def test_credit_of_the_sample_is_what_its_line_carries() -> None:
    """o4-credit: the guest's line of o4, with the taxes allocated to it; invoice and credit stay exact."""
    credit, invoice = BY_ID["o4-credit"], BY_ID["o4"]
    lines = [Line(cents(line["amount"]), TaxClass(line["tax_class"])) for line in invoice["lines"]]
    whole, guest = amounts(lines, invoice["order_date"]), 1
    tps, tvq = whole.shares[guest].tps, whole.shares[guest].tvq
    back = lines[guest].amount + tps + tvq
    found = {"subtotal": -lines[guest].amount, "tps": -tps, "tvq": -tvq, "total": -back}
    assert found | {"left_on_invoice": whole.total - back} == in_cents(credit["expected"])


def test_cash_and_forfeited_deposit_of_the_sample_match_to_the_cent() -> None:
    """o7 and o10-forfeit: neither has its figures among those of an invoice."""
    to_pay, total = in_cents(BY_ID["o7"]["cash"]), cents(BY_ID["o7"]["expected"]["total"])
    assert {"to_pay": cash(total), "rounding": cash(total) - total} == to_pay


def test_orders_of_the_sample_are_all_tried() -> None:
    assert {order["id"] for order in ORDERS} | {"o4-credit", "o10-forfeit"} == set(BY_ID)


@pytest.mark.parametrize(
    ("price", "tvq"),
    [("140.00", 1397), ("740.00", 7382), ("60.00", 599), ("700.00", 6983), ("100.00", 998), ("1860.00", 18554)],
)
def test_prices_that_floats_or_bankers_rounding_get_wrong_are_right(price: str, tvq: int) -> None:
    assert amounts([Line(cents(price), TAXABLE)], DAY).tvq == tvq


def test_tax_rates_hold_from_their_first_day_on() -> None:
    first = rates_on(date(2013, 1, 1))
    assert (first.tps, first.tvq) == (Decimal("0.05"), Decimal("0.09975"))
    with pytest.raises(ValueError):
        rates_on(date(2012, 12, 31))


def test_taxes_are_both_on_the_price_before_tax() -> None:
    found = amounts([Line(10000, TAXABLE)], DAY)
    assert (found.tps, found.tvq, found.total) == (500, 998, 11498)


def test_taxes_are_on_taxable_lines_only() -> None:
    found = amounts([Line(70000, TAXABLE), Line(50000, TaxClass.OUT_OF_SCOPE), Line(1000, TaxClass.EXEMPT)], DAY)
    assert (found.subtotal, found.taxable, found.tps, found.tvq) == (121000, 70000, 3500, 6983)
    assert [(share.tps, share.tvq) for share in found.shares] == [(3500, 6983), (0, 0), (0, 0)]


def test_taxes_of_a_small_supplier_are_none() -> None:
    found = amounts([Line(10000, TAXABLE)], DAY, registered=False)
    assert (found.tps, found.tvq, found.total) == (0, 0, 10000)


def test_cash_is_rounded_to_five_cents_and_nothing_else_is() -> None:
    assert [cash(n) for n in (10923, 10922, 10927, 10928, 10925)] == [10925, 10920, 10925, 10930, 10925]


def test_policy_that_keeps_a_share_keeps_it_to_the_cent() -> None:
    assert [percent_of(n, 50) for n in (52500, 333, 1)] == [26250, 167, 1]


def test_half_a_cent_counts_as_one_on_both_sides() -> None:
    assert [rounded(Decimal(text)) for text in ("0.5", "-0.5", "1.4999", "2.5")] == [1, -1, 1, 3]


def test_amount_in_a_file_with_a_part_of_a_cent_is_an_error() -> None:
    with pytest.raises(ValueError, match="two decimals"):
        cents("65.005")


positive = st.lists(st.integers(0, 500_000), min_size=1, max_size=12).filter(any)


@given(total=st.integers(0, 2_000_000), weights=positive)
def test_shares_add_up_and_stay_within_a_cent(total: int, weights: list[int]) -> None:
    parts = shared(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Decimal(part) - Decimal(total * weight) / whole) < 1


@given(total=st.integers(0, 2_000_000), weights=positive)
def test_credit_shares_are_those_of_its_invoice(total: int, weights: list[int]) -> None:
    assert shared(-total, [-w for w in weights]) == [-part for part in shared(total, weights)]


@given(prices=st.lists(st.integers(0, 300_000), min_size=1, max_size=10))
def test_invoice_and_its_mirror_come_to_nothing(prices: list[int]) -> None:
    invoice = amounts([Line(price, TAXABLE) for price in prices], DAY)
    mirror = amounts([Line(-price, TAXABLE) for price in prices], DAY)
    assert (invoice.total + mirror.total, invoice.tps + mirror.tps, invoice.tvq + mirror.tvq) == (0, 0, 0)
    assert sum(share.tps for share in invoice.shares) == invoice.tps
    assert sum(share.tvq for share in invoice.shares) == invoice.tvq


classes = st.sampled_from(list(TaxClass))
lines_of_all_kinds = st.lists(st.builds(Line, st.integers(0, 300_000), classes), min_size=1, max_size=10)


@given(lines=lines_of_all_kinds, chance=st.randoms(use_true_random=False))
def test_total_is_the_same_in_any_order_of_lines(lines: list[Line], chance: Any) -> None:
    shuffled = list(lines)
    chance.shuffle(shuffled)
    one, other = amounts(lines, DAY), amounts(shuffled, DAY)
    assert (one.subtotal, one.taxable, one.tps, one.tvq, one.total) == (
        (other.subtotal, other.taxable, other.tps, other.tvq, other.total)
    )


@given(lines=lines_of_all_kinds)
def test_taxes_are_each_shared_whole_and_only_over_taxable_lines(lines: list[Line]) -> None:
    found = amounts(lines, DAY)
    assert (sum(s.tps for s in found.shares), sum(s.tvq for s in found.shares)) == (found.tps, found.tvq)
    assert found.total == found.subtotal + found.tps + found.tvq
    for line, share in zip(lines, found.shares, strict=True):
        assert line.tax_class is TAXABLE or (share.tps, share.tvq) == (0, 0)


@given(total=st.integers(-1_000_000, 1_000_000))
def test_cash_is_a_whole_number_of_coins_and_at_most_two_cents_off(total: int) -> None:
    assert cash(total) % 5 == 0 and abs(cash(total) - total) <= 2
    assert cash(-total) == -cash(total)
