"""Whether it arrives: refusals, a server that is away, two workers, a message sent again."""

import threading

import pytest

from kit.errors import NotFound
from notify import jobs
from notify.channels.rules import Outcome, Step, judge
from notify.delivery import actions, queries
from notify.delivery.models import Delivery
from notify.delivery.rules import BATCH, REFUSALS_BEFORE_GIVING_UP
from notify.main import create_service
from notify.messages.rules import Status
from tests.fakes.mail_server import MailServer
from tests.notify.conftest import House
from tests.notify.letters import letter

MAUDE = "maude.rivebelle@usinage-valbrume.example.org"
ZOE = "zoe.o-brume@fonderie-montcendre.example.org"


def only(house: House) -> dict[str, object]:
    (message,) = house.messages()
    return house.followed(str(message["id"]))


def test_mail_accepted_by_the_server_is_sent_and_reported(house: House, mail_server: MailServer) -> None:
    house.tell(letter("ticket"))
    house.work()
    message = only(house)
    assert (message["status"], message["attempts"], message["failure"]) == ("sent", 1, None)
    assert [d["outcome"] for d in message["deliveries"]] == ["accepted"]  # type: ignore[attr-defined]
    assert house.siblings.reports() == [("ticket", "sent")]
    assert house.here.invariants() == []
    assert house.here.pending() == dict.fromkeys(house.here.pending(), 0)


def test_mail_of_one_batch_goes_over_one_connection(house: House, mail_server: MailServer) -> None:
    house.tell(*(letter("attendee_replaced") for _ in range(BATCH)))
    house.work()
    assert (len(mail_server.mails), mail_server.connections) == (BATCH, 1)


def test_mail_of_more_than_a_batch_is_sent_without_waiting(house: House, mail_server: MailServer) -> None:
    house.tell(*(letter("attendee_replaced") for _ in range(BATCH + 5)))
    house.work()
    assert len({mail.message["Message-ID"] for mail in mail_server.mails}) == BATCH + 5


def test_recipient_refused_fails_at_once_and_stops_no_other(house: House, mail_server: MailServer) -> None:
    mail_server.refuse_recipient[ZOE] = f"550 5.1.1 <{ZOE}>: no such person"
    house.tell(letter("ticket", to=ZOE), letter("ticket", to=MAUDE))
    house.work()
    assert [mail.recipients for mail in mail_server.mails] == [(MAUDE,)]
    (failed,) = house.messages(status="failed")
    followed = house.followed(failed["id"])
    assert (failed["failure"], failed["attempts"]) == ("refused", 1)
    assert [(d["code"], d["detail"]) for d in followed["deliveries"]] == [(550, "5.1.1")]
    assert sorted(house.siblings.reports()) == [("ticket", "failed"), ("ticket", "sent")]
    # A person who cannot be written to is staff's to see, but not a fault of the machine.
    assert house.here.pending()["dead"] == 0
    assert house.here.invariants() == []


def test_content_refused_fails_at_once(house: House, mail_server: MailServer) -> None:
    mail_server.refuse_content[MAUDE] = "554 5.7.1 looks like spam"
    house.tell(letter("ticket"))
    house.work()
    assert only(house)["failure"] == "refused"


def test_mail_deferred_then_accepted_keeps_its_message_id(house: House, mail_server: MailServer) -> None:
    mail_server.refuse_recipient[MAUDE] = "450 4.2.0 greylisted"
    asked = letter("ticket")
    house.tell(asked)
    house.work()
    assert (only(house)["status"], house.siblings.reports()) == ("queued", [])
    mail_server.refuse_recipient.clear()
    house.work()
    assert mail_server.mails == [], "it waits for its turn"
    house.clock.advance(seconds=2)
    house.work()
    assert mail_server.mails[0].message["Message-ID"] == f"<ticket.{asked.entity}.1@alliance-fjord.example.org>"
    message = only(house)
    assert [d["outcome"] for d in message["deliveries"]] == ["accepted", "later"]  # type: ignore[attr-defined]
    assert house.siblings.reports() == [("ticket", "sent")]


