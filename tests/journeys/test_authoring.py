"""A coordinator makes an activity on pages and a stranger signs up for it; an activity sold already is changed."""

import re
import uuid
from typing import Any

from tests import make
from tests.fakes.house import House
from tests.journeys.signing import COMPANY, sign_up
from tests.journeys.test_office import only_registration, staff
from tests.registration.forms import Forms


def client(house: House) -> Any:
    return house.clients["registration"]


def begin(house: House, **said: str) -> uuid.UUID:
    answer = client(house).post(
        "/staff/new-activity", data=said, headers=staff(house, "coordinator"), follow_redirects=False
    )
    assert answer.status_code == 303, answer.text
    return uuid.UUID(answer.headers["location"].split("/")[-2])


def save(house: House, activity_id: uuid.UUID, section: str, **typed: str) -> Any:
    address = f"/staff/activities/{activity_id}/edit"
    page = client(house).get(address, headers=staff(house, "coordinator"))
    form: dict[str, Any] = {**Forms(page.text).of(f"/{section}"), **typed}
    return client(house).post(
        f"{address}/{section}", data=form, headers=staff(house, "coordinator"), follow_redirects=False
    )


def test_evening_from_a_preset_is_published_and_a_stranger_signs_up(house: House) -> None:
    """Three fields are typed: title, day, place."""
    evening = begin(
        house, preset="cocktail", title_fr="5 à 7 du printemps", day="2027-05-06", place="Salle des Deux-Rives"
    )
    assert house.visitor().get("http://registration.test/fr/activites/5-a-7-du-printemps").status == 404
    published = client(house).post(
        f"/staff/activities/{evening}/publish", data={"when": "now"}, headers=staff(house, "coordinator")
    )
    assert published.status_code == 303 and "done=published" in published.headers["location"]
    page = sign_up(house.visitor(), "5-a-7-du-printemps", {"q.place.non_member": "1", **COMPANY})
    assert page.has("C’est confirmé"), page.text
    house.settle()
    assert house.invariants() == []


def test_question_taken_away_keeps_what_was_answered(house: House) -> None:
    answered = {"q.car.non_member": "1", **COMPANY}
    visitor = house.visitor()
    page = visitor.get("http://registration.test/fr/activites/caricatures-2027/inscription")
    [name] = set(re.findall(r'name="([^"]*q-titre)"', page.text))
    page = sign_up(house.visitor(), "caricatures-2027", {**answered, name: "Cheffe de projet"})
    assert page.has("C’est confirmé")
    with house.registration.db.read() as session:
        activity = make.activity_id(session, "caricatures-2027")
    assert save(house, activity, "questions", remove="questions[0]").status_code == 200
    form = Forms(save(house, activity, "questions", remove="questions[0]").text).of("/questions")
    address = f"/staff/activities/{activity}/edit/questions"
    saved = client(house).post(
        address, data={**form, "do": "save"}, headers=staff(house, "coordinator"), follow_redirects=False
    )
    assert saved.status_code == 303
    asked = house.visitor().get("http://registration.test/fr/activites/caricatures-2027/inscription")
    assert "Titre à imprimer" not in asked.text
    registration = only_registration(house)
    shown = client(house).get(f"/staff/registrations/{registration}", headers=staff(house, "coordinator"))
    assert "Cheffe de projet" in shown.text
    table = client(house).get(
        f"/api/staff/activities/{activity}/attendees/export?format=csv", headers=staff(house, "coordinator")
    )
    assert "Cheffe de projet" in table.content.decode("utf-8-sig")


def test_price_and_capacity_changed_after_a_sale_leave_that_sale_as_it_was(house: House) -> None:
    page = sign_up(house.visitor(), "caricatures-2027", {"q.car.non_member": "1", **COMPANY})
    assert page.has("97,73 $")
    house.settle()
    with house.registration.db.read() as session:
        activity = make.activity_id(session, "caricatures-2027")
    dear = {f"products[0].prices[{n}].amount": "100,00" for n in range(6)}
    assert save(house, activity, "prices", **dear).status_code == 303
    assert save(house, activity, "resources", **{"resources[0].capacity": "0"}).status_code == 422
    assert save(house, activity, "resources", **{"resources[0].capacity": "10"}).status_code == 303
    gone = save(house, activity, "dates", starts="2027-03-18T17:00", ends="2027-03-18T20:00")
    assert gone.status_code == 409 and "Reporter" in gone.text
    mean = save(house, activity, "terms", **{"cancellation[0].until": "2027-03-01T17:00"})
    assert mean.status_code == 409 and "plus généreuses" in mean.text
    house.settle()
    [order] = (
        client(house)
        .get(f"/api/staff/activities/{activity}/registrations", headers=staff(house, "coordinator"))
        .json()["registrations"]
    )
    assert (order["total"], order["status"]) == (9773, "confirmed")
    assert sign_up(house.visitor(), "caricatures-2027", {"q.car.non_member": "10", **COMPANY}).status != 200
    assert house.invariants() == []
