"""Ceilings: whoever causes letters, one address, one registration and one day get so many of them and no more."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from kit.contracts.addresses import mailbox_of
from notify.messages.rules import Ceilings, Failure, Volume, refusal_of
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.fakes.mail_server import MailServer
from tests.notify.conftest import House, opened, settings
from tests.notify.letters import letter
from tests.notify.test_mail import parts

CEILINGS = {"mail_per_recipient": 3, "mail_per_entity": 2, "mail_per_day": 6}


@pytest.fixture
def low(make_database: MakeDatabase, clock: FakeClock, mail_server: MailServer) -> Iterator[House]:
    """A house with low ceilings."""
    with opened(settings(make_database("notify"), smtp_url=mail_server.url, **CEILINGS), clock) as house:
        yield house


def sent_and_refused(house: House) -> tuple[int, dict[str, int]]:
    house.work()
    messages = house.messages()
    failures = [message["failure"] for message in messages if message["failure"]]
    return len(messages) - len(failures), {failure: failures.count(failure) for failure in failures}


def test_place_renamed_again_and_again_writes_to_few_strangers(low: House, mail_server: MailServer) -> None:
    """One free registration was enough to write to fifteen strangers."""
    place = str(uuid.uuid4())
    for n in range(15):
        low.tell(letter("ticket", entity=place, version=n + 1, to=f"stranger{n}@example.org"))
    assert sent_and_refused(low) == (2, {"entity_ceiling": 13})
    assert len(mail_server.mails) == 2
    assert low.siblings.reports().count(("ticket", "failed")) == 13


def test_address_gets_so_many_letters_and_no_more(low: House, mail_server: MailServer) -> None:
    for address in ("a@example.org", "A@Example.org", "a+tag@example.org", "a@example.org", "b@example.org"):
        low.tell(letter("attendee_replaced", to=address))
    assert sent_and_refused(low) == (4, {"recipient_ceiling": 1})


def test_reset_of_a_password_is_counted_too(low: House, mail_server: MailServer) -> None:
    """One every two minutes was allowed for ever: 720 a day."""
    login = str(uuid.uuid4())
    for n in range(10):
        low.tell(letter("staff_reset", entity=login, version=n + 1, to="director@example.org"))
        low.clock.advance(minutes=2)
    assert sent_and_refused(low) == (2, {"entity_ceiling": 8})


def test_day_has_a_ceiling_of_its_own(low: House) -> None:
    for n in range(9):
        low.tell(letter("attendee_replaced", to=f"somebody{n}@example.org"))
    assert sent_and_refused(low) == (6, {"day_ceiling": 3})


def test_ceiling_is_open_again_a_day_later(low: House) -> None:
    """What was refused does not count: an attack that goes on must not shut somebody out for good."""
    place = str(uuid.uuid4())
    for n in range(3):
        low.tell(letter("ticket", entity=place, version=n + 1))
    low.clock.advance(hours=23)
    low.tell(letter("ticket", entity=place, version=4))
    low.clock.advance(hours=1, seconds=1)
    low.tell(letter("ticket", entity=place, version=5))
    assert sent_and_refused(low) == (3, {"entity_ceiling": 2})


def test_letter_over_a_ceiling_is_shown_to_staff_who_may_send_it(low: House, mail_server: MailServer) -> None:
    place = str(uuid.uuid4())
    for n in range(3):
        low.tell(letter("ticket", entity=place, version=n + 1))
    low.work()
    [refused] = low.messages(status="failed")
    headers = low.signed_in() | {"Accept": "text/html"}
    assert refused["subject"] in low.client.get("/staff/messages?status=failed", headers=headers).text
    page = low.client.get(f"/staff/messages/{refused['id']}", headers=headers).text
    assert "Trop de courriels sont partis en 24 heures" in page
    assert low.client.post(f"/api/messages/{refused['id']}/again", headers=low.signed_in()).status_code == 202
    low.work()
    assert len(mail_server.mails) == 3
    assert low.here.invariants() == []


def test_message_asked_twice_over_a_ceiling_is_reported_once(low: House) -> None:
    place = str(uuid.uuid4())
    for version in (1, 2, 3, 3, 3):
        low.tell(letter("ticket", entity=place, version=version))
    low.work()
    assert low.siblings.reports().count(("ticket", "failed")) == 1


@pytest.mark.parametrize(
    ("volume", "failure"),
    [
        (Volume(2, 1, 5), None),
        (Volume(3, 1, 5), Failure.RECIPIENT_CEILING),
        (Volume(3, 2, 6), Failure.ENTITY_CEILING),
        (Volume(0, 0, 6), Failure.DAY_CEILING),
    ],
)
def test_volume_is_under_every_ceiling_or_names_one(volume: Volume, failure: Failure | None) -> None:
    assert refusal_of(volume, Ceilings(3, 2, 6)) is failure


def test_recipient_is_the_mailbox_behind_an_address() -> None:
    assert mailbox_of("Zoe+Golf+2027@Example.org") == mailbox_of("zoe@example.org") == "zoe@example.org"
    assert mailbox_of("nobody") == "@nobody"


@pytest.mark.parametrize("name", ["https://evil.example/x", "Gagnez sur evil.example", "www.evil", "a@evil.example"])
def test_name_that_looks_like_a_link_becomes_none(house: House, mail_server: MailServer, name: str) -> None:
    named: dict[str, Any] = {"first_name": name, "attendee_name": name}
    house.tell(letter("ticket", to_name=name, values=named, tickets=({"code": "A", "name": name},)))
    house.work()
    texts = parts(mail_server.mails[-1].message)
    for kind in ("text/plain", "text/html"):
        content = texts[kind][0].get_content()
        assert name not in content and name in content.replace("\u200b", "")


@pytest.mark.parametrize("name", ["J. P. Roy", "St-Jean", "O’Brien", "Usinage Valbrume inc.", "L.-P. Côté", "A/B"])
def test_name_of_a_person_is_shown_as_it_is(house: House, mail_server: MailServer, name: str) -> None:
    house.tell(letter("ticket", to_name=name, values={"attendee_name": name}, tickets=({"code": "A", "name": name},)))
    house.work()
    assert name in parts(mail_server.mails[-1].message)["text/plain"][0].get_content()