def test_mail_deferred_too_many_times_is_dead_and_counted(house: House, mail_server: MailServer) -> None:
    mail_server.refuse_content[MAUDE] = "452 4.2.2 mailbox full"
    house.tell(letter("ticket"))
    for _ in range(REFUSALS_BEFORE_GIVING_UP - 1):
        jobs.send_mail(house.here)
        house.clock.advance(minutes=11)
    assert only(house)["status"] == "queued"
    house.work()
    assert (only(house)["status"], only(house)["failure"]) == ("failed", "exhausted")
    assert house.siblings.reports() == [("ticket", "failed")]
    assert house.here.pending()["dead"] == 1
    assert house.here.invariants() == []


def test_mail_server_away_counts_against_no_message(house: House, mail_server: MailServer) -> None:
    asked = letter("ticket")
    house.tell(asked)
    mail_server.stop()
    for _ in range(REFUSALS_BEFORE_GIVING_UP + 5):
        house.work()
        house.clock.advance(minutes=11)
    assert (only(house)["status"], house.here.pending()["inbox"]) == ("queued", 1)
    mail_server.start()
    house.work()
    assert [mail.message["X-Message-Key"] for mail in mail_server.mails] == [f"ticket:{asked.entity}"]
    assert only(house)["status"] == "sent"


@pytest.mark.parametrize("answer", ["553 5.7.1 sender not allowed", "421 4.3.2 closing", "451 4.3.0 try later"])
def test_sender_address_refused_gives_up_nothing(house: House, mail_server: MailServer, answer: str) -> None:
    mail_server.refuse_sender = answer
    house.tell(letter("ticket", to=MAUDE), letter("ticket", to=ZOE))
    house.work()
    assert [message["status"] for message in house.messages()] == ["queued", "queued"]
    mail_server.refuse_sender = ""
    house.clock.advance(seconds=5)
    house.work()
    assert len(mail_server.mails) == 2


def test_connection_cut_before_the_answer_sends_the_same_message_again(house: House, mail_server: MailServer) -> None:
    mail_server.hold.clear()
    house.tell(letter("ticket"))
    sending = threading.Thread(target=house.work)
    sending.start()
    assert mail_server.arrived.wait(10)
    mail_server.stop()
    sending.join()
    assert [d["detail"] for d in only(house)["deliveries"]] == ["cut"]  # type: ignore[attr-defined]
    mail_server.start()
    house.clock.advance(seconds=5)
    house.work()
    first, second = (mail.message["Message-ID"] for mail in mail_server.mails)
    assert first == second
    assert only(house)["status"] == "sent"


def test_message_that_cannot_be_rendered_holds_up_no_other(house: House, mail_server: MailServer) -> None:
    house.tell(letter("ticket"), letter("ticket"))
    with house.here.db.write() as session:
        broken = queries.listed(session, queries.Filter()).messages[1]
        broken.values = {}
        session.add(broken)
    house.work()
    assert [message["status"] for message in house.messages()] == ["sent", "queued"]
    assert [d["detail"] for d in house.followed(str(broken.id))["deliveries"]] == ["template"]


def test_address_with_accents_and_a_server_without_smtputf8_fails(house: House, mail_server: MailServer) -> None:
    mail_server.smtputf8 = False
    house.tell(letter("ticket", to="zoé@example.org"), letter("ticket", to=MAUDE))
    house.work()
    (failed,) = house.messages(status="failed")
    assert failed["failure"] == "address"
    assert [d["detail"] for d in house.followed(failed["id"])["deliveries"]] == ["smtputf8"]
    assert [mail.recipients for mail in mail_server.mails] == [(MAUDE,)]


