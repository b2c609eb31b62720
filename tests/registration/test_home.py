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
