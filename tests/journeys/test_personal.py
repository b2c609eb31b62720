"""The personal page: names and answers change until the deadline; the person who is named gets their own ticket."""

from datetime import UTC, datetime

from sqlalchemy import text

from tests.fakes.house import House
from tests.journeys.signing import COMPANY, sign_up


def told(house: House, action: str) -> int:
    with house.registration.db.read() as session:
        query = text("SELECT COUNT(*) FROM contract_audit WHERE action = :action")
        return int(session.execute(query, {"action": action}).scalar_one())


def test_place_is_named_later_with_its_answers(house: House) -> None:
    visitor = house.visitor()
    page = sign_up(visitor, "caricatures-2027", {"q.car.non_member": "3", **COMPANY})
    place = page.text.split('id="place-2"')[1].split('action="')[1].split('"')[0]
    person = {"first_name": "Rosalie", "last_name": "Deux-Rives", "email": "rosalie@example.org"}
    fields = {f"p2.{name}": value for name, value in person.items()} | {"p2.answer.q-titre": "Directrice générale"}
    unanswered = visitor.post(place, {name: value for name, value in fields.items() if "answer" not in name})
    assert unanswered.text.split('id="place-2"')[1].count("Pas répondu") == 1
    page = visitor.post(place, fields)
    assert page.has("Le changement est enregistré"), page.text
    assert page.has("Rosalie Deux-Rives") and "Pas répondu" not in page.text.split('id="place-2"')[1]
    assert page.has("Répondu")
    assert page.field("p2.answer.q-titre") == "Directrice générale"
    house.settle()
    assert [letter["X-Message-Key"].split(":")[0] for letter in house.mail.to("rosalie@example.org")] == ["ticket"]
    assert told(house, "registration.answers_changed") == 1
    assert house.invariants() == []


def test_answer_for_the_whole_registration_can_be_changed(house: House) -> None:
    house.clock.set(datetime(2027, 5, 20, 16, 0, tzinfo=UTC))
    house.settle()
    visitor = house.visitor()
    fields = {"q.golf-ind.non_member": "1", "a.golf-ind.non_member.0.answer.q-repas": "veg", **COMPANY}
    page = sign_up(visitor, "tournoi-golf-2027", fields)
    address = page.url.split("?")[0]
    page = visitor.post(f"{address}/answers", {"answers.q-jumeler": "Rosalie Deux-Rives"})
    assert page.has("Les réponses sont enregistrées"), page.text
    assert page.field("answers.q-jumeler") == "Rosalie Deux-Rives"
    assert told(house, "registration.answers_changed") == 1


def test_place_with_mistakes_has_them_named_on_itself(house: House) -> None:
    visitor = house.visitor()
    page = sign_up(visitor, "caricatures-2027", {"q.car.non_member": "2", **COMPANY})
    place = page.text.split('id="place-2"')[1].split('action="')[1].split('"')[0]
    page = visitor.post(place, {"p2.first_name": "Rosalie", "p2.email": "rosalie"})
    assert page.status == 422
    summary = page.text.split('class="error-summary"')[1].split("</div>")[0].replace("\u00a0", " ")
    assert 0 < summary.index("2. Nom : ") < summary.index("2. Courriel : "), "in the order of the page"
