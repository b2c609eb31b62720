"""`/dev/mail`: in development without a mail server, what would have been sent can be read; nowhere else."""

import json
from email import message_from_bytes
from email.policy import default

from notify import jobs
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.fakes.mail_server import MailServer
from tests.notify.conftest import House, opened, settings
from tests.notify.letters import CALENDAR, letter

PAGE = {"Accept": "text/html"}
ADDRESSES = ("/dev/mail", "/dev/mail.json", f"/dev/mail/{letter().entity}", f"/dev/mail/{letter().entity}/html")


def test_dev_mail_lists_the_newest_first_and_by_address(keeping: House) -> None:
    keeping.tell(letter("ticket"), letter("member_link", to="Zoe.O-Brume@fonderie-montcendre.example.org"))
    keeping.work()
    every = keeping.client.get("/dev/mail.json").json()
    assert [mail["subject"][:9] for mail in every] == ["Votre lie", "Votre bil"]
    asked = {"to": "zoe.o-brume@Fonderie-montcendre.example.org"}
    assert [mail["id"] for mail in keeping.client.get("/dev/mail.json", params=asked).json()] == [every[0]["id"]]
    page = keeping.client.get("/dev/mail", params=asked, headers=PAGE).text
    assert "Votre lien" in page and "Votre billet" not in page


def test_dev_mail_as_json_holds_one_mail(keeping: House) -> None:
    asked = letter("ticket")
    keeping.tell(asked)
    keeping.work()
    (mail,) = keeping.client.get("/dev/mail.json").json()
    assert mail["key"] == f"ticket:{asked.entity}"
    assert mail["headers"]["Auto-Submitted"] == "auto-generated"
    assert asked.values.personal_url in mail["text"] and asked.values.personal_url in mail["html"]
    picture, calendar = mail["files"]
    assert (picture["content_type"], picture["cid"]) == ("image/png", "ticket-1@localhost.example.org")
    assert keeping.client.get(picture["path"]).content.startswith(b"\x89PNG")
    file = keeping.client.get(calendar["path"])
    assert file.text.splitlines() == CALENDAR.splitlines()
    assert file.headers["Content-Disposition"].startswith("attachment")
    raw = message_from_bytes(keeping.client.get(mail["raw_path"]).content, policy=default)
    assert raw["X-Message-Key"] == mail["key"]


def test_dev_mail_as_page_shows_one_mail(keeping: House) -> None:
    keeping.tell(letter("registration_confirmed", "en"))
    keeping.work()
    (mail,) = keeping.client.get("/dev/mail.json").json()
    for lang, word in (("fr", "En texte"), ("en", "As text")):
        page = keeping.client.get(f"/dev/mail/{mail['id']}", params={"lang": lang}, headers=PAGE)
        assert page.status_code == 200 and word in page.text
        assert f'src="/dev/mail/{mail["id"]}/html"' in page.text and "sandbox=" in page.text


def test_dev_mail_frame_can_run_and_fetch_nothing(keeping: House) -> None:
    keeping.tell(letter("ticket"))
    keeping.work()
    (mail,) = keeping.client.get("/dev/mail.json").json()
    frame = keeping.client.get(f"/dev/mail/{mail['id']}/html")
    policy = frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox allow-popups" in policy and "allow-scripts" not in policy
    assert "frame-ancestors 'self'" in policy
    assert "data:image/png;base64," in frame.text and "cid:" not in frame.text


def test_dev_mail_when_empty_says_so(keeping: House) -> None:
    assert "Aucun courriel" in keeping.client.get("/dev/mail", headers=PAGE).text
    assert keeping.client.get(f"/dev/mail/{letter().entity}").status_code == 404


def test_dev_mail_file_that_does_not_exist_is_not_found(keeping: House) -> None:
    keeping.tell(letter("member_link"))
    keeping.work()
    (mail,) = keeping.client.get("/dev/mail.json").json()
    assert keeping.client.get(f"/dev/mail/{mail['id']}/files/0").status_code == 404
    assert keeping.client.get(f"/dev/mail/{mail['id']}/files/-1").status_code == 404


def test_dev_mail_where_mail_is_really_sent_is_not_found(house: House) -> None:
    assert [house.client.get(address).status_code for address in ADDRESSES] == [404] * len(ADDRESSES)


def test_development_with_a_mail_server_sends(
    make_database: MakeDatabase, clock: FakeClock, mail_server: MailServer
) -> None:
    given = settings(make_database("notify"), app_env="development", mail_from="", smtp_url=mail_server.url)
    with opened(given, clock) as house:
        house.tell(letter("ticket"))
        house.work()
        assert mail_server.mails[0].sender == "inscriptions@localhost.example.org"
        assert house.client.get("/dev/mail").status_code == 404


def test_dev_mail_is_forgotten_with_the_other_messages(keeping: House) -> None:

    keeping.tell(letter("ticket"))
    keeping.work()
    keeping.clock.advance(days=91)
    jobs.tidy(keeping.here)
    assert json.loads(keeping.client.get("/dev/mail.json").text) == []
