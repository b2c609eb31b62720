"""Outbox and inbox: at least once on the wire, once in effect, and a bad message stops nobody."""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from kit.contracts import Envelope, OrderPaid, OrderRefunded
from kit.db import Database
from kit.errors import Refusal, SiblingDown, TooLarge
from kit.http import SiblingRefused
from kit.lease import Patience
from kit.mailbox import Postman, pending, post, receive
from tests.fakes.clock import FakeClock


class NotToday(Refusal):
    """A reaction that refuses."""


@dataclass
class Receiver:
    """A sibling: its database, what it did, and how it behaves."""

    db: Database
    clock: FakeClock
    done: list[uuid.UUID] = field(default_factory=list)
    refuse: bool = False
    down: bool = False
    lose_answer: bool = False
    limit: int = 2_000_000

    def call(self, _method: str, _path: str, body: Any) -> Any:
        if self.down:
            raise SiblingDown()
        if len(json.dumps(body)) > self.limit:
            raise SiblingRefused(TooLarge.status, "TooLarge")
        reactions: Any = {OrderPaid: [self.react]}
        receipts = receive(self, reactions, [Envelope.model_validate(item) for item in body], "billing")
        if self.lose_answer:
            raise SiblingDown()
        return [receipt.model_dump(mode="json") for receipt in receipts]

    def react(self, _here: Any, _session: Session, message: OrderPaid) -> None:
        if self.refuse:
            raise NotToday()
        self.done.append(message.order_id)


@pytest.fixture
def sender(make_database: Callable[[str], str]) -> Iterator[Database]:
    db = Database(make_database("registration"))
    yield db
    db.close()


@pytest.fixture
def receiver(make_database: Callable[[str], str], clock: FakeClock) -> Iterator[Receiver]:
    db = Database(make_database("billing"))
    yield Receiver(db, clock)
    db.close()


def paid(now: datetime) -> OrderPaid:
    return OrderPaid(order_id=uuid.uuid4(), paid_at=now, amount=100, method="card")


def refunded(reason: str = "") -> OrderRefunded:
    ids = {"order_id": uuid.uuid4(), "refund_id": uuid.uuid4()}
    return OrderRefunded(**ids, amount=1, method="card", succeeded=True, reason=reason)


def send(db: Database, clock: FakeClock, count: int = 1, subject: uuid.UUID | None = None) -> None:
    with db.write() as session:
        for _ in range(count):
            post(session, "billing", paid(clock()), clock(), subject)


def postman(db: Database, receiver: Receiver, clock: FakeClock) -> Postman:
    return Postman(db, {"billing": receiver}, clock, Patience(1.0, 600.0))


def waiting(db: Database) -> dict[str, int]:
    with db.read() as session:
        return pending(session)


def test_message_is_delivered_once_and_forgotten(sender: Database, receiver: Receiver, clock: FakeClock) -> None:
    send(sender, clock, 3)
    postman(sender, receiver, clock).deliver()
    assert len(set(receiver.done)) == 3
    assert waiting(sender) == {"outbox": 0, "dead": 0}


def test_message_of_a_rolled_back_transaction_is_not_sent(
    sender: Database, receiver: Receiver, clock: FakeClock
) -> None:
    with pytest.raises(NotToday), sender.write() as session:
        post(session, "billing", paid(clock()), clock())
        raise NotToday()
    postman(sender, receiver, clock).deliver()
    assert receiver.done == []


def test_message_whose_answer_is_lost_is_sent_again_and_acted_on_once(
    sender: Database, receiver: Receiver, clock: FakeClock
) -> None:
    send(sender, clock)
    receiver.lose_answer = True
    postman(sender, receiver, clock).deliver()
    assert waiting(sender)["outbox"] == 1
    receiver.lose_answer = False
    clock.advance(seconds=60)
    postman(sender, receiver, clock).deliver()
    assert len(receiver.done) == 1
    assert waiting(sender)["outbox"] == 0


def test_messages_to_a_sibling_down_for_days_stay_alive(sender: Database, receiver: Receiver, clock: FakeClock) -> None:
    send(sender, clock)
    receiver.down = True
    for _ in range(40):
        postman(sender, receiver, clock).deliver()
        clock.advance(hours=2)
    assert waiting(sender) == {"outbox": 1, "dead": 0}


def test_messages_to_a_sibling_down_wait_for_the_next_turn(
    sender: Database, receiver: Receiver, clock: FakeClock
) -> None:
    send(sender, clock, 120)
    assert postman(sender, receiver, clock).deliver(), "a full batch went out, more may wait"
    receiver.down = True
    assert not postman(sender, receiver, clock).deliver()