def test_mail_server_that_asks_for_a_password_is_given_it(house: House, mail_server: MailServer) -> None:
    mail_server.user, mail_server.password = "notify", "p@ss/word"
    house.tell(letter("ticket"))
    house.work()
    assert mail_server.mails == []
    given = house.here.settings.model_copy(
        update={"smtp_url": f"smtp://notify:p%40ss%2Fword@127.0.0.1:{mail_server.port}"}
    )
    trusted = create_service(given, house.clock, house.siblings)
    house.clock.advance(seconds=5)
    jobs.send_mail(trusted)
    trusted.close()
    assert len(mail_server.mails) == 1


@pytest.mark.parametrize("url", ["smtps://127.0.0.1:{port}", "smtp://127.0.0.1:{port}?starttls=1"])
def test_connection_without_the_encryption_asked_for_sends_nothing(
    house: House, mail_server: MailServer, url: str
) -> None:
    given = house.here.settings.model_copy(update={"smtp_url": url.format(port=mail_server.port)})
    house.tell(letter("ticket"))
    careful = create_service(given, house.clock, house.siblings)
    jobs.send_mail(careful)
    careful.close()
    assert (mail_server.mails, only(house)["status"]) == ([], "queued")


def test_message_failed_is_sent_again_under_the_same_id(house: House, mail_server: MailServer) -> None:
    mail_server.refuse_recipient[MAUDE] = "550 5.2.1 disabled"
    asked = letter("ticket")
    house.tell(asked)
    house.work()
    mail_server.refuse_recipient.clear()
    address = f"/api/messages/{only(house)['id']}/again"
    headers = house.signed_in() | {"Idempotency-Key": "again-1"}
    first, replay = (house.client.post(address, headers=headers) for _ in range(2))
    assert (first.status_code, first.json()["status"]) == (202, "queued")
    assert replay.headers["Idempotent-Replayed"] == "true" and replay.json() == first.json()
    house.work()
    assert [mail.message["Message-ID"] for mail in mail_server.mails] == [
        f"<ticket.{asked.entity}.1@alliance-fjord.example.org>"
    ]
    message = only(house)
    assert message["status"] == "sent"
    assert [resend["by"] for resend in message["resends"]] == ["Coordonnatrice fictive"]  # type: ignore[attr-defined]
    again = house.client.post(address, headers=house.signed_in())
    assert (again.status_code, again.json()["code"]) == (409, "NotFailed")


def test_message_unknown_cannot_be_sent_again(house: House) -> None:
    with house.here.db.write() as session, pytest.raises(NotFound):
        actions.send_again(session, letter().entity, "Coordonnatrice fictive", house.clock())


def test_invariants_see_a_message_that_contradicts_itself(house: House) -> None:
    house.tell(letter("ticket"), letter("ticket"))
    with house.here.db.write() as session:
        lying, lost = queries.listed(session, queries.Filter()).messages
        lying.status, lying.sent_at = Status.SENT, house.clock()
        session.add(lying)
        session.add(Delivery(message_id=lost.id, attempt=1, at=house.clock(), outcome=Outcome.ACCEPTED))
    found = house.here.invariants()
    assert found == [
        f"message {lying.id}: sent without a successful delivery",
        f"message {lost.id}: delivered but not sent",
    ]


@pytest.mark.parametrize(
    ("step", "code", "outcome"),
    [
        (Step.RECIPIENT, 550, Outcome.REFUSED),
        (Step.RECIPIENT, 450, Outcome.LATER),
        (Step.RECIPIENT, 421, Outcome.UNREACHABLE),
        (Step.CONTENT, 554, Outcome.REFUSED),
        (Step.CONTENT, 452, Outcome.LATER),
        (Step.SENDER, 553, Outcome.UNREACHABLE),
        (Step.SENDER, 552, Outcome.REFUSED),
    ],
)
def test_smtp_refusal_by_step_and_code_has_its_outcome(step: Step, code: int, outcome: Outcome) -> None:
    assert judge(step, code, b"no enhanced code").outcome is outcome
    assert judge(step, code, b"5.1.1 <maude@example.org> unknown").detail == "5.1.1"
