"""What sponsors are owed: listed with who waits, told to be delivered or not, late when its day is past."""

import threading
import uuid
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from kit.contracts.callers import ANYONE
from kit.db import Database
from registration.changes import actions as changes
from registration.letters.flows import letter_context
from registration.registrations.counters.actions import take_resources
from registration.registrations.rules import SoldOut
from registration.sponsors import queries
from registration.sponsors.models import Benefit
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.registration.test_sponsors import GOLF, OPEN, level, made, sponsor


@pytest.fixture(autouse=True)
def signup_is_open(clock: FakeClock) -> None:
    clock.set(OPEN)


def golf(service: Any) -> uuid.UUID:
    return uuid.UUID(str(make.offer_of(service.db, GOLF).activity.id))


def listed(service: Any, client: Any) -> list[dict[str, Any]]:
    answer = client.get(f"/api/staff/activities/{golf(service)}/sponsorships")
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()
    return rows


def test_benefits_are_owed_by_their_days_and_late_ones_come_first(service: Any, browser: Browser) -> None:
    made(sponsor(browser, level("spon-or"), level("spon-trou", "spon-trou:7"), method="invoice"))
    gold, hole = listed(service, browser("coordinator"))
    assert (gold["amount"], gold["company"], gold["status"]) == (250000, "Usinage Valbrume inc.", "confirmed")
    assert hole["label"] == {"fr": "Commandite de trou – Trou 7", "en": "Hole sponsor – Hole 7"}
    # 10 June, eight and six weeks before; on 3 May both of the first days are past.
    owed = [(one["label"]["fr"], one["due_on"], one["late"]) for one in gold["benefits"]]
    assert owed == [
        ("Logo sur le site", "2027-04-15", True),
        ("Logo dans les courriels", "2027-04-29", True),
        ("Bannière sur place", "2027-06-10", False),
    ]
    assert [one["due_on"] for one in hole["benefits"]] == ["2027-06-03"]


def test_benefit_delivered_says_by_whom_until_it_is_undone(service: Any, browser: Browser) -> None:
    made(sponsor(browser, level("spon-or"), method="invoice"))
    client = browser("coordinator", name="Marjolaine Coordonne")
    benefit = listed(service, client)[0]["benefits"][0]
    address = f"/staff/activities/{golf(service)}/sponsors"
    page = client.get(address).text
    assert (
        "Usinage Valbrume inc." in page and "En retard" in page and "2\u202f500,00" in page.replace("\u00a0", "\u202f")
    )
    for _ in range(2):  # Said twice, the first stands.
        sent = client.post(f"{address}/{benefit['id']}/deliver", follow_redirects=False)
        assert sent.status_code == 303
    found = next(one for one in listed(service, client)[0]["benefits"] if one["id"] == benefit["id"])
    assert found["delivered_by"] == "Marjolaine Coordonne" and found["delivered_at"] and not found["late"]
    assert client.post(f"/api/staff/benefits/{benefit['id']}/undo").status_code == 200
    assert listed(service, client)[0]["benefits"][0]["delivered_at"] is None


def test_benefit_of_what_is_not_confirmed_or_not_there_is_refused(service: Any, browser: Browser) -> None:
    made(sponsor(browser, level("spon-or")))  # Its card is not paid.
    client = browser("coordinator")
    benefit = listed(service, client)[0]["benefits"][0]
    refused = client.post(f"/api/staff/benefits/{benefit['id']}/deliver")
    assert (refused.status_code, refused.json()["code"]) == (409, "SponsorshipEnded")
    page = client.post(f"/staff/activities/{golf(service)}/sponsors/{benefit['id']}/deliver")
    assert page.status_code == 409 and "rien n’est dû" in page.text
    for gesture in ("deliver", "undo"):
        assert client.post(f"/api/staff/benefits/{uuid.uuid4()}/{gesture}").status_code == 404


def test_benefit_of_a_cancelled_sponsorship_stays_as_it_was_told(service: Any, browser: Browser) -> None:
    """Taken back then, it could not be told again: what the sponsor was given would be lost."""
    sold = made(sponsor(browser, level("spon-or"), method="invoice"))
    client = browser("coordinator")
    benefit = listed(service, client)[0]["benefits"][0]["id"]
    assert client.post(f"/api/staff/benefits/{benefit}/deliver").status_code == 200
    cancelled = client.post(f"/api/staff/registrations/{sold}/cancel", json={})
    assert cancelled.status_code == 200, cancelled.text
    page = client.post(f"/staff/activities/{golf(service)}/sponsors/{benefit}/undo")
    assert page.status_code == 409 and "a été annulée" in page.text
    assert client.post(f"/api/staff/benefits/{benefit}/undo").json()["code"] == "SponsorshipEnded"
    with service.db.read() as session:
        assert session.get_one(Benefit, uuid.UUID(benefit)).delivered_at is not None


@pytest.mark.parametrize("role", ["accountant", "door", "public"])
def test_benefit_is_told_by_those_who_may(service: Any, browser: Browser, role: str) -> None:
    made(sponsor(browser, level("spon-or"), method="invoice"))
    benefit = listed(service, browser("coordinator"))[0]["benefits"][0]
    client = browser() if role == "public" else browser(role)
    assert client.post(f"/api/staff/benefits/{benefit['id']}/deliver").status_code in (401, 403)
    seen = client.get(f"/api/staff/activities/{golf(service)}/sponsorships").status_code
    assert seen == 200 if role == "accountant" else seen in (401, 403)


def test_late_benefits_wait_on_the_page_staff_start_from(service: Any, browser: Browser, clock: FakeClock) -> None:
    registration_id = made(sponsor(browser, level("spon-or"), method="invoice"))
    tasks = browser("coordinator").get("/api/staff/home").json()["tasks"]
    assert [(one["count"], one["title_fr"][:7]) for one in tasks if one["key"] == "benefits_late"] == [(2, "Tournoi")]
    assert "engagements de commandite" in browser("coordinator").get("/staff/home").text
    context = letter_context(service, make.offer_of(service.db, GOLF))
    with service.db.write() as session:
        changes.cancel(session, registration_id, ANYONE, clock(), context)
        assert queries.late(session, datetime(2027, 6, 30, tzinfo=UTC).date()) == []
    assert listed(service, browser("coordinator")) == []


def test_hole_wanted_by_two_at_once_is_sold_to_one(service: Any) -> None:
    hole = make.offer_of(service.db, GOLF).resources["spon-trou:7"]
    bases = [Database(service.db.url, pool_size=1) for _ in range(2)]
    gate, outcomes = threading.Barrier(2), []

    def take(db: Database) -> None:
        gate.wait()
        try:
            with db.write() as session:
                take_resources(session, [(hole.id, 1)])
            outcomes.append("sold")
        except SoldOut:
            outcomes.append("refused")

    threads = [threading.Thread(target=take, args=(db,)) for db in bases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for db in bases:
        db.close()
    assert Counter(outcomes) == {"sold": 1, "refused": 1}
