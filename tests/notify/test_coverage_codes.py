"""The letter with somebody's code: asked of registration when it is written, kept nowhere."""

from typing import Any

import pytest
from sqlalchemy import text

from tests.fakes.mail_server import MailServer
from tests.notify.conftest import CARD, House
from tests.notify.letters import letter

CODE = str(CARD["code"])


def said(mail_server: MailServer) -> str:
    """The text of the newest letter that left, on one line."""
    body = mail_server.mails[-1].message.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("fr", ("Votre code", "418 555-0190", "Ni votre employeur ni l’Alliance", "Votre famille est incluse")),
        ("en", ("Your code", "Neither your employer nor the Alliance", "Your family is included")),
    ],
)
def test_letter_with_a_code_says_whom_to_call_and_who_knows(
    house: House, mail_server: MailServer, lang: str, words: tuple[str, ...]
) -> None:
    asked = letter("coverage_code", lang)
    house.tell(asked)
    house.work()
    told = said(mail_server)
    assert CODE in told and all(word in told for word in words), told
    assert house.siblings.asked == [{"coverage": str(asked.entity), "lang": lang}]


def test_letter_with_a_code_is_kept_without_it(house: House) -> None:
    house.tell(letter("coverage_code"))
    house.work()
    with house.here.db.read() as session:
        rows = str(session.execute(text("SELECT * FROM message")).all())
    assert CODE not in rows and "7K2M" not in rows and "418 555-0190" not in rows


@pytest.mark.parametrize(("status", "becomes"), [(404, "failed"), (503, "queued"), (500, "queued")])
def test_letter_whose_code_registration_does_not_say_is_given_up_or_waits(
    house: House, status: int, becomes: str
) -> None:
    house.siblings.card = (status, {"code": "NotFound"})
    house.tell(letter("coverage_code"))
    house.work()
    assert [message["status"] for message in house.messages()] == [becomes]


def test_letter_with_a_code_leaves_once_registration_is_back(house: House, mail_server: MailServer) -> None:
    house.siblings.card = (503, {})
    house.tell(letter("coverage_code"))
    house.work()
    house.siblings.card = (200, CARD)
    house.clock.advance(hours=1)
    house.work()
    assert CODE in said(mail_server)


def test_letters_of_other_kinds_ask_nothing(house: House) -> None:
    house.tell(letter("ticket"))
    house.work()
    asked: list[Any] = house.siblings.asked
    assert asked == []
