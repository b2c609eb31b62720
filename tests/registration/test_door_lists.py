"""The door's lists: a search that finds too many, and who is missing."""

import uuid
from typing import Any

from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser
from tests.tables import registrations


def test_door_search_with_too_many_matches_says_so_and_marks_held_places(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID
) -> None:
    for _ in range(5):
        make.registered(service.db, COCKTAIL, "car", ["Zoé Foule"] * 5, clock())
    make.registered(service.db, COCKTAIL, "car", ["Karl Carte"], clock(), method="card")
    door, address = browser("door"), f"/staff/check-in/{cocktail}"
    page = door.post(address, data={"typed": "foule"}).text
    assert "Plus de 20\u00a0personnes" in page and page.count("/substitution?") == 20
    held = door.post(address, data={"typed": "karl"}).text
    assert "Inscription non confirmée" in held and "/substitution?" not in held


def test_door_list_of_the_missing_is_grouped_by_company(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID
) -> None:
    make.registered(service.db, COCKTAIL, "car", ["Élise Côté-Lévesque"], clock())
    make.registered(service.db, COCKTAIL, "car", ["Zoé Roy", ""], clock(), company="Électro-Nord")
    make.registered(service.db, COCKTAIL, "car", ["Karl Carte"], clock(), method="card")
    door, address = browser("door"), f"/api/activities/{cocktail}/missing"
    found = door.get(address).json()
    assert [row["name"] for row in found["attendees"]] == ["", "Zoé Roy", "Élise Côté-Lévesque"]
    page = door.get(f"/staff/check-in/{cocktail}/missing").text
    assert page.index("Électro-Nord") < page.index("Usinage Valbrume inc.") and "3\u00a0personnes attendues" in page
    door.post(f"/api/activities/{cocktail}/check-ins", json={"attendee_id": found["attendees"][2]["attendee_id"]})
    assert [row["company"] for row in door.get(address).json()["attendees"]] == ["Électro-Nord"] * 2
    assert browser("accountant").get(address).status_code == 403


def test_door_list_with_expired_holds_hides_no_attendee(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID
) -> None:
    """Places that somebody let go of twenty times must not fill the answer before the one who comes."""
    for _ in range(5):
        held = make.registered(service.db, COCKTAIL, "car", ["Anne Absente"] * 5, clock(), method="card")
        with service.db.write() as session:
            session.execute(registrations.update().where(registrations.c.id == held).values(status="expired"))
    make.registered(service.db, COCKTAIL, "car", ["Zoé Présente"], clock())
    found = browser("door").get(f"/api/activities/{cocktail}/attendees", params={"q": "valbrume"}).json()
    assert ([row["name"] for row in found["attendees"]], found["next"]) == (["Zoé Présente"], None)
