"""Rows that wait: claimed by one at a time, moved only by whoever holds them, put off ever longer."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlmodel import Session, col, select

from kit import lease
from kit.contracts import OrderPaid
from kit.db import Database, new_id
from kit.lease import Patience, backoff
from kit.mailbox import Outbox, post
from kit.sql import column
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock

LEASE = timedelta(seconds=30)


@pytest.fixture
def db(make_database: MakeDatabase, clock: FakeClock) -> Iterator[Database]:
    """A database with three rows that wait."""
    made = Database(make_database("billing"))
    with made.write() as session:
        for _ in range(3):
            paid = OrderPaid(order_id=new_id(), paid_at=clock(), amount=1, method="card")
            post(session, "registration", paid, clock())
    yield made
    made.close()


def claim(session: Session, clock: FakeClock, most: int = 1) -> list[Outbox]:
    return lease.claim(session, Outbox, col(Outbox.due_at) <= clock(), until=clock() + LEASE, most=most)


def test_row_claimed_is_left_alone_until_its_lease_ends(db: Database, clock: FakeClock) -> None:
    with db.write() as session:
        claimed = claim(session, clock, most=2)
    assert [(row.attempts, row.due_at) for row in claimed] == [(1, clock() + LEASE)] * 2
    with db.write() as session:
        (third,) = claim(session, clock, most=9)
    assert third.id not in {row.id for row in claimed}
    clock.advance(seconds=30)
    with db.write() as session:
        assert [row.attempts for row in claim(session, clock, most=9)] == [2, 2, 2]


def test_row_waiting_longest_is_claimed_first(db: Database, clock: FakeClock) -> None:
    with db.read() as session:
        last = session.exec(select(Outbox).order_by(col(Outbox.id).desc())).first()
    assert last is not None
    with db.write() as session:
        assert lease.move(session, last, {column(Outbox.due_at): clock() - timedelta(seconds=1)})
        assert [row.id for row in claim(session, clock)] == [last.id]


def test_rows_claimed_at_once_by_several_go_to_one_each(db: Database, clock: FakeClock) -> None:
    together, claimed = Barrier(3), []

    def work() -> None:
        together.wait()
        with db.write() as session:
            claimed.extend(row.id for row in claim(session, clock))

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == len(set(claimed))


def test_worker_slower_than_its_lease_changes_nothing(db: Database, clock: FakeClock) -> None:
    with db.write() as session:
        (slow,) = claim(session, clock)
    clock.advance(seconds=31)
    with db.write() as session:
        (quick,) = [row for row in claim(session, clock, most=9) if row.id == slow.id]
    with db.write() as session:
        assert not lease.move(session, slow, {column(Outbox.error): "slow"})
        assert not lease.move(session, quick, {column(Outbox.error): "ended"}, col(Outbox.state) == "dead")
        assert lease.move(session, quick, {column(Outbox.error): "quick"}, col(Outbox.state) == "ready")
    with db.read() as session:
        assert session.get_one(Outbox, slow.id).error == "quick"


def test_backoff_doubles_up_to_its_limit() -> None:
    waits = [backoff(attempt, base=1, longest=600, chance=0) for attempt in (1, 2, 3, 11, 5000)]
    assert waits == [timedelta(seconds=seconds) for seconds in (1, 2, 4, 600, 600)]
    assert backoff(3, base=1, longest=600, chance=1) == timedelta(seconds=2)


def test_backoff_waits_between_half_and_the_whole_delay() -> None:
    patience = Patience(base=2, longest=600)
    assert all(timedelta(seconds=4) <= patience.after(3) <= timedelta(seconds=8) for _ in range(50))
