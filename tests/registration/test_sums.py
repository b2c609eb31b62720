"""What registration knows of an order's money is what billing said last, in whatever order it is heard."""

import itertools
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from kit.contracts import Envelope, Message, OrderCredited, OrderPaid, OrderPartlyPaid, OrderRefunded, OrderSums
from kit.mailbox import receive
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL
from tests.tables import registrations

KNOWN = ("credited", "received", "refunded", "balance")


def hear(service: Any, *messages: Message) -> None:
    envelopes = [
        Envelope(id=uuid.uuid4(), type=type(message).__name__, body=message.model_dump(mode="json"))
        for message in messages
    ]
    receipts = receive(service, service.reactions, envelopes, "billing")
    assert [receipt.outcome for receipt in receipts] == ["done"] * len(messages)


def known(service: Any) -> Any:
    with service.db.read() as session:
        return session.execute(sa.select(registrations)).one()


def sums(revision: int, credited: int, received: int, refunded: int, balance: int) -> OrderSums:
    return OrderSums(revision=revision, credited=credited, received=received, refunded=refunded, balance=balance)


def life_of(order: uuid.UUID, clock: FakeClock) -> Sequence[Message]:
    """An invoice of 100 $: paid in two parts, credited, paid back, and the bank refuses what was paid back."""
    now = clock()
    common = {"order_id": order, "method": "cheque"}
    refund = {"order_id": order, "refund_id": uuid.uuid4(), "amount": 4000, "method": "card", "reason": "cancelled"}
    credit = {"number": "NC-2027-00001", "subtotal": -3479, "tps": -174, "tvq": -347, "total": -4000, "left": 6000}
    return (
        OrderPartlyPaid(amount=3000, sums=sums(1, 0, 3000, 0, 7000), **common),
        OrderPaid(paid_at=now, amount=7000, sums=sums(2, 0, 10000, 0, 0), **common),
        OrderCredited(
            order_id=order,
            amendment_id=uuid.uuid4(),
            refund=4000,
            reason="cancelled",
            sums=sums(3, 4000, 10000, 0, 0),
            **credit,
        ),
        OrderRefunded(succeeded=True, sums=sums(4, 4000, 10000, 4000, 0), **refund),
        OrderRefunded(succeeded=False, sums=sums(5, 4000, 10000, 0, 0), **refund),
    )


@pytest.mark.parametrize("heard", list(itertools.permutations(range(5)))[::7], ids=str)
def test_sums_heard_in_any_order_are_the_last_that_were_said(
    service: Any, clock: FakeClock, heard: Sequence[int]
) -> None:
    order = make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock())
    said = life_of(order, clock)
    hear(service, *(said[n] for n in heard))
    hear(service, said[heard[0]])
    row = known(service)
    assert {name: getattr(row, name) for name in KNOWN} == dict(zip(KNOWN, (4000, 10000, 0, 0), strict=True))
    assert row.paid_at is not None


def test_sums_of_a_release_before_are_added_up(service: Any, clock: FakeClock) -> None:
    order = make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock())
    partly, *others = (message.model_copy(update={"sums": None}) for message in life_of(order, clock)[1:4])
    hear(service, partly, *others)
    row = known(service)
    assert (row.received, row.credited, row.refunded, row.balance) == (7000, 4000, 4000, 0)
