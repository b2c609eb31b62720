"""What is typed at the door: names as people type them, and tickets as a hand-held scanner types them."""

from typing import Any

import pytest

from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.registration.test_checkin import COCKTAIL, guest, places, ticket

__all__ = ["guest"]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("Łukasz", "Nowak", "lukasz"),
        ("Søren", "Vang", "soren"),
        ("Kevin", "O’Brien", "obrien"),
        ("Kevin", "O’Brien", "brien"),
        ("Ève", "D’Anjou", "danjou"),
        ("Jean-Luc", "Roy", "jeanluc"),
        ("李", "明", "李"),
    ],
)
def test_door_search_finds_names_as_people_type_them(
    service: Any, browser: Browser, clock: FakeClock, first: str, last: str, words: str
) -> None:
    [person] = places(service.db, make.registered(service.db, COCKTAIL, "car", [f"{first} {last}"], clock()))
    found = browser("door").get(f"/api/activities/{person.activity_id}/attendees", params={"q": words})
    assert [one["name"] for one in found.json()["attendees"]] == [f"{first} {last}"]


def test_door_answer_leads_on_by_enter_and_back_to_the_field(service: Any, browser: Browser, guest: Any) -> None:
    door, address = browser("door"), f"/staff/check-in/{guest.activity_id}"
    for typed in (guest.code, ticket(service, guest).replace("/", "é"), "x" * 60):
        page = door.post(address, data={"typed": typed, "point": "entree"}).text
        [following] = [part for part in page.split("<a ")[1:] if "data-next" in part]
        assert "#f-typed" in following and "autofocus" in following
        assert ("Chercher par nom" in page and "/walk-in?point=entree" in page) is (typed == "x" * 60)
    assert "Arrivée déjà notée" in door.post(address, data={"typed": ticket(service, guest).replace("/", "é")}).text
