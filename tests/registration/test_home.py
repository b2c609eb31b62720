"""The page staff start from: what is on today, and what waits for somebody."""

from typing import Any

import pytest

from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser


def test_home_shows_the_door_on_its_day_alone(service: Any, browser: Browser, clock: FakeClock) -> None:
    make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock(), method="card")
    activity = make.offer_of(service.db, COCKTAIL).activity
    assert activity.starts_at
    before = browser("coordinator").get("/staff/home").text
    assert "Ouvrir les arrivées" not in before and "/staff/activities" in before
    clock.advance(seconds=(activity.starts_at - clock()).total_seconds())
    on_the_day = browser("coordinator").get("/staff/home").text
    assert f"/staff/check-in/{activity.id}" in on_the_day and "Ouvrir les arrivées" in on_the_day
    assert "Ouvrir les arrivées" not in browser("accountant").get("/staff/home").text


def test_home_lists_names_to_come_and_invoices_unpaid(service: Any, browser: Browser, clock: FakeClock) -> None:
    empty = browser("coordinator").get("/staff/home").text
    assert "Rien à faire pour l’instant" in empty
    made = make.registered(service.db, COCKTAIL, "car", ["Élise Côté", "", ""], clock())
    assert made
    clock.advance(minutes=1)
    page = browser("coordinator").get("/staff/home").text
    activity = make.offer_of(service.db, COCKTAIL).activity
    assert "2\u00a0noms à venir" in page or "2 noms à venir" in page
    assert f"/staff/activities/{activity.id}/attendees?show=unnamed" in page
    assert "Factures impayées" in page and f"/staff/activities/{activity.id}?unpaid=True" in page


@pytest.mark.parametrize(
    ("role", "status"), [("coordinator", 200), ("accountant", 200), ("director", 200), ("door", 403)]
)
def test_home_by_role_is_open_to_who_reads_lists(browser: Browser, role: str, status: int) -> None:
    assert browser(role).get("/staff/home").status_code == status


def test_home_says_kindly_which_service_does_not_answer(browser: Browser) -> None:
    """Nobody is there but registration: the page is whole without them."""
    page = browser("director").get("/staff/home")
    assert page.status_code == 200
    assert "La facturation ne répond pas en ce moment" in page.text.replace("\u00a0", " ")
    assert "Le courrier ne répond pas en ce moment" in page.text.replace("\u00a0", " ")
    assert browser("director").get("/api/staff/home").json()["silent"] == ["billing", "notify"]


def test_home_of_a_cohort_under_way_shows_its_next_session(service: Any, browser: Browser, clock: FakeClock) -> None:
    offer = make.offer_of(service.db, "ef2-chicoutimi-2027")
    first, second = offer.sessions[0], offer.sessions[1]
    assert second.ends_at < clock() or first.ends_at < clock() < second.ends_at
    coming = next(one for one in offer.sessions if one.ends_at >= clock())
    page = browser("coordinator").get("/staff/home").text.replace("\u00a0", " ")
    listed = page.split("Prochaines activités")[1]
    assert f"{coming.day.day} " in listed.split(str(offer.activity.id))[1][:400]


def test_home_tells_what_happened_since_yesterday(service: Any, browser: Browser, clock: FakeClock) -> None:
    made = make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock(), company="Fonderie Noël")
    page = browser("coordinator").get("/staff/home").text
    assert "Depuis hier" in page and f"/staff/registrations/{made}" in page and "Fonderie Noël" in page
    clock.advance(days=2)
    assert "Depuis hier" not in browser("coordinator").get("/staff/home").text


def test_home_of_the_accountant_holds_no_task_of_others(service: Any, browser: Browser, clock: FakeClock) -> None:
    make.registered(service.db, COCKTAIL, "car", ["Élise Côté", ""], clock())
    tasks = browser("accountant").get("/api/staff/home").json()["tasks"]
    assert [task["key"] for task in tasks] == ["unpaid"] and tasks[0]["amount"] > 0
    keys = {task["key"] for task in browser("coordinator").get("/api/staff/home").json()["tasks"]}
    assert keys == {"unnamed", "unpaid"}
