"""A copied activity beside the edition before: units, people as far from the date, texts to read again."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from kit.contracts import Bilingual
from kit.text import NBSP
from registration.editions.rules import WEEKS, SoldRow, WeekRow, bounds, products, weeks
from registration.office.editions.schemas import WeekBeside
from registration.office.editions.view import HIGH, WIDE, lines
from tests import make
from tests.counting import statements
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser

STARTS = datetime(2028, 6, 8, 13, tzinfo=UTC)


@pytest.fixture
def staff(browser: Browser) -> TestClient:
    return browser("coordinator")


@pytest.fixture
def copy(staff: TestClient, cocktail: uuid.UUID) -> str:
    """The next edition, the same weekday a year later."""
    answer = staff.post("/api/staff/activities", json={"copy_of": str(cocktail)})
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


def test_copy_is_shown_beside_what_the_edition_before_came_to(
    service: Any, staff: TestClient, cocktail: uuid.UUID, copy: str, clock: FakeClock
) -> None:
    make.registered(service.db, COCKTAIL, "car", ["Zoé Roy", "Jean Roy"], clock())
    make.registered(service.db, COCKTAIL, "car", ["Zoé Roy"], clock(), method="card")
    found = staff.get(f"/api/staff/activities/{copy}/last-edition").json()
    assert found["id"] == str(cocktail)
    place = next(row for row in found["products"] if row["key"] == "car")
    assert (place["now"], place["before"]) == (0, 2), "what is held is not taken yet"
    assert len(found["weeks"]) == WEEKS + 1 and found["weeks"][-1] == {"weeks_left": 0, "now": None, "before": 2}
    page = staff.get(f"/staff/activities/{copy}/last-edition").text
    assert "<polyline" in page and "Édition précédente" in page and "26 semaines avant" in page
    assert "/last-edition" in staff.get(f"/staff/activities/{copy}/edit").text


def test_editor_of_a_copy_shows_last_year_beside_its_fields(
    service: Any, staff: TestClient, cocktail: uuid.UUID, copy: str, clock: FakeClock
) -> None:
    make.registered(service.db, COCKTAIL, "car", ["Zoé Roy", "Jean Roy"], clock())
    page = staff.get(f"/staff/activities/{copy}/edit").text.replace(NBSP, " ")
    assert "L’édition précédente : mercredi 17 mars 2027." in page
    assert "Unités confirmées à l’édition précédente : 2" in page
    assert "Avant : 55,00 $" in page and "Avant : 2 / 330" in page
    found = staff.get(f"/api/staff/activities/{copy}/last-edition").json()
    assert found["day"] == "2027-03-17" and {"key": "car-m", "amount": 6500} in found["amounts"]
    assert found["resources"] == [{"key": "places", "capacity": 330, "taken": 2}]
    assert "édition précédente" not in staff.get(f"/staff/activities/{cocktail}/edit").text


def test_editor_of_a_copy_takes_as_many_statements_for_a_crowd(
    service: Any, staff: TestClient, copy: str, clock: FakeClock
) -> None:
    counts: list[int] = []
    staff.get(f"/staff/activities/{copy}/edit")  # What is read once is known from here on.
    for _crowd in range(2):
        with statements(service.db) as asked:
            assert staff.get(f"/staff/activities/{copy}/edit").status_code == 200
        counts.append(len(asked))
        for number in range(4):
            make.registered(service.db, COCKTAIL, "car", [f"Zoé {number}"], clock() + timedelta(seconds=number))
    assert counts[0] == counts[1]


def test_text_that_names_a_year_is_shown_and_stays_as_it_was(staff: TestClient, copy: str) -> None:
    address = f"/api/staff/activities/{copy}"
    written = staff.get(f"{address}/draft").json()["essentials"]
    dated = {**written, "summary": {"fr": "Le 17 mars 2027, au quai.", "en": ""}}
    assert staff.put(f"{address}/essentials", json=dated).status_code == 200
    assert "summary.fr" in staff.get(f"{address}/last-edition").json()["texts"]
    page = staff.get(f"/staff/activities/{copy}/last-edition").text
    assert "À relire" in page and "Résumé (français)" in page
    assert staff.get(f"{address}/draft").json()["essentials"]["summary"]["fr"] == "Le 17 mars 2027, au quai."


def test_activity_that_is_no_copy_has_no_edition_before(staff: TestClient, cocktail: uuid.UUID) -> None:
    for activity in (cocktail, uuid.UUID(int=7)):
        assert staff.get(f"/api/staff/activities/{activity}/last-edition").status_code == 404
        assert staff.get(f"/staff/activities/{activity}/last-edition").status_code == 404


def test_edition_before_is_read_by_staff_only(browser: Browser, copy: str) -> None:
    assert browser("accountant").get(f"/staff/activities/{copy}/last-edition").status_code == 200
    assert browser("door").get(f"/api/staff/activities/{copy}/last-edition").status_code == 403


def test_edition_before_takes_as_many_statements_for_a_crowd(
    service: Any, staff: TestClient, copy: str, clock: FakeClock
) -> None:
    address, counts = f"/api/staff/activities/{copy}/last-edition", []
    for _crowd in range(2):
        with statements(service.db) as asked:
            assert staff.get(address).status_code == 200
        counts.append(len(asked))
        for _number in range(5):
            make.registered(service.db, COCKTAIL, "car", ["Zoé Roy"], clock())
    assert counts[0] == counts[1]


def test_weeks_of_this_edition_are_told_as_far_as_it_has_come() -> None:
    now, before = list(range(WEEKS + 1)), [1] * (WEEKS + 1)
    at = STARTS - timedelta(weeks=10, days=2)
    found = weeks(now, before, STARTS, at)
    assert found[0] == WeekRow(WEEKS, 0, 1) and [row.weeks_left for row in found] == list(range(WEEKS, -1, -1))
    assert [row.weeks_left for row in found if row.now is None] == list(range(9, -1, -1))
    assert bounds(STARTS)[-1] == STARTS and bounds(STARTS)[0] == STARTS - timedelta(weeks=WEEKS)


def test_product_the_edition_before_did_not_have_has_no_figure() -> None:
    label = Bilingual(fr="Quatuor")
    found = products([SoldRow("quat", label, 3), SoldRow("new", label, 1)], [SoldRow("quat", label, 31)])
    assert [(row.key, row.now, row.before) for row in found] == [("quat", 3, 31), ("new", 1, None)]


def test_lines_stay_within_their_drawing() -> None:
    drawn = lines([WeekBeside(weeks_left=2, now=0, before=4), WeekBeside(weeks_left=1, now=None, before=8)])
    assert (drawn.now, drawn.before, drawn.most) == (f"0.0,{HIGH}.0", f"0.0,{HIGH / 2} {WIDE}.0,0.0", 8)
    assert lines([]).before == "" and lines([]).most == 1
