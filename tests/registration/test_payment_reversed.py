"""A payment came to nothing: what registration knows of the money changes, and nothing of the places."""

import itertools
import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from kit.contracts import Message, OrderPaid, OrderPartlyPaid, PaymentReversed
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL
from tests.registration.test_sums import hear, known, sums


def bounced(order: uuid.UUID, clock: FakeClock) -> Sequence[Message]:
    """An invoice of 100 $ paid by a cheque that bounces."""
    paid = OrderPaid(order_id=order, paid_at=clock(), amount=10000, method="cheque", sums=sums(1, 0, 10000, 0, 0))
    back = {"method": "cheque", "reason": "bounced", "reversed_on": date(2027, 2, 19), "by": "Élise Côté"}
    return paid, PaymentReversed(order_id=order, amount=10000, sums=sums(2, 0, 0, 0, 10000), **back)


@pytest.mark.parametrize("heard", list(itertools.permutations(range(2))), ids=str)
def test_registration_after_a_cheque_bounced_owes_and_keeps_its_place(
    service: Any, clock: FakeClock, heard: Sequence[int]
) -> None:
    order = make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock(), method="invoice")
    before = known(service)
    said = bounced(order, clock)
    hear(service, *(said[n] for n in heard))
    after = known(service)
    assert (after.status, after.confirmed_at, after.ended_at) == (before.status, before.confirmed_at, None)
    assert (after.paid_at, after.paid_by, after.received, after.balance) == (None, "", 0, 10000)
    assert service.invariants() == []


def test_registration_paid_again_after_a_cheque_bounced_is_paid(service: Any, clock: FakeClock) -> None:
    order = make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock(), method="invoice")
    hear(service, *bounced(order, clock))
    again = {"amount": 4000, "method": "transfer"}
    hear(service, OrderPartlyPaid(order_id=order, sums=sums(3, 0, 4000, 0, 6000), **again))
    assert known(service).paid_at is None
    hear(service, OrderPaid(order_id=order, paid_at=clock(), sums=sums(4, 0, 10000, 0, 0), **again))
    row = known(service)
    assert (row.paid_by, row.received, row.balance) == ("transfer", 10000, 0)


def test_payment_reversed_of_an_unknown_order_changes_nothing(service: Any, clock: FakeClock) -> None:
    """The order of a fee is no registration's."""
    make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock())
    before = known(service)
    hear(service, bounced(uuid.uuid4(), clock)[1])
    assert known(service) == before
