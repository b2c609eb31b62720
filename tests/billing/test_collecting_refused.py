"""What cannot be entered of a company's money, and why."""

import uuid
from datetime import date

import pytest

from billing.collecting import rules
from billing.collecting.rules import (
    AlreadyReversed,
    Cheque,
    InvoiceNotOpen,
    NoAccount,
    PaymentReturned,
    ResultDiffers,
    Wanted,
)
from kit.contracts import PaymentMethod
from kit.errors import InvalidInput
from tests.billing.conftest import Billing
from tests.billing.make import BUYER
from tests.billing.test_collecting import cheque, give_back, given_back, invoiced, sound, took, undo


@pytest.mark.parametrize(
    ("money", "problem"),
    [
        (cheque(-100), {"amount": "payment.bad_amount"}),
        (cheque(0), {"amount": "payment.bad_amount"}),
        (cheque(100, received_on=date(2027, 2, 18)), {"received_on": "payment.future_day"}),
        (cheque(101, method=PaymentMethod.CASH), {"amount": "payment.not_coins"}),
        (cheque(100, method=PaymentMethod.CARD), {"method": "payment.bad_method"}),
    ],
)
def test_payment_that_cannot_be_is_refused(billing: Billing, money: Cheque, problem: dict[str, str]) -> None:
    [placed] = invoiced(billing)
    with pytest.raises(InvalidInput) as refused:
        took(billing, placed, money)
    assert refused.value.problems == problem


def test_payment_above_what_a_person_owes_is_refused(billing: Billing) -> None:
    [placed] = invoiced(billing, buyer=BUYER.model_copy(update={"company": "", "company_key": ""}))
    with pytest.raises(NoAccount):
        took(billing, placed, cheque(90000))
    took(billing, placed, cheque(89681))
    sound(billing)


def test_payment_that_would_do_something_else_than_shown_is_refused(billing: Billing) -> None:
    [placed] = invoiced(billing)
    took(billing, placed, cheque(50000, "1"))
    with pytest.raises(ResultDiffers):
        took(billing, placed, cheque(89681), Wanted(kept=0))
    with pytest.raises(InvoiceNotOpen):
        took(billing, placed, cheque(100), Wanted([uuid.uuid4()]))


@pytest.mark.parametrize("on", [date(2027, 2, 16), date(2027, 2, 18)])
def test_reversal_before_the_payment_or_tomorrow_is_refused(billing: Billing, on: date) -> None:
    [placed] = invoiced(billing)
    paid = took(billing, placed, cheque(89681))
    with pytest.raises(InvalidInput):
        undo(billing, paid, on)
    undo(billing, paid)
    with pytest.raises(AlreadyReversed):
        undo(billing, paid)


def test_reversal_of_money_that_went_back_is_refused(billing: Billing) -> None:
    [placed] = invoiced(billing)
    paid = took(billing, placed, cheque(100000))
    give_back(billing, placed, 10319)
    given_back(billing)
    with pytest.raises(PaymentReturned):
        undo(billing, paid)
    sound(billing)


def test_moves_of_credits_to_orders_take_the_oldest_first() -> None:
    assert rules.moves([30, 50], [40, 100], 60) == [(0, 0, 30), (1, 0, 10), (1, 1, 20)]
