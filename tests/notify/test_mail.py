"""The mail as it arrives: headers, parts, pictures, files."""

import io
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from PIL import Image

from kit.qr import qr
from notify.letter import Writer
from notify.messages.models import Message
from tests.fakes.mail_server import MailServer
from tests.notify.conftest import House
from tests.notify.letters import ASSOCIATION, CALENDAR, QR, letter, row

SENDER = "inscriptions@alliance-fjord.example.org"


def arrived(house: House, mail_server: MailServer, kind: str = "ticket", **changed: Any) -> EmailMessage:
    house.tell(letter(kind, **changed))
    house.work()
    return mail_server.mails[-1].message


def parts(mail: EmailMessage) -> dict[str, list[EmailMessage]]:
    found: dict[str, list[EmailMessage]] = {}
    for part in mail.walk():
        assert isinstance(part, EmailMessage)
        found.setdefault(part.get_content_type(), []).append(part)
    return found


def test_mail_headers_say_sender_reader_language_and_ids(house: House, mail_server: MailServer) -> None:
    asked = letter("ticket")
    house.tell(asked)
    house.work()
    received = mail_server.mails[0]
    mail = received.message
    assert (received.sender, received.recipients) == (SENDER, (asked.to,))
    assert mail["Message-ID"] == f"<ticket.{asked.entity}.1@alliance-fjord.example.org>"
    assert mail["X-Message-Key"] == f"ticket:{asked.entity}"
    assert mail["From"] == f"Alliance industrielle du Fjord <{SENDER}>"
    assert mail["To"] == f"Maude Rivebelle <{asked.to}>"
    assert mail["Reply-To"] == "Alliance industrielle du Fjord <info@alliance-fjord.example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "fr-CA"
    assert parsedate_to_datetime(mail["Date"]) == house.clock()
    assert mail["Subject"] == "Votre billet\u00a0: Tournoi de golf de l’Alliance, 8e édition"


def test_mail_with_accents_is_ascii_on_the_wire_and_arrives_whole(house: House, mail_server: MailServer) -> None:
    mail = arrived(house, mail_server, to_name="Ève-Marie Pointedoré-Cœurdepin", lang="en")
    assert mail["To"].addresses[0].display_name == "Ève-Marie Pointedoré-Cœurdepin"
    assert mail["Content-Language"] == "en-CA"
    assert mail_server.mails[-1].raw.isascii()
    text = mail.get_body(("plain",))
    assert text is not None and "8th edition" in text.get_content()


def test_mail_parts_are_nested_as_mail_programs_expect(house: House, mail_server: MailServer) -> None:
    """Mixed(alternative(text, related(html, pictures)), calendar): what every mail program reads right."""
    mail = arrived(house, mail_server, kind="registration_confirmed")

    def shape(part: EmailMessage) -> object:
        inner = [shape(one) for one in part.iter_parts()] if part.is_multipart() else []  # type: ignore[arg-type]
        return (part.get_content_type(), inner) if inner else part.get_content_type()

    related = ("multipart/related", ["text/html", "image/png", "image/png"])
    alternative = ("multipart/alternative", ["text/plain", related])
    assert shape(mail) == ("multipart/mixed", [alternative, "text/calendar"])


def test_mail_calendar_is_an_attachment_that_publishes(house: House, mail_server: MailServer) -> None:
    (calendar,) = parts(arrived(house, mail_server))["text/calendar"]
    assert calendar.get_content_disposition() == "attachment"
    assert calendar.get_filename() == "calendrier.ics"
    assert calendar.get_content_charset() == "utf-8"
    assert calendar.get_param("method") == "PUBLISH"
    assert calendar.get_payload(decode=True) == CALENDAR.encode()


def test_attachment_of_an_unknown_type_is_sent_as_plain_text(house: House, mail_server: MailServer) -> None:
    page = {"name": "../page.html\r\nX-Evil: 1", "content_type": "application/x-sh; method=x", "text": "échos"}
    mail = arrived(house, mail_server, attachments=(page,))
    file = next(part for part in mail.iter_attachments())
    assert (file.get_content_type(), file.get_filename()) == ("text/plain", "..-page.html X-Evil: 1")
    assert file.get_content().strip() == "échos"
    assert mail["X-Evil"] is None


def test_ticket_is_a_picture_that_says_its_code(house: House, mail_server: MailServer) -> None:
    mail = arrived(house, mail_server, kind="registration_confirmed")
    found = parts(mail)
    html = found["text/html"][0].get_content()
    for picture, code, spoken in zip(
        found["image/png"], (QR[::-1], QR[5:] + QR[:5]), ("P2-08Z", "R9-41B"), strict=True
    ):
        cid = str(picture["Content-ID"]).strip("<>")
        assert f'src="cid:{cid}"' in html
        assert f'alt="Code QR du billet {spoken}"' in html
        assert spoken in found["text/plain"][0].get_content()
        assert modules(picture.get_payload(decode=True)) == wanted(code)  # type: ignore[arg-type]


