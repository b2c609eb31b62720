"""Staff's list of renewals: who is due, who was asked, who answered, who is silent; what staff do there, and what a
company does on the page of its notice."""

import uuid
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from kit.sql import column, table
from registration.checkin.models import CheckIn
from registration.members.models import Company, Membership
from registration.registrations.models import Attendee, Registration
from registration.renewals import actions
from registration.renewals.rules import NoticeState
from tests import make
from tests.counting import statements
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser
from tests.registration.renewing import asked, change, hear, kinds, lapse, link, paid, period, stands

HOME = {"sec-fetch-site": "same-origin"}


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def listed(browser: Browser, **narrowed: str) -> dict[str, Any]:
    answer = browser("coordinator").get("/api/staff/renewals", params=narrowed)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def came(service: Any, company: str, clock: FakeClock) -> None:
    """Somebody of the company was at the cocktail today."""
    registration = make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock())
    with service.db.write() as session:
        mine = session.execute(sa.select(column(Company.id)).where(column(Company.key) == company)).scalar_one()
        session.execute(
            sa.update(table(Registration))
            .where(column(Registration.id) == registration)
            .values({column(Registration.company_id): mine})
        )
        place = session.execute(
            sa.select(column(Attendee.id), column(Attendee.activity_id)).where(
                column(Attendee.registration_id) == registration
            )
        ).one()
        session.add(
            CheckIn(attendee_id=place.id, activity_id=place.activity_id, point="p", at=clock(), by_id="", by="")
        )


def test_list_says_where_each_company_stands_and_what_it_comes_to(
    service: Any, clock: FakeClock, browser: Browser
) -> None:
    first, second = asked(service, "c01"), asked(service, "c03", "AC-2027-00002")
    hear(service, paid(service, first))
    found = listed(browser)
    assert (found["ends"], found["total"], len(found["renewals"])) == ("2027-06-30", 40, 40)
    assert found["sums"] == {
        "waiting": {"companies": 38, "total": 0},
        "sent": {"companies": 1, "total": 95000},
        "paid": {"companies": 1, "total": 37500},
    }
    [row] = listed(browser, state="sent")["renewals"]
    assert (row["renewal_id"], row["number"], row["company"]) == (
        str(second),
        "AC-2027-00002",
        "Équipements Roctremble ltée",
    )
    assert row["link"].startswith("http://registration.test/renewal/")


def test_silent_companies_are_those_of_which_nobody_came_for_a_year(
    service: Any, clock: FakeClock, browser: Browser
) -> None:
    came(service, "c01", clock)
    rows = {row["company"]: row for row in listed(browser)["renewals"]}
    assert rows["Usinage Valbrume inc."]["silent"] is False
    silent = listed(browser, silent="true")
    assert silent["total"] == 39 and "Usinage Valbrume inc." not in {row["company"] for row in silent["renewals"]}
    clock.advance(days=100)
    clock.now += timedelta(days=1)
    assert listed(browser, silent="true")["total"] == 39


def test_staff_ask_one_company_and_send_its_notice_again(service: Any, clock: FakeClock, browser: Browser) -> None:
    client, mine, once = browser("coordinator"), period(service.db, "c01"), key()
    answers = [client.post(f"/api/staff/renewals/{mine}/send", headers=once) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200] and answers[0].json() == answers[1].json()
    assert answers[0].json()["state"] == "preparing"
    early = client.post(f"/api/staff/renewals/{mine}/send", headers=key())
    assert (early.status_code, early.json()["code"]) == (409, "RenewalNotSent")
    renewal = asked_already(service, clock, answers[0].json()["renewal_id"])
    again = client.post(f"/api/staff/renewals/{mine}/send", headers=key()).json()
    assert (again["state"], again["sent_times"]) == ("sent", 2)
    assert set(kinds(service.db)) == {"renewal_notice"}
    accepted = client.post(f"/api/staff/renewals/{renewal}/accept", headers=key()).json()
    assert accepted["state"] == "accepted"
    late = client.post(f"/api/staff/renewals/{renewal}/decline", json={"reason": ""}, headers=key())
    assert (late.status_code, late.json()["code"]) == (409, "RenewalAnswered")


def asked_already(service: Any, clock: FakeClock, renewal: str) -> uuid.UUID:
    with service.db.write() as session:
        actions.number(session, uuid.UUID(renewal), "AC-2027-00001", clock())
    return uuid.UUID(renewal)


def test_page_acts_and_comes_back_to_the_list_as_it_was(service: Any, clock: FakeClock, browser: Browser) -> None:
    client, renewal = browser("coordinator"), asked(service, "c01")
    page = client.get("/staff/renewals?state=sent").text
    assert "Usinage Valbrume inc." in page and "AC-2027-00001" in page and "375,00" in page
    done = client.post(
        f"/staff/renewals/{renewal}/decline?state=sent", data={"reason": "Vente de l’entreprise"}, headers=HOME
    )
    assert (done.status_code, done.headers["location"]) == (
        303,
        "http://registration.test/staff/renewals?state=sent&done=declined",
    )
    assert stands(service, renewal).state is NoticeState.DECLINED
    assert "Vente de l’entreprise" in client.get("/staff/renewals?state=declined").text
    change(service.db, "c02", employees=None)
    refused = client.post(f"/staff/renewals/{period(service.db, 'c02')}/send", headers=HOME)
    assert refused.status_code == 409 and "combien de personnes" in refused.text


def test_accountant_reads_and_does_not_act(service: Any, clock: FakeClock, browser: Browser) -> None:
    client, renewal = browser("accountant"), asked(service, "c01")
    page = client.get("/staff/renewals").text
    assert "AC-2027-00001" in page and "/accept" not in page
    assert client.post(f"/api/staff/renewals/{renewal}/accept", headers=key()).status_code == 403


def test_list_of_renewals_costs_the_same_for_one_and_for_forty(
    service: Any, clock: FakeClock, browser: Browser
) -> None:
    client = browser("coordinator")
    with statements(service.db) as few:
        client.get("/api/staff/renewals?state=paid")
    asked(service, "c01")
    with statements(service.db) as many:
        client.get("/api/staff/renewals")
    assert len(many) <= len(few)


def test_notice_page_shows_each_state_and_answers_in_it(service: Any, clock: FakeClock, browser: Browser) -> None:
    renewal, client = asked(service, "c01"), browser()
    address = link(service, renewal).removeprefix("http://registration.test")
    page = client.get(address)
    assert page.status_code == 200 and "AC-2027-00001" in page.text and "375,00" in page.text
    assert "n’est pas une facture" in page.text
    assert client.get(address[:-2] + "zz").status_code == 404
    assert client.post(address + "/decline", data={"reason": "Nous fermons."}, headers=HOME).status_code == 303
    assert "C’est noté" in client.get(address).text
    refused = client.post(address + "/accept", headers=HOME)
    assert refused.status_code == 409 and "déjà reçu une réponse" in refused.text
    assert client.post(address + "/decline", headers=HOME).status_code == 303, "said twice, nothing changes"
    lapse(service.db, renewal, clock())
    assert stands(service, renewal).state is NoticeState.DECLINED
    with service.db.read() as session:
        assert session.get(Membership, renewal) is None
