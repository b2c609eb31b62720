"""What a notice of renewal is not any more once it was answered, and fees that nobody has said yet."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from kit.mailbox import Outbox
from kit.sql import column
from registration import jobs
from registration.members.models import Membership
from registration.renewals import actions, flows
from registration.renewals.models import Renewal
from registration.renewals.rules import NoticeState, RenewalAnswered
from registration.renewals.scale.models import FeeScale
from registration.schedule import flows as flows_of_letters
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.registration.planned import planned
from tests.registration.renewing import BY, asked, at, hear, kinds, lapse, paid, period, scale, stands, turn
from tests.registration.test_renewals import key, told

ANSWERED = (409, "RenewalAnswered", "Cet avis a déjà reçu une réponse, ou il n’est plus valable.")


def refused(answer: Any) -> tuple[int, str, str]:
    said = answer.json()
    return answer.status_code, said["code"], said["detail"]


def send(client: Any, service: Any, company: str) -> Any:
    return client.post(f"/api/staff/renewals/{period(service.db, company)}/send", headers=key())


def test_company_asked_twice_has_one_notice(service: Any, clock: FakeClock) -> None:
    mine = period(service.db, "c01")
    with service.db.write() as session:
        first, again = (
            actions.propose(session, mine, flows._asking_terms(service, session), BY, clock()).id for _ in range(2)
        )
    assert first == again and told(service, stands(service, first).company.id).count("company.renewal_asked") == 1


def test_notice_paid_is_not_sent_again_and_not_declined(service: Any, clock: FakeClock, browser: Browser) -> None:
    mine, renewal, client = period(service.db, "c01"), asked(service, "c01"), browser("coordinator")
    hear(service, paid(service, renewal))
    assert refused(client.post(f"/api/staff/renewals/{mine}/send", headers=key())) == ANSWERED
    declined = client.post(f"/api/staff/renewals/{renewal}/decline", json={"reason": ""}, headers=key())
    assert refused(declined) == ANSWERED
    assert stands(service, renewal).state is NoticeState.PAID and set(kinds(service.db)) == {"membership_paid"}


def test_notice_without_a_number_is_not_agreed_to_and_may_be_declined(
    service: Any, clock: FakeClock, browser: Browser
) -> None:
    client = browser("coordinator")
    renewal = send(client, service, "c01").json()["renewal_id"]
    accepted = client.post(f"/api/staff/renewals/{renewal}/accept", headers=key())
    assert refused(accepted) == (
        409,
        "RenewalNotSent",
        "L’avis n’a pas encore de numéro\u00a0: il part dans un instant. Réessayez alors.",
    )
    declined = client.post(f"/api/staff/renewals/{renewal}/decline", json={"reason": " Fermée "}, headers=key())
    assert declined.json()["state"] == "declined"
    with pytest.raises(RenewalAnswered), service.db.write() as session:
        actions.send_again(session, uuid.UUID(renewal), BY, clock())
    assert kinds(service.db) == []


def test_notice_accepted_twice_is_invoiced_once(service: Any, clock: FakeClock, browser: Browser) -> None:
    renewal, client = asked(service, "c01"), browser("coordinator")
    for _ in range(2):
        accepted = client.post(f"/api/staff/renewals/{renewal}/accept", headers=key())
        assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted")
    with service.db.read() as session:
        query = sa.select(sa.func.count()).where(column(Outbox.type) == "NoticeAccepted")
        assert session.execute(query).scalar_one() == 1
    assert told(service, stands(service, renewal).company.id).count("company.renewed") == 1


def test_notice_declined_twice_is_declined_once_with_the_first_reason(service: Any, clock: FakeClock) -> None:
    renewal = asked(service, "c01")
    for reason in ("Fermeture", "Autre chose"):
        with service.db.write() as session:
            actions.decline(session, renewal, reason, BY, clock())
    lapse(service.db, renewal, clock())
    with service.db.write() as session:
        assert actions.decline(session, renewal, "Encore", BY, clock()).declined_why == "Fermeture"
    found = stands(service, renewal)
    assert found.state is NoticeState.DECLINED
    assert told(service, found.company.id).count("company.renewal_declined") == 1


def test_notice_that_lapsed_is_neither_declined_nor_let_lapse_again(service: Any, clock: FakeClock) -> None:
    renewal = asked(service, "c01")
    at(clock, 8, 30)
    lapse(service.db, renewal, clock())
    lapse(service.db, renewal, clock())
    with pytest.raises(RenewalAnswered), service.db.write() as session:
        actions.decline(session, renewal, "", BY, clock())
    assert told(service, stands(service, renewal).company.id).count("company.renewal_lapsed") == 1


def test_order_that_is_no_fee_is_not_let_lapse(service: Any, clock: FakeClock) -> None:
    asked(service, "c01")
    lapse(service.db, uuid.uuid4(), clock())
    with service.db.read() as session:
        assert {one.state.value for one in session.exec(select(Renewal))} == {"proposed"}


@pytest.mark.parametrize("gesture", ["accept", "decline"])
def test_notice_that_does_not_exist_is_not_found(browser: Browser, gesture: str) -> None:
    answer = browser("coordinator").post(f"/api/staff/renewals/{uuid.uuid4()}/{gesture}", json={}, headers=key())
    assert refused(answer) == (404, "NotFound", "Cette page n’existe pas ou n’est plus accessible.")


def test_period_without_an_end_is_not_renewed(service: Any, browser: Browser) -> None:
    mine = period(service.db, "c01")
    with service.db.write() as session:
        session.get_one(Membership, mine).ends = None
    assert send(browser("coordinator"), service, "c01").status_code == 404


def without_fees(service: Any) -> None:
    with service.db.write() as session:
        session.execute(sa.delete(FeeScale))


def test_company_is_not_asked_before_anybody_said_what_it_costs(service: Any, browser: Browser) -> None:
    without_fees(service)
    answer = send(browser("coordinator"), service, "c01")
    said = "Cette entreprise ne peut pas recevoir d’avis de cotisation maintenant."
    assert (answer.status_code, answer.json()["code"]) == (409, "NotAsked")
    assert answer.json()["detail"].startswith(said[:30])


def test_fees_said_for_the_first_time_have_all_of_them_in_the_history(service: Any, browser: Browser) -> None:
    client = browser("director")
    body = {**client.get("/api/staff/fees").json()["fees"], "steps": [{"most": None, "fee": 10000}]}
    without_fees(service)
    assert client.get("/api/staff/fees").json()["version"] == 0
    late = client.put("/api/staff/fees", json={**body, "version": 3})
    assert refused(late)[:2] == (409, "ScaleChanged")
    first = client.put("/api/staff/fees", json={**body, "version": 0})
    assert (first.status_code, first.json()["version"]) == (200, 1)
    again = client.put("/api/staff/fees", json={**body, "version": 0})
    said = "Quelqu’un d’autre vient d’enregistrer ces montants. Les voici; faites-y vos changements."
    assert refused(again) == (409, "ScaleChanged", said)
    page = client.get("/staff/renewals/fees").text.replace("\u00a0", " ")
    assert "100,00 $" in page


def test_reminder_that_the_fees_ask_for_no_more_does_not_leave(service: Any, clock: FakeClock) -> None:
    scale(service.db, clock(), automatic=True)
    at(clock, 4, 30)
    turn(service)
    scale(service.db, clock(), reminder_days=(30, 7))
    at(clock, 5, 1)
    while flows_of_letters.work(service, jobs.RULES):
        pass
    assert planned(service.db, period(service.db, "c01")) == {"60": "no_date"}
    with service.db.read() as session:
        assert session.exec(select(Renewal)).all() == []