def modules(png: bytes) -> list[list[bool]]:
    """The squares of a QR, read from its pixels; checks the quiet zone on the way."""
    image = Image.open(io.BytesIO(png)).convert("L")
    pixels = [[image.getpixel((x, y)) < 128 for x in range(image.width)] for y in range(image.height)]  # type: ignore[operator]
    left = min(row.index(True) for row in pixels if True in row)
    scale = left // 4
    assert scale >= 6 and left == scale * 4, "a camera needs four modules of white around the code"
    small = [row[scale // 2 :: scale] for row in pixels[scale // 2 :: scale]]
    assert not any(any(row) for row in (*small[:4], *small[-4:]))
    return [row[4:-4] for row in small[4:-4]]


def wanted(code: str) -> list[list[bool]]:
    return [[bool(square) for square in row] for row in qr(code).matrix]


def test_qr_code_has_correction_level_m() -> None:
    assert qr(QR).error == "M"


@pytest.mark.parametrize(
    ("first_name", "to_name", "greeting"),
    [
        ("Maude", "Maude Rivebelle", "Bonjour Maude,"),
        ("ève-marie", "Ève-Marie Pointedoré", "Bonjour ève-marie,"),
        # An invoice that goes to accounting must not greet the person who signed up (domain.md J8).
        ("Maude", "Usinage Valbrume inc.", "Bonjour,"),
        ("", "Maude Rivebelle", "Bonjour,"),
        ("Maude", "", "Bonjour,"),
        ("Mau", "Maude Rivebelle", "Bonjour,"),
    ],
)
def test_greeting_uses_a_name_only_when_it_is_surely_the_readers(
    writer: Writer, first_name: str, to_name: str, greeting: str
) -> None:
    mail = read(writer, row(letter("ticket", to_name=to_name, values={"first_name": first_name})))
    assert parts(mail)["text/plain"][0].get_content().splitlines()[0] == greeting


def test_name_or_title_with_line_breaks_adds_no_header(house: House, mail_server: MailServer) -> None:
    evil = "Maude\r\nBcc: everybody@example.org\u2028X-Evil: 1"
    mail = arrived(house, mail_server, to_name=evil, values={"activity_title": evil})
    assert mail["Bcc"] is None and mail["X-Evil"] is None
    assert mail["To"].addresses[0].display_name == "Maude Bcc: everybody@example.org X-Evil: 1"
    assert mail_server.mails[0].recipients == ("maude.rivebelle@usinage-valbrume.example.org",)


@pytest.mark.parametrize(
    "address",
    ["maude@example.org\r\nRCPT TO:<all@example.org>", "maude@example.org, all@example.org", "maude", "@", "<a@b.org>"],
)
def test_address_that_is_none_is_never_written_to(house: House, mail_server: MailServer, address: str) -> None:
    house.tell(letter("ticket", to=address))
    house.work()
    assert mail_server.mails == []
    (message,) = house.messages()
    assert (message["status"], message["failure"]) == ("failed", "address")
    assert house.siblings.reports() == [("ticket", "failed")]


TEXT = st.text(st.characters(codec="utf-8"), max_size=120)


@examples(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=TEXT, title=TEXT)
def test_mail_headers_stay_whole_whatever_people_are_called(writer: Writer, name: str, title: str) -> None:
    """One recipient, and not one header more than those we write."""
    message = row(letter("attendee_replaced", to_name=name), subject=title)
    mail = read(writer, message)
    assert [address.addr_spec for address in mail["To"].addresses] == [message.to_address]
    assert sorted(header.casefold() for header in mail) == sorted(
        (
            *("from", "to", "reply-to", "subject", "date", "message-id", "x-message-key", "auto-submitted"),
            *("content-language", "mime-version", "content-type"),
        )
    )


def read(writer: Writer, message: Message) -> EmailMessage:

    mail = message_from_bytes(writer.write(message, ASSOCIATION).raw, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_address_with_accents_goes_to_a_server_that_takes_them(house: House, mail_server: MailServer) -> None:
    mail = arrived(house, mail_server, to="zoé@québec.example.org")
    assert mail_server.mails[0].recipients == ("zoé@xn--qubec-csa.example.org",)
    assert mail["Subject"] == "Votre billet\u00a0: Tournoi de golf de l’Alliance, 8e édition"
    assert "To: Maude Rivebelle <zoé@xn--qubec-csa.example.org>\r\n".encode() in mail_server.mails[0].raw


def test_domain_with_accents_needs_nothing_special(house: House, mail_server: MailServer) -> None:
    arrived(house, mail_server, to="maude@québec.example.org")
    assert mail_server.mails[0].recipients == ("maude@xn--qubec-csa.example.org",)
    assert mail_server.mails[0].raw.isascii()
