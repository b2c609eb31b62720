"""Two workers, and one that is slow: no message is held twice, none is lost, and the last word is the true one."""

import threading

import pytest
import sqlalchemy as sa

from kit.sql import column, table
from notify import jobs
from notify.channels.rules import Answer, Outcome
from notify.delivery import actions
from notify.delivery.rules import ATTEMPTS_BEFORE_GIVING_UP, LEASE
from notify.main import create_service
from notify.messages.models import Message
from tests.fakes.mail_server import MailServer
from tests.notify.conftest import House
from tests.notify.letters import letter


def test_workers_at_once_never_claim_the_same_message(house: House) -> None:
    house.tell(*(letter("attendee_replaced") for _ in range(45)))
    services = [create_service(house.here.settings, house.clock, house.siblings) for _ in range(2)]
    start, held = threading.Barrier(4), list[str]()

    def claim(number: int) -> None:
        start.wait()
        while True:
            with services[number % 2].db.write() as session:
                taken = actions.claim(session, house.here.patience, house.clock())
            if not taken:
                return
            held.extend(str(message.id) for message in taken)

    workers = [threading.Thread(target=claim, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for service in services:
        service.close()
    assert len(held) == len(set(held)) == 45


def test_workers_at_once_send_each_message_once(house: House, mail_server: MailServer) -> None:
    house.tell(*(letter("attendee_replaced") for _ in range(45)))
    other = create_service(house.here.settings, house.clock, house.siblings)
    workers = [threading.Thread(target=_drain, args=(service,)) for service in (house.here, other)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    other.close()
    assert len(mail_server.mails) == len({mail.message["Message-ID"] for mail in mail_server.mails}) == 45
    assert house.here.invariants() == []


def _drain(service: object) -> None:
    while jobs.send_mail(service):  # type: ignore[arg-type]
        pass


def claimed(house: House) -> Message:
    with house.here.db.write() as session:
        (message,) = actions.claim(session, house.here.patience, house.clock())
    return message


def recorded(house: House, message: Message, outcome: Outcome) -> None:
    with house.here.db.write() as session:
        actions.record(session, message, Answer(outcome), house.here.patience, house.clock())


def test_worker_whose_lease_ended_cannot_undo_what_the_next_one_did(house: House) -> None:
    house.tell(letter("ticket"))
    slow = claimed(house)
    house.clock.advance(seconds=LEASE.total_seconds())
    quick = claimed(house)
    recorded(house, quick, Outcome.ACCEPTED)
    recorded(house, slow, Outcome.REFUSED)
    assert house.messages()[0]["status"] == "sent"
    house.work()
    assert house.siblings.reports() == [("ticket", "sent")]
    assert house.here.invariants() == []


def test_message_accepted_after_the_lease_ended_is_sent(house: House) -> None:
    house.tell(letter("ticket"))
    slow = claimed(house)
    house.clock.advance(seconds=LEASE.total_seconds())
    quick = claimed(house)
    recorded(house, quick, Outcome.REFUSED)
    recorded(house, slow, Outcome.ACCEPTED)
    house.work()
    assert house.messages()[0]["status"] == "sent"
    assert house.siblings.reports() == [("ticket", "failed"), ("ticket", "sent")]
    assert house.here.invariants() == []


def test_worker_too_slow_gives_back_what_it_did_not_try(house: House, mail_server: MailServer) -> None:
    """The clock moves on at each look: the batch is stopped at half the lease, before another worker may take it."""
    house.tell(*(letter("attendee_replaced") for _ in range(6)))

    class Late:
        def __call__(self) -> object:
            house.clock.advance(seconds=2)
            return house.clock()

    late = create_service(house.here.settings, Late(), house.siblings)  # type: ignore[arg-type]
    assert jobs.send_mail(late) is True
    late.close()
    assert 0 < len(mail_server.mails) < 6
    house.work()
    assert len(mail_server.mails) == 6


@pytest.mark.parametrize(("attempts", "status"), [(1, "queued"), (ATTEMPTS_BEFORE_GIVING_UP, "failed")])
def test_message_at_which_a_server_always_breaks_off_is_given_up_in_days(
    house: House, attempts: int, status: str
) -> None:
    house.tell(letter("ticket"))
    with house.here.db.write() as session:
        session.execute(sa.update(table(Message)).values({column(Message.attempts): attempts - 1}))
    recorded(house, claimed(house), Outcome.UNREACHABLE)
    assert house.messages()[0]["status"] == status
    assert house.here.invariants() == []
