"""The page staff start from: what is on today, and what waits for somebody."""

from datetime import timedelta
from typing import Any

import pytest

from kit.clock import local_day
from kit.text import day
from registration.catalog.models import Activity
from registration.catalog.offers.rules_activity import ActivityOffer
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser

GOLF = "golf-2027"


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


def unnamed_of(browser: Browser) -> list[tuple[str, int, str]]:
    """Tasks about missing names, in order: which kind, how many names, whose."""
    tasks = browser("coordinator").get("/api/staff/home").json()["tasks"]
    return [(task["key"], task["count"], task["title_fr"]) for task in tasks if task["key"].startswith("unnamed")]


def test_home_asks_for_missing_names_a_week_before_their_deadline(
    service: Any, browser: Browser, clock: FakeClock
) -> None:
    make.registered(service.db, COCKTAIL, "car", ["Élise Côté", "", ""], clock())
    activity = make.offer_of(service.db, COCKTAIL).activity
    assert activity.starts_at and activity.names_due_at is None, "without a deadline, names may come until it starts"
    clock.advance(seconds=(activity.starts_at - clock()).total_seconds() - 8 * 86400)
    assert unnamed_of(browser) == []
    clock.advance(days=1, minutes=1)
    assert unnamed_of(browser) == [("unnamed", 2, activity.title.fr)]
    page = browser("coordinator").get("/staff/home").text.replace("\u00a0", " ")
    assert "2 noms manquants" in page and f"à donner avant le {day_of(activity)}" in page
    assert f"/staff/activities/{activity.id}/attendees?show=unnamed" in page


def test_home_puts_the_nearest_deadline_of_names_first_and_says_one_is_past(
    service: Any, browser: Browser, clock: FakeClock
) -> None:
    golf, cocktail = make.offer_of(service.db, GOLF).activity, make.offer_of(service.db, COCKTAIL).activity
    with service.db.write() as session:
        for activity, days in ((golf, 3), (cocktail, 5)):
            row = session.get_one(Activity, activity.id)
            row.sale_opens_at, row.names_due_at = None, clock() + timedelta(days=days)
    make.registered(service.db, GOLF, "golf-quat", ["Élise Côté", "", "", ""], clock(), who="non_member", quantity=1)
    make.registered(service.db, COCKTAIL, "car", [""], clock())
    clock.advance(minutes=1)
    assert unnamed_of(browser) == [("unnamed", 3, golf.title.fr), ("unnamed", 1, cocktail.title.fr)]
    clock.advance(days=4)
    assert unnamed_of(browser) == [("unnamed_late", 3, golf.title.fr), ("unnamed", 1, cocktail.title.fr)]
    assert "la date limite est passée" in browser("coordinator").get("/staff/home").text


def day_of(activity: ActivityOffer) -> str:
    assert activity.starts_at
    return day(local_day(activity.starts_at, activity.timezone), "fr").replace("\u00a0", " ")


def test_home_lists_invoices_unpaid(service: Any, browser: Browser, clock: FakeClock) -> None:
    empty = browser("coordinator").get("/staff/home").text
    assert "Rien à faire pour l’instant" in empty
    make.registered(service.db, COCKTAIL, "car", ["Élise Côté", "", ""], clock())
    clock.advance(minutes=1)
    page = browser("coordinator").get("/staff/home").text
    activity = make.offer_of(service.db, COCKTAIL).activity
    assert "manquant" not in page, "nobody is pressed for names months before the activity"
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
    starts = make.offer_of(service.db, COCKTAIL).activity.starts_at
    assert starts
    clock.advance(seconds=(starts - clock()).total_seconds() - 86400)
    tasks = browser("accountant").get("/api/staff/home").json()["tasks"]
    assert [task["key"] for task in tasks] == ["unpaid"] and tasks[0]["amount"] > 0
    keys = {task["key"] for task in browser("coordinator").get("/api/staff/home").json()["tasks"]}
    assert keys == {"unnamed", "unpaid"}
