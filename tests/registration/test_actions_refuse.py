"""What staff ask for and is not there, is there already, or cannot be: refused by its name, and nothing is changed."""

import uuid
from typing import Any

import pytest
from starlette.testclient import TestClient

from kit.contracts import Bilingual
from kit.contracts.callers import Caller
from kit.db import new_id
from kit.errors import NotFound
from registration.catalog.allotments import actions as allotments
from registration.catalog.allotments.rules import NOBODY_ONLINE, Reserving
from registration.catalog.covers import actions as covers
from registration.files.rules import UnknownFile
from registration.history import queries as history
from registration.notes import actions as notes
from registration.notes.queries import note_of
from registration.views import actions as views
from registration.views.rules import Listed
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.registration.test_sponsors import OPEN, level, made, sponsor

ANNE = Caller(frozenset({"coordinator"}), "u", "Anne Bureau")
NOBODY = uuid.UUID(int=7)


@pytest.fixture
def staff(browser: Browser) -> TestClient:
    return browser("coordinator")


@pytest.mark.parametrize("act", ["terms", "close"])
def test_code_that_is_none_is_not_found(staff: TestClient, act: str) -> None:
    answer = staff.post(f"/api/staff/codes/{NOBODY}/{act}", json={"max_units": 3} if act == "terms" else None)
    assert answer.status_code == 404


def test_cover_of_no_activity_or_of_no_file_is_refused(service: Any, clock: FakeClock, cocktail: uuid.UUID) -> None:
    with service.db.write() as session:
        with pytest.raises(NotFound):
            covers.set_cover(session, NOBODY, None, Bilingual(fr=""), ANNE, clock())
        with pytest.raises(UnknownFile):
            covers.set_cover(session, cocktail, NOBODY, Bilingual(fr="Une fanfare"), ANNE, clock())


def test_places_of_no_resource_are_not_reserved(service: Any, clock: FakeClock) -> None:
    with service.db.write() as session, pytest.raises(NotFound):
        allotments.reserve(session, NOBODY, Reserving("Partenaires", 3), NOBODY_ONLINE, ANNE, clock())


def test_view_of_nobody_is_not_kept(service: Any, clock: FakeClock) -> None:
    with service.db.write() as session, pytest.raises(NotFound):
        views.keep(session, NOBODY, Listed.ATTENDEES, "Absents", "show=absent", clock())


def test_note_written_the_same_again_changes_nothing(
    service: Any, clock: FakeClock, signed_up: list[uuid.UUID]
) -> None:
    registration = signed_up[0]

    def write(body: str) -> int:
        with service.db.write() as session:
            notes.write(session, registration, body, ANNE, clock())
            assert note_of(session, registration).body == body
            return len(history.of(session, registration))

    before = write("Rappeler lundi")
    assert write("Rappeler lundi") == before
    assert write("") == before + 1


def test_spots_left_out_go_unless_they_are_sold(service: Any, browser: Browser, clock: FakeClock) -> None:
    clock.now = OPEN
    staff = browser("coordinator")
    with service.db.read() as session:
        golf = make.activity_id(session, "golf-2027")
    address = f"/api/staff/activities/{golf}"

    def keep(*spots: str) -> Any:
        prices = staff.get(f"{address}/draft").json()["prices"]
        holes = next(one for one in prices["products"] if one["key"] == "spon-trou")
        holes["level"]["spots"] = [one for one in holes["level"]["spots"] if one["key"] in spots]
        return staff.put(f"{address}/prices", json=prices)

    made(sponsor(browser, level("spon-trou", "spon-trou:7")))
    assert keep("spon-trou:1", "spon-trou:2").status_code == 409, "somebody sponsors the seventh"
    assert keep("spon-trou:1", "spon-trou:7").status_code == 200
    assert sponsor(browser, level("spon-trou", "spon-trou:2")).status_code == 422
    made(sponsor(browser, level("spon-trou", "spon-trou:1")))


def test_early_bird_moves_with_the_activity_when_it_is_asked(staff: TestClient, service: Any) -> None:
    with service.db.read() as session:
        golf = make.activity_id(session, "golf-2027")
    address = f"/api/staff/activities/{golf}"
    asked = {
        "id": str(new_id()),
        "kind": "postpone",
        "starts": "2027-08-19T09:00:00",
        "move_early_bird": True,
        "move_sale": True,
        "decide_by": "2027-06-24",
        "subject": {"fr": "Reporté"},
        "text": {"fr": "Le tournoi est reporté."},
    }
    assert staff.post(f"{address}/rearrangements", json=asked).status_code == 200
    prices = staff.get(f"{address}/draft").json()["prices"]["products"]
    ends = {price["key"]: price["until"] for product in prices for price in product["prices"] if price["until"]}
    assert ends["golf-quat-m-eb"] == "2027-07-23T23:59:00"
    late = {**asked, "id": str(new_id()), "kind": "cancel", "starts": None, "decide_by": None, "reason": "Verglas"}
    assert staff.post(f"{address}/rearrangements", json=late).status_code == 200
    again = staff.post(f"{address}/rearrangements", json=late | {"id": str(new_id())})
    assert again.status_code == 409 and again.json()["code"] == "AlreadyCancelled"
