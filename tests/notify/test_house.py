"""Settings, the association's profile, what is forgotten, what `/ops` answers, who may go on being signed in."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from kit.auth import staff_pass
from kit.contracts import AssociationChanged
from kit.contracts.callers import Caller
from kit.settings import MissingSetting
from notify import jobs
from notify.main import create_service
from notify.settings import NotifySettings
from tests.fakes.clock import FakeClock
from tests.fakes.mail_server import MailServer
from tests.keys import OPS_TOKEN
from tests.notify.conftest import SECRET, House, settings
from tests.notify.letters import ASSOCIATION, letter


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"smtp_url": ""}, "SMTP_URL"),
        ({"app_env": "production", "smtp_url": ""}, "SMTP_URL"),
        ({"smtp_url": "http://mail.example.org"}, "SMTP_URL"),
        ({"smtp_url": "smtp://"}, "SMTP_URL"),
        ({"mail_from": ""}, "MAIL_FROM"),
        ({"mail_from": "Alliance <info@alliance-fjord.example.org>"}, "MAIL_FROM"),
        ({"mail_from": "zoé@example.org"}, "MAIL_FROM"),
        ({"signing_key": ""}, "SIGNING_KEY"),
    ],
)
def test_setting_missing_or_unsafe_is_named_and_refuses_to_start(changed: dict[str, Any], named: str) -> None:
    given = settings("sqlite:///nowhere.db", **{"smtp_url": "smtp://mail.example.org", **changed})
    with pytest.raises(MissingSetting, match=named):
        given.check()


def test_service_without_a_mail_server_is_not_made() -> None:
    with pytest.raises(MissingSetting, match="SMTP_URL"):
        create_service(settings("sqlite:///nowhere.db", smtp_url=""))


def test_settings_in_development_need_nothing() -> None:
    given = NotifySettings(app_env="development")
    given.check()
    assert given.keeps_mail and given.sender == "inscriptions@localhost.example.org"


def profile(day: str, name: str, version: int) -> AssociationChanged:
    association = ASSOCIATION.model_copy(update={"valid_from": date.fromisoformat(day), "legal_name": name})
    return AssociationChanged(association=association, version=version)


def signed_by(house: House, mail_server: MailServer) -> str:
    house.clock.advance(seconds=5)
    house.tell(letter("ticket"))
    house.work()
    return str(mail_server.mails[-1].message["From"].addresses[0].display_name)


def test_profile_newest_of_the_day_signs(house: House, mail_server: MailServer) -> None:
    assert signed_by(house, mail_server) == "Alliance industrielle du Fjord"
    house.tell(profile("2019-12-01", "Alliance corrigée", 3), profile("2019-12-01", "Alliance dépassée", 2))
    assert signed_by(house, mail_server) == "Alliance corrigée"
    house.tell(profile("2027-02-18", "Alliance nouvelle", 4))
    assert signed_by(house, mail_server) == "Alliance corrigée"
    # 04:59 in Greenwich is 23:59 the day before in Saguenay.
    house.clock.set(house.clock().replace(day=18, hour=4, minute=59, second=0))
    assert signed_by(house, mail_server) == "Alliance corrigée"
    house.clock.advance(minutes=1)
    assert signed_by(house, mail_server) == "Alliance nouvelle"


def test_profile_that_begins_later_signs_until_there_is_another(house: House, mail_server: MailServer) -> None:
    with house.here.db.write() as session:
        session.execute(sa.text("DELETE FROM association_profile"))
    house.tell(profile("2030-01-01", "Alliance future", 1))
    assert signed_by(house, mail_server) == "Alliance future"


def test_message_after_90_days_does_not_tell_who_it_was_for(house: House, mail_server: MailServer) -> None:
    house.tell(letter("ticket"))
    house.work()
    mail_server.stop()
    house.tell(letter("registration_confirmed"))
    house.clock.advance(days=89, hours=23)
    jobs.tidy(house.here)
    assert {message["purged_at"] for message in house.messages()} == {None}
    house.clock.advance(hours=2)
    jobs.tidy(house.here)
    waiting, sent = house.messages()
    assert (sent["status"], waiting["status"], waiting["failure"]) == ("sent", "failed", "expired")
    with house.here.db.read() as session:
        rows = [dict(row) for row in session.execute(sa.text("SELECT * FROM message")).mappings()]
    assert not [
        needle for needle in ("Maude", "maude", "Rivebelle", "inscriptions.example", "K7-33M") if needle in str(rows)
    ]
    assert (
        "effacée"
        in house.client.get(
            f"/staff/messages/{waiting['id']}", headers=house.signed_in() | {"Accept": "text/html"}
        ).text
    )
    refused = house.client.post(f"/api/messages/{waiting['id']}/again", headers=house.signed_in())
    assert refused.json()["code"] == "AddressForgotten"
    house.here.postman.deliver()
    assert house.siblings.reports() == [("ticket", "sent"), ("registration_confirmed", "failed")]
    assert house.here.invariants() == []


def test_personal_data_stored_too_long_breaks_an_invariant(house: House) -> None:
    house.tell(letter("ticket"))
    house.work()
    house.clock.advance(days=92)
    (message,) = house.messages()
    assert house.here.invariants() == [f"message {message['id']}: personal data kept over 90 days"]


def test_operator_routes_ask_for_the_token_and_count_messages(house: House, mail_server: MailServer) -> None:
    bearer = {"Authorization": f"Bearer {OPS_TOKEN}"}
    house.tell(letter("ticket"))
    counts = {"outbox": 0, "inbox": 1, "dead": 0, "holds_overdue": 0, "refunds_in_flight": 0, "unreconciled": 0}
    assert house.client.get("/ops/pending", headers=bearer).json() == counts
    jobs.send_mail(house.here)
    assert house.client.get("/ops/pending", headers=bearer).json() == counts | {"inbox": 0, "outbox": 1}
    assert house.client.get("/ops/invariants", headers=bearer).json() == []
    assert house.client.get("/ops/pending").status_code == 401
    assert house.client.get("/health/ready").status_code == 200


def test_contract_view_shows_messages_without_personal_data(house: House) -> None:
    house.tell(letter("ticket"))
    house.work()
    with house.here.db.read() as session:
        (row,) = session.execute(sa.text("SELECT * FROM contract_messages")).mappings()
    assert set(row) == {
        *("id", "kind", "entity", "version", "lang", "status", "failure", "attempts", "deliveries"),
        *("created_at", "due_at", "sent_at", "purged_at"),
    }
    assert (row["kind"], row["status"], row["deliveries"]) == ("ticket", "sent", 1)


def test_message_row_that_contradicts_itself_is_refused_by_the_database(house: House) -> None:
    house.tell(letter("ticket"))
    for wrong in (
        "status = 'sent'",
        "status = 'failed'",
        "failure = 'refused'",
        "sent_at = created_at",
        "status = 'lost'",
    ):
        with pytest.raises(sa.exc.IntegrityError), house.here.db.write() as session:
            session.execute(sa.text(f"UPDATE message SET {wrong}"))


def stale_pass(clock: FakeClock, role: str) -> dict[str, str]:
    caller = Caller(frozenset({role}), "u2", "Coordonnatrice fictive", "login-2", "fr")
    token = staff_pass(SECRET, caller, clock())
    clock.advance(minutes=10)
    return {"Authorization": f"Bearer {token}"}


def test_pass_is_renewed_as_registration_says(house: House) -> None:
    still = {"roles": ["director"], "id": "u2", "name": "Directrice", "login": "login-2", "lang": "en", "token": "new"}
    house.siblings.login = still
    answer = house.client.get("/api/messages", headers=stale_pass(house.clock, "coordinator"))
    assert answer.status_code == 200 and "guichet_pass=new;" in answer.headers["Set-Cookie"]
    house.siblings.login = None
    assert house.client.get("/api/messages", headers=stale_pass(house.clock, "director")).status_code == 401
