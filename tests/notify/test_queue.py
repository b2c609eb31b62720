"""What registration asks to be said is said once, and what cannot be said is refused where it can be seen."""

import logging
import uuid

import pytest
from pydantic import ValidationError

from kit.contracts.letters.registrations import AttendeeReplaced
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.fakes.mail_server import MailServer
from tests.notify.conftest import House, opened, settings
from tests.notify.letters import body, letter, values


def test_message_posted_twice_is_queued_once(house: House, mail_server: MailServer) -> None:
    asked = letter("ticket")
    receipts = house.tell(asked, asked.model_copy(update={"to": "zoe.o-brume@fonderie-montcendre.example.org"}))
    house.work()
    assert [receipt["outcome"] for receipt in receipts] == ["done", "done"]
    assert [mail.recipients for mail in mail_server.mails] == [(asked.to,)]


def test_message_delivered_twice_by_the_outbox_is_queued_once(house: House, mail_server: MailServer) -> None:
    asked, its_id = letter("ticket"), uuid.uuid4()
    house.tell(asked, ids=[its_id])
    house.tell(asked, ids=[its_id])
    house.work()
    assert len(mail_server.mails) == 1


def test_message_of_another_version_is_another_message(house: House, mail_server: MailServer) -> None:
    asked = letter("ticket")
    house.tell(asked, asked.model_copy(update={"version": 2}))
    house.work()
    first, second = (mail.message["Message-ID"] for mail in mail_server.mails)
    assert first != second


def test_message_of_an_unknown_kind_is_refused(house: House) -> None:
    receipts = house.tell(body("love_letter"), letter("ticket"))
    assert [(receipt["outcome"], receipt["error"]) for receipt in receipts] == [
        ("refused", "not this contract"),
        ("done", ""),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"total": "beaucoup"},
        {"total": -1},
        {"personal_url": "javascript:alert(1)"},
        {"activity_title": "  "},
        {"paid_by": "bitcoin"},
        {"lines": [{"label": "Quatuor", "quantity": 0, "amount": 1}]},
    ],
)
def test_message_values_that_do_not_fit_are_refused_and_never_logged(
    house: House, caplog: pytest.LogCaptureFixture, wrong: dict[str, object]
) -> None:
    with caplog.at_level(logging.WARNING, "guichet"):
        receipts = house.tell(body("registration_confirmed", values=wrong))
    assert [(receipt["outcome"], receipt["error"]) for receipt in receipts] == [("refused", "not this contract")]
    refused = next(record for record in caplog.records if record.getMessage() == "message refused")
    assert next(iter(wrong)) in str(vars(refused)["wrong_fields"])
    assert "Maude" not in str(vars(refused))
    assert house.messages() == []


def test_message_value_missing_or_misspelt_is_refused(house: House) -> None:
    """`names_until` for `names_due` once lost the date from every confirmation, without a word."""
    misspelt = body("registration_confirmed")
    misspelt["values"]["names_until"] = misspelt["values"].pop("names_due")
    assert [receipt["outcome"] for receipt in house.tell(misspelt)] == ["refused"]
    with pytest.raises(ValidationError):
        AttendeeReplaced.model_validate({**values("attendee_replaced", "fr"), "names_until": "demain"})


def test_message_field_of_a_newer_sender_is_ignored(house: House) -> None:
    newer = body("attendee_replaced", values={"weather": "beau"})
    assert [receipt["outcome"] for receipt in house.tell(newer)] == ["done"]


def test_mail_before_the_association_is_known_waits(
    make_database: MakeDatabase, mail_server: MailServer, clock: FakeClock
) -> None:
    with opened(settings(make_database("notify"), smtp_url=mail_server.url), clock, introduced=False) as stranger:
        stranger.tell(letter("ticket"))
        stranger.work()
        assert mail_server.mails == []
        assert stranger.here.pending()["inbox"] == 1