def test_messages_posted_to_a_sibling_just_found_down_do_not_wake_the_loop(
    sender: Database, receiver: Receiver, clock: FakeClock
) -> None:
    loop = postman(sender, receiver, clock)
    loop.ticks = lambda: clock().timestamp()
    send(sender, clock)
    receiver.down = True
    loop.deliver()
    receiver.down = False
    send(sender, clock)
    loop.deliver()
    assert receiver.done == [], "it rests"
    clock.advance(seconds=2)
    loop.deliver()
    assert len(receiver.done) == 2


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(days=3), timedelta(minutes=30)])
def test_messages_after_a_clock_that_ran_ahead_leave_as_soon_as_it_is_right(
    sender: Database, receiver: Receiver, clock: FakeClock, ahead: timedelta
) -> None:
    """One failed while the clock was ahead, one is posted after it was put right: neither waits as long as the jump."""
    loop = postman(sender, receiver, clock)
    clock.advance(seconds=ahead.total_seconds())
    send(sender, clock)
    receiver.down = True
    loop.deliver()
    receiver.down = False
    clock.advance(seconds=-ahead.total_seconds())
    send(sender, clock)
    loop.resting.clear()  # It rests a second or so of real time.
    loop.deliver()
    assert len(receiver.done) == 2


def test_message_claimed_while_the_clock_ran_ahead_is_not_lost_for_long(
    sender: Database, receiver: Receiver, clock: FakeClock
) -> None:
    """Caught in flight by the jump: its process died with the lease written three days ahead."""
    clock.advance(days=3)
    send(sender, clock)
    postman(sender, receiver, clock)._claim("billing", None)
    clock.advance(days=-3)
    postman(sender, receiver, clock).deliver()
    assert len(receiver.done) == 1


def test_message_refused_for_good_is_dead_and_stops_no_other(
    sender: Database, receiver: Receiver, clock: FakeClock
) -> None:
    send(sender, clock)
    receiver.refuse = True
    for _ in range(Patience.most_refusals):
        postman(sender, receiver, clock).deliver()
        clock.advance(hours=2)
    assert waiting(sender) == {"outbox": 0, "dead": 1}
    receiver.refuse = False
    send(sender, clock)
    postman(sender, receiver, clock).deliver()
    assert len(receiver.done) == 1


def test_message_of_an_unknown_type_is_refused(sender: Database, receiver: Receiver, clock: FakeClock) -> None:
    with sender.write() as session:
        post(session, "billing", refunded(), clock())
    postman(sender, receiver, clock).deliver()
    assert waiting(sender)["outbox"] == 1


def test_messages_of_one_subject_are_delivered_without_waiting_for_backoff(
    sender: Database, receiver: Receiver, clock: FakeClock
) -> None:
    subject = uuid.uuid4()
    send(sender, clock, subject=subject)
    receiver.down = True
    postman(sender, receiver, clock).deliver()
    receiver.down = False
    postman(sender, receiver, clock).deliver()
    assert receiver.done == [], "its backoff is not over"
    postman(sender, receiver, clock).deliver(subject=subject)
    assert len(receiver.done) == 1


def test_deliveries_at_once_never_send_the_same_message_together(
    sender: Database, receiver: Receiver, clock: FakeClock
) -> None:
    send(sender, clock, 120)
    rounds = [threading.Thread(target=lambda: _all(sender, receiver, clock)) for _ in range(2)]
    for thread in rounds:
        thread.start()
    for thread in rounds:
        thread.join()
    assert len(receiver.done) == len(set(receiver.done)) == 120
    assert waiting(sender)["outbox"] == 0


def _all(sender: Database, receiver: Receiver, clock: FakeClock) -> None:
    while postman(sender, receiver, clock).deliver():
        pass


def test_batch_too_large_for_one_call_goes_in_several(sender: Database, receiver: Receiver, clock: FakeClock) -> None:
    """A sibling refuses a body over its limit whole: sent again the same, it would be refused for ever."""
    receiver.limit = 3000
    send(sender, clock, 40)
    while postman(sender, receiver, clock).deliver():
        pass
    assert len(receiver.done) == 40 and waiting(sender) == {"outbox": 0, "dead": 0}


def test_message_too_large_for_any_call_is_dead_and_stops_no_other(
    sender: Database, receiver: Receiver, clock: FakeClock
) -> None:
    receiver.limit = 3000
    with sender.write() as session:
        post(session, "billing", refunded("x" * 4000), clock())
    send(sender, clock, 10)
    for _ in range(Patience.most_refusals + 1):
        postman(sender, receiver, clock).deliver()
        clock.advance(minutes=11)
    assert len(receiver.done) == 10 and waiting(sender) == {"outbox": 0, "dead": 1}


def test_message_of_another_sender_is_refused_and_changes_nothing(receiver: Receiver, clock: FakeClock) -> None:
    """Whoever may speak to us may not say everything: a payment is billing's to tell."""
    envelope = Envelope(id=uuid.uuid4(), type="OrderPaid", body=paid(clock()).model_dump(mode="json"))
    reactions: Any = {OrderPaid: [receiver.react]}
    for sender in ("notify", "registration", ""):
        [receipt] = receive(receiver, reactions, [envelope], sender)
        assert (receipt.outcome, receipt.error) == ("refused", "not yours to say")
    assert receiver.done == []
    assert [receipt.outcome for receipt in receive(receiver, reactions, [envelope], "billing")] == ["done"]
