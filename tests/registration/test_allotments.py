"""Places reserved for somebody until a date: fewer for the public, theirs first, back on sale once."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select
from starlette.testclient import TestClient

from kit.sql import table
from registration import jobs
from registration.catalog.allotments.models import Allotment
from registration.catalog.codes.models import Code
from registration.catalog.models import Resource
from registration.invariants import invariants
from registration.registrations.actions import release
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser
from tests.registration.test_signup import ONE, asked
from tests.tables import resources

SIGNUPS = f"/api/activities/{COCKTAIL}/registrations"
FORM = f"/fr/activites/{COCKTAIL}/inscription"


@pytest.fixture
def staff(browser: Browser) -> TestClient:
    return browser("coordinator")


class Room:
    """The cocktail with ten places, and a code."""

    def __init__(self, service: Any, browser: Browser, staff: TestClient, cocktail: uuid.UUID) -> None:
        self.service, self.browser, self.staff, self.cocktail = service, browser, staff, cocktail
        with service.db.write() as session:
            [self.resource] = session.exec(select(Resource).where(Resource.activity_id == cocktail)).all()
            mine = resources.c.id == self.resource.id
            session.execute(sa.update(table(Resource)).where(mine).values(capacity=10))
            code = Code(activity_id=cocktail, word="PARTENAIRES", percent_off=10, max_units=50)
            session.add(code)
            session.flush()
            self.code = code.id

    def reserve(self, units: int, **more: Any) -> uuid.UUID:
        body = {"label": "Partenaires", "resource": self.resource.key, "units": units, **more}
        answer = self.staff.post(f"/api/staff/activities/{self.cocktail}/allotments", json=body)
        assert answer.status_code == 201, answer.text
        return uuid.UUID(answer.json()["id"])

    def sign_up(self, quantity: int, code: str = "", **changes: Any) -> Any:
        return self.browser().post(SIGNUPS, json=asked(items=[ONE | {"quantity": quantity}], code=code, **changes))

    def counters(self) -> tuple[int, int]:
        """Taken and reserved, when nothing is wrong anywhere."""
        assert invariants(self.service.db) == []
        with self.service.db.read() as session:
            row = session.execute(sa.select(resources).where(resources.c.id == self.resource.id)).one()
        return row.taken, row.reserved

    def act(self, allotment: uuid.UUID, verb: str, **body: Any) -> Any:
        return self.staff.post(f"/api/staff/allotments/{allotment}/{verb}", json=body or None)

    def listed(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.staff.get(f"/api/staff/activities/{self.cocktail}/allotments").json()
        return rows

    def cancel(self, answer: Any, **body: Any) -> None:
        address = f"/api/staff/registrations/{answer.json()['id']}/cancel"
        cancelled = self.staff.post(address, json=body)
        assert cancelled.status_code == 200, cancelled.text


@pytest.fixture
def room(service: Any, browser: Browser, staff: TestClient, cocktail: uuid.UUID) -> Room:
    return Room(service, browser, staff, cocktail)


def test_allotment_leaves_that_many_fewer_to_the_public(room: Room) -> None:
    room.reserve(4, code_id=str(room.code))
    assert room.counters() == (0, 4)
    assert room.sign_up(7).status_code == 422
    assert room.sign_up(6).status_code == 201
    assert room.sign_up(1).json()["code"] == "SoldOut"
    assert "sold_out" in room.browser().get(f"/api/activities/{COCKTAIL}").text
    mine = room.browser().post(FORM, data={"code": "partenaires", "action": "update"})
    assert 'name="q.car.non_member"' in mine.text, "the form is open to whoever has the code"
    assert room.sign_up(4, "partenaires").status_code == 201
    assert room.counters() == (10, 0)
    assert room.sign_up(1, "partenaires").json()["code"] == "SoldOut"


def test_allotment_used_up_goes_on_with_public_places(room: Room) -> None:
    room.reserve(2, code_id=str(room.code))
    assert room.sign_up(5, "partenaires").status_code == 201
    assert room.counters() == (5, 0)
    assert room.listed()[0]["taken"] == 2


def test_allotment_takes_its_places_back_while_it_stands(room: Room) -> None:
    allotment = room.reserve(4, code_id=str(room.code))
    taken = room.sign_up(3, "partenaires")
    assert room.counters() == (3, 1)
    room.cancel(taken)
    assert room.counters() == (0, 4)
    again = room.sign_up(3, "partenaires")
    assert room.act(allotment, "release").status_code == 200
    assert room.counters() == (3, 0)
    room.cancel(again)
    assert room.counters() == (0, 0), "what was released since is everybody's"


def test_allotment_of_a_hold_that_ends_is_reserved_again(room: Room, service: Any, clock: FakeClock) -> None:
    room.reserve(4, code_id=str(room.code))
    held = room.sign_up(3, "partenaires", method="card")
    assert (held.json()["status"], room.counters()) == ("held", (3, 1))
    with service.db.write() as session:
        assert release(session, uuid.UUID(held.json()["id"]), clock())
    assert room.counters() == (0, 4)


def test_allotment_of_a_company_is_for_those_we_know(room: Room, service: Any) -> None:
    with service.db.read() as session:
        company = session.execute(sa.text("SELECT id, name, access_code FROM company WHERE key = 'c01'")).one()
    room.reserve(10, company_id=str(uuid.UUID(str(company.id))))
    assert room.sign_up(1, company=company.name).json()["code"] == "SoldOut", "a name typed opens nothing"
    answer = room.browser().post(SIGNUPS, json=asked(code=company.access_code))
    assert answer.status_code == 201, answer.text
    assert room.counters() == (1, 9)


def test_allotment_is_released_once_by_the_clock(room: Room, service: Any, clock: FakeClock) -> None:
    at: datetime = clock() + timedelta(hours=1)
    allotment = room.reserve(4, release_at=at.isoformat())
    jobs.release_due(service)
    assert room.counters() == (0, 4)
    clock.advance(hours=2)
    jobs.release_due(service)
    jobs.release_due(service)
    assert room.counters() == (0, 0)
    with service.db.read() as session:
        assert session.exec(select(Allotment.released_at).where(Allotment.id == allotment)).one() is not None
        history = session.execute(sa.text("SELECT action FROM history_entry WHERE action LIKE '%released'")).all()
    assert len(history) == 1


def test_allotment_refusals_name_what_is_wrong(room: Room, clock: FakeClock) -> None:
    address = f"/api/staff/activities/{room.cocktail}/allotments"
    good = {"label": "Partenaires", "resource": room.resource.key, "units": 4}
    for change, field in (
        ({"label": ""}, "label"),
        ({"units": 0}, "units"),
        ({"resource": "nothing"}, "resource"),
        ({"code_id": str(uuid.uuid4())}, "code"),
        ({"company_id": str(uuid.uuid4())}, "company_id"),
        ({"release_at": (clock() - timedelta(hours=1)).isoformat()}, "release_at"),
    ):
        refused = room.staff.post(address, json=good | change)
        assert refused.status_code == 422 and field in refused.json()["errors"], refused.text
    room.sign_up(3)
    too_many = room.staff.post(address, json=good | {"units": 8})
    assert (too_many.status_code, too_many.json()["code"]) == (409, "NotEnoughLeft")
    allotment = room.reserve(5, code_id=str(room.code))
    room.sign_up(2, "partenaires")
    terms = {"label": "Partenaires", "units": 1}
    assert room.act(allotment, "terms", **terms).json()["code"] == "AllotmentBelowTaken"
    assert room.act(allotment, "terms", **terms | {"units": 9}).json()["code"] == "NotEnoughLeft"
    assert room.act(allotment, "terms", **terms | {"units": 3}).status_code == 200
    assert room.counters() == (5, 1)
    assert room.act(uuid.uuid4(), "release").status_code == 404
    assert room.browser("accountant").post(address, json=good).status_code == 403


def test_capacity_is_not_lowered_below_what_is_taken_and_reserved(room: Room) -> None:
    address = f"/api/staff/activities/{room.cocktail}"
    section = room.staff.get(f"{address}/draft").json()["resources"]

    def put(capacity: int) -> tuple[int, str]:
        section["resources"][0]["capacity"] = capacity
        answer = room.staff.put(f"{address}/resources", json=section)
        return answer.status_code, answer.json().get("code", "")

    assert put(20)[0] == 200
    room.reserve(9, code_id=str(room.code))
    room.sign_up(3)
    assert put(11) == (409, "CapacityBelowReserved")
    assert put(12)[0] == 200
    assert room.counters() == (3, 9)
    # A resource of which places are, or were, reserved is not taken away.
    section["resources"], section["uses"] = [], {}
    assert put_whole(room, section) == (409, "StillHeld")


def put_whole(room: Room, section: dict[str, Any]) -> tuple[int, str]:
    answer = room.staff.put(f"/api/staff/activities/{room.cocktail}/resources", json=section)
    return answer.status_code, answer.json().get("code", "")


def test_allotments_on_the_page(room: Room) -> None:
    address = f"/staff/activities/{room.cocktail}/allotments"
    form = {"label": "Nouvelles entreprises", "resource": room.resource.key, "units": "3", "code": str(room.code)}
    refused = room.staff.post(address, data=form | {"units": "trois", "company": "Inconnue inc."})
    assert refused.status_code == 422 and 'value="trois"' in refused.text and 'aria-invalid="true"' in refused.text
    unknown = room.staff.post(address, data=form | {"company": "Inconnue inc."})
    assert unknown.status_code == 422 and "Aucune entreprise ne porte ce nom" in unknown.text
    assert room.staff.post(address, data=form | {"release_at": "2027-09-01T12:00"}).status_code == 303
    page = room.staff.get(address)
    assert "Nouvelles entreprises" in page.text and "PARTENAIRES" in page.text and "0 de 3" in page.text
    activity = room.staff.get(f"/staff/activities/{room.cocktail}")
    assert "Nouvelles entreprises" in activity.text and "3 réservées" in activity.text
    [row] = room.listed()
    terms = {"label": "Nouvelles", "units": "0", "release_at": ""}
    assert room.staff.post(f"{address}/{row['id']}/terms", data=terms).status_code == 422
    assert room.staff.post(f"{address}/{row['id']}/terms", data=terms | {"units": "2"}).status_code == 303
    assert room.counters() == (0, 2)
    assert room.staff.post(f"{address}/{row['id']}/release").status_code == 303
    assert room.staff.post(f"{address}/{row['id']}/release").status_code == 409
    assert room.counters() == (0, 0)


def test_allotment_until_a_year_that_nobody_may_write_is_refused(
    service: Any, browser: Browser, cocktail: uuid.UUID
) -> None:
    """The last hour of 2199 is one of 2200 elsewhere, which no list could say."""
    client, address = browser("coordinator"), f"/staff/activities/{cocktail}/allotments"
    asked = {"resource": "places", "label": "Partenaires", "units": "2", "release_at": "2199-12-31T23:59"}
    assert client.post(address, data=asked).status_code == 422
    body = {**asked, "units": 2, "release_at": "2199-12-31T23:59:00-05:00"}
    refused = client.post(f"/api{address}", json=body)
    assert (refused.status_code, set(refused.json()["errors"])) == (422, {"release_at"})
    assert client.get(f"/api{address}").json() == []
