"""What is credited, to the cent, whatever the order of the credits: invoice and credit notes always end at zero."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.orders.rules import Balance, OrderClosed, OrderNotBilled, OrderStatus
from billing.port import Outcome
from billing.refunds import rules
from billing.refunds.rules import Credit, Creditable, Part, RefundStatus
from kit.contracts import PaidBack
from kit.errors import InvalidInput
from kit.money import Line, TaxClass, amounts
from tests.billing.make import COCKTAIL, order

NOTHING = Part(0, 0, 0)


def lines_of(quantities_and_units: Sequence[tuple[int, int, bool]]) -> list[Creditable]:
    """Lines with the taxes an invoice gives them."""
    classes = [TaxClass.TAXABLE if taxed else TaxClass.EXEMPT for *_, taxed in quantities_and_units]
    taxed = [Line(n * unit, cls) for (n, unit, _), cls in zip(quantities_and_units, classes, strict=True)]
    shares = amounts(taxed, order().ordered_on).shares
    return [
        Creditable(str(i), n, Part(n * unit, share.tps, share.tvq), 0, NOTHING)
        for i, ((n, unit, _), share) in enumerate(zip(quantities_and_units, shares, strict=True))
    ]


def taken(line: Creditable, credit: Credit) -> Creditable:
    gone, part = line.credited, credit.part
    credited = Part(gone.amount + part.amount, gone.tps + part.tps, gone.tvq + part.tvq)
    return Creditable(line.key, line.quantity, line.whole, line.credited_quantity + credit.quantity, credited)


invoices = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 100_000), st.booleans()), min_size=1, max_size=6)


def test_credit_of_the_guest_in_the_sample_matches_to_the_cent() -> None:
    """o4-credit of the sample: −85.00 −4.25 −8.48."""
    members, guest = lines_of([(line.quantity, line.unit_amount, True) for line in COCKTAIL])
    assert rules.credit_units(guest, 1, 0) == Credit("1", 1, Part(8500, 425, 848))
    assert rules.credit_units(members, 1, 0).part == Part(6500, 325, 649)


@given(invoices, st.data())
def test_units_credited_one_by_one_end_at_exactly_the_invoice(
    invoice: list[tuple[int, int, bool]], data: st.DataObject
) -> None:
    for line in lines_of(invoice):
        while line.credited_quantity < line.quantity:
            several = data.draw(st.integers(1, line.quantity - line.credited_quantity))
            line = taken(line, rules.credit_units(line, several, 0))
        assert line.left == NOTHING


@given(invoices, st.integers(0, 100), st.data())
def test_amount_kept_by_a_policy_is_taxed_and_the_rest_can_be_credited(
    invoice: list[tuple[int, int, bool]], percent: int, data: st.DataObject
) -> None:
    lines = []
    for line in lines_of(invoice):
        credit = rules.credit_units(line, data.draw(st.integers(1, line.quantity)), percent)
        assert min(credit.part.amount, credit.part.tps, credit.part.tvq) >= 0
        lines.append(taken(line, credit))
    ended = [taken(line, credit) for line, credit in zip(lines, rules.credit_rest(lines), strict=True)]
    assert [line.left for line in ended] == [NOTHING] * len(ended)


def test_half_kept_is_half_of_the_price_and_of_each_tax() -> None:
    """50 % of 85.00 + 4.25 + 8.48: 42.50 + 2.13 + 4.24 are credited, half up, and the other part stays owed, taxed."""
    guest = lines_of([(line.quantity, line.unit_amount, True) for line in COCKTAIL])[1]
    assert rules.credit_units(guest, 1, 50).part == Part(4250, 213, 424)
    assert rules.credit_units(guest, 1, 100).part == NOTHING


@given(invoices, st.data())
def test_amount_credited_is_exact_and_never_more_than_is_left(
    invoice: list[tuple[int, int, bool]], data: st.DataObject
) -> None:
    lines = lines_of(invoice)
    while left := sum(line.left.total for line in lines):
        amount = data.draw(st.integers(1, left)) if data.draw(st.booleans()) else left
        credits = rules.credit_amount(lines, amount)
        assert sum(credit.part.total for credit in credits) == amount
        for line, credit in zip(lines, credits, strict=True):
            assert 0 <= credit.part.amount <= line.left.amount
            assert 0 <= credit.part.tps <= line.left.tps
            assert 0 <= credit.part.tvq <= line.left.tvq
        lines = [taken(line, credit) for line, credit in zip(lines, credits, strict=True)]
    assert all(line.left == NOTHING for line in lines)


@given(invoices, st.data())
def test_amount_then_units_then_the_rest_end_at_zero(invoice: list[tuple[int, int, bool]], data: st.DataObject) -> None:
    lines = lines_of(invoice)
    left = sum(line.left.total for line in lines)
    if left:
        credits = rules.credit_amount(lines, data.draw(st.integers(1, left)))
        lines = [taken(line, credit) for line, credit in zip(lines, credits, strict=True)]
    lines = [taken(line, rules.credit_units(line, data.draw(st.integers(1, line.quantity)), 0)) for line in lines]
    lines = [taken(line, credit) for line, credit in zip(lines, rules.credit_rest(lines), strict=True)]
    assert all(line.left == NOTHING for line in lines)


def test_amount_of_a_hundred_dollars_carries_its_taxes() -> None:
    [credit] = rules.credit_amount(lines_of([(1, 20000, True)]), 11498)
    assert credit.part == Part(10000, 500, 998)


def test_credit_of_more_than_is_left_is_refused() -> None:
    lines = lines_of([(2, 6500, True)])
    with pytest.raises(rules.CreditTooLarge):
        rules.credit_units(lines[0], 3, 0)
    with pytest.raises(rules.CreditTooLarge):
        rules.credit_amount(lines, lines[0].whole.total + 1)
    with pytest.raises(InvalidInput):
        rules.credit_amount(lines, 0)


def test_credit_of_what_was_not_billed_is_refused() -> None:
    with pytest.raises(OrderNotBilled):
        rules.credit_allowed(OrderStatus.OPEN)
    with pytest.raises(OrderClosed):
        rules.credit_allowed(OrderStatus.VOID)
    rules.credit_allowed(OrderStatus.PAID)


@given(st.lists(st.integers(0, 50_000), max_size=5), st.integers(0, 300_000))
def test_refunds_take_the_newest_payment_first_and_never_more_than_came(refundable: list[int], excess: int) -> None:
    parts = rules.returns(refundable, excess)
    assert sum(parts) == min(excess, sum(refundable))
    assert all(0 <= part <= most for part, most in zip(parts, refundable, strict=True))
    older_touched = next((i for i, part in enumerate(parts) if part), len(parts))
    assert parts[older_touched + 1 :] == refundable[older_touched + 1 :]


@pytest.mark.parametrize(
    ("before", "outcome", "after"),
    [
        (RefundStatus.REQUESTED, Outcome.PENDING, RefundStatus.REQUESTED),
        (RefundStatus.REQUESTED, Outcome.SUCCEEDED, RefundStatus.SUCCEEDED),
        (RefundStatus.REQUESTED, Outcome.FAILED, RefundStatus.FAILED),
        (RefundStatus.SUCCEEDED, Outcome.SUCCEEDED, RefundStatus.SUCCEEDED),
        (RefundStatus.SUCCEEDED, Outcome.PENDING, RefundStatus.SUCCEEDED),
        (RefundStatus.SUCCEEDED, Outcome.FAILED, RefundStatus.FAILED),
        (RefundStatus.FAILED, Outcome.SUCCEEDED, RefundStatus.FAILED),
        (RefundStatus.DONE, Outcome.FAILED, RefundStatus.DONE),
    ],
)
def test_refund_status_only_moves_forward(before: RefundStatus, outcome: Outcome, after: RefundStatus) -> None:
    assert rules.after(before, outcome) is after


def test_refund_by_hand_pays_what_waits_or_what_failed_while_money_is_held() -> None:
    held, returned = Balance(100, 100, 100, 0, 0), Balance(100, 100, 100, 0, 100)
    rules.payable_by_hand(RefundStatus.TO_PAY, returned, 0, 100)
    rules.payable_by_hand(RefundStatus.FAILED, held, 100, 100)
    for status, balance in ((RefundStatus.FAILED, returned), (RefundStatus.DONE, held), (RefundStatus.REQUESTED, held)):
        with pytest.raises(rules.RefundNotPayable):
            rules.payable_by_hand(status, balance, 100, 100)
    with pytest.raises(rules.RefundNotPayable):
        rules.payable_by_hand(
            RefundStatus.FAILED, held, 99, 100
        )  # Another refund of the same payment gave a cent back.


def test_refund_in_coins_is_rounded_and_nothing_else() -> None:
    assert (rules.coins(10923, PaidBack.CASH), rules.coins(10923, PaidBack.CHEQUE)) == (2, 0)


@given(total=st.integers(-1_000_000, 1_000_000), cuts=st.lists(st.integers(1, 6), min_size=1, max_size=8))
def test_line_credited_unit_by_unit_ends_at_its_total(total: int, cuts: list[int]) -> None:
    quantity, taken, credited = sum(cuts), 0, 0
    for cut in cuts:
        credited += rules.part_of(total, taken, cut, quantity)
        taken += cut
    assert credited == total
