"""Staff change one part of a registration in its place: answers, company, order number, note, each with its author."""

import re
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from kit.sql import column, table
from registration.history import queries as history
from registration.notes.models import RegistrationNote
from registration.privacy.flows_retention import forget
from registration.registrations.models import Answer, Attendee, Registration
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser
from tests.registration.strangers import post, signup

COHORT = "ef2-jonquiere-2027"
ANNE = "Anne Bureau"


@pytest.fixture
def place(app: FastAPI) -> dict[str, Any]:
    """Zoé's registration, with an ordinary answer and one told in confidence."""
    person = {"first_name": "Zoé", "last_name": "Roy", "email": "zoe@example.org"}
    answers = {"q-titre": "Directrice", "q-allergie": "arachides"}
    item = {"product": "car", "who": "non_member", "quantity": 1, "attendees": [person | {"answers": answers}]}
    made = post(app, "192.0.2.7", signup(method="invoice", items=[item])).json()
    return {"id": uuid.UUID(made["id"]), "address": f"/staff/registrations/{made['id']}"}


def hidden(page: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found, f"no {name}"
    return found.group(1)


def send(client: Any, place: dict[str, Any], part: str, **fields: Any) -> Any:
    """The form as it is shown, with some fields changed."""
    page = client.get(f"{place['address']}?edit={part}").text
    fields = {"seen": hidden(page, "seen"), "asked": re.findall(r'name="asked" value="([^"]*)"', page)} | fields
    return client.post(f"{place['address']}/edit/{part}", data=fields)


def answers_of(service: Any, registration: uuid.UUID) -> dict[str, Any]:
    """What is in the table, by question; a sealed answer as it lies there."""
    questions = {one.id: one.key for one in make.offer_of(service.db, COCKTAIL).questions}
    with service.db.read() as session:
        rows = session.execute(
            sa.select(column(Answer.question_id), column(Answer.value)).where(
                column(Answer.registration_id) == registration
            )
        )
        return {questions[question]: value for question, value in rows}


def opened_answers(client: Any, place: dict[str, Any]) -> dict[str, Any]:
    rows = client.post(f"/api/staff/registrations/{place['id']}/answers").json()
    return {row["question"]: row["value"] for row in rows}


def last_entry(service: Any, registration: uuid.UUID) -> tuple[str, str, dict[str, tuple[Any, Any]]]:
    with service.db.read() as session:
        entry = history.of(session, registration)[0]
        return entry.action, entry.actor, {one.field: (one.old, one.new) for one in entry.field_changes()}


ZOE = {"place.first_name": "Zoé", "place.last_name": "Roy", "place.email": "zoe@example.org"}


def test_answer_changed_by_staff_is_in_the_history_before_and_after(
    service: Any, browser: Browser, place: dict[str, Any]
) -> None:
    anne = browser("coordinator", name=ANNE)
    answer = send(anne, place, "place-1", **ZOE, **{"place.answers.q-titre": "Présidente"})
    assert answer.status_code == 303 and answer.headers["location"].endswith("#place-1"), answer.text
    action, actor, said = last_entry(service, place["id"])
    assert (action, actor) == ("registration.answers_changed", ANNE)
    assert said["answer.q-titre"] == ("Directrice", "Présidente")
    page = anne.get(place["address"]).text
    assert "Titre à imprimer sur l’insigne" in page and "Présidente" in page and "Directrice" in page


def test_answer_told_in_confidence_stays_sealed_when_another_changes(
    service: Any, browser: Browser, place: dict[str, Any]
) -> None:
    anne = browser("coordinator", name=ANNE)
    page = anne.get(f"{place['address']}?edit=place-1").text
    assert "arachides" not in page and "place.answers.q-allergie" not in page
    assert "Des réponses confidentielles ne sont pas affichées ici" in page
    send(anne, place, "place-1", **ZOE, **{"place.answers.q-titre": "Présidente"})
    assert "arachides" not in str(answers_of(service, place["id"])), "it lies there sealed"
    assert opened_answers(anne, place) == {
        "q-titre": "Présidente",
        "q-allergie": "arachides",
    }


def test_answer_told_in_confidence_is_changed_by_who_has_seen_it(
    service: Any, browser: Browser, place: dict[str, Any]
) -> None:
    anne = browser("coordinator", name=ANNE)
    assert browser("accountant").post(f"{place['address']}/answers?edit=place-1").status_code == 403
    page = anne.post(f"{place['address']}/answers?edit=place-1").text
    assert "arachides" in page and last_entry(service, place["id"])[0] == "registration.sensitive_shown"
    fields = {"seen": hidden(page, "seen"), "asked": re.findall(r'name="asked" value="([^"]*)"', page)}
    fields |= {"place.answers.q-titre": "Directrice", "place.answers.q-allergie": "noix de Grenoble"}
    assert anne.post(f"{place['address']}/edit/place-1", data=fields | ZOE).status_code == 303
    action, actor, said = last_entry(service, place["id"])
    assert (action, actor) == ("registration.answers_changed", ANNE)
    assert said["confidential"] == (None, ["q-allergie"]) and "noix" not in str(said)
    assert opened_answers(anne, place)["q-allergie"] == "noix de Grenoble"
    assert "noix" not in str(answers_of(service, place["id"]))


def test_answers_of_the_registration_are_checked_as_on_the_form(
    service: Any, browser: Browser, clock: FakeClock
) -> None:
    clock.advance(days=90)  # Its signup is open then.
    made = make.registered(service.db, COHORT, "ef2-place", ["Zoé Roy"], clock())
    place = {"id": made, "address": f"/staff/registrations/{made}"}
    anne = browser("coordinator", name=ANNE)
    refused = send(anne, place, "answers", **{"answers.q-fin": ""})
    assert refused.status_code == 422 and "Une aide financière est-elle prévue?" in refused.text
    assert send(anne, place, "answers", **{"answers.q-fin": "sq"}).status_code == 303
    assert last_entry(service, made)[2] == {"answer.q-fin": ("non", "sq")}
    assert "Oui, Services Québec" in anne.get(place["address"]).text
    refused = send(anne, place, "place-1", **ZOE, **{"place.answers.q-fonction": "x" * 1001})
    assert refused.status_code == 422 and "trop longue" in refused.text


def test_company_renamed_keeps_what_it_is_counted_and_found_by(
    service: Any, browser: Browser, clock: FakeClock
) -> None:
    made = make.registered(service.db, COCKTAIL, "car", ["Zoé Roy", "Luc Lac"], clock(), company="Fondrie Noel")
    place = {"id": made, "address": f"/staff/registrations/{made}"}
    answer = send(browser("coordinator", name=ANNE), place, "billing", company="Fonderie Noël", po_number="PO-1044")
    assert answer.status_code == 303
    with service.db.read() as session:
        row = session.get_one(Registration, made)
        people = session.execute(
            sa.select(column(Attendee.company_name), column(Attendee.search)).where(
                column(Attendee.registration_id) == made
            )
        ).all()
    assert (row.company_name, row.company_key, row.bill_to["po_number"]) == (
        "Fonderie Noël",
        "fonderie noel",
        "PO-1044",
    )
    assert "fonderie noel" in row.search and "fondrie" not in row.search
    assert all(name == "Fonderie Noël" and "fonderie noel" in search for name, search in people)
    action, actor, said = last_entry(service, made)
    assert (action, actor) == ("registration.billing_corrected", ANNE)
    assert said == {"company_name": ("Fondrie Noel", "Fonderie Noël"), "po_number": ("", "PO-1044")}
    found = browser("coordinator").get(
        f"/api/staff/activities/{row.activity_id}/registrations", params={"q": "fonderie"}
    )
    assert str(made) in found.text


def test_second_of_two_people_is_shown_both_and_loses_nothing(
    service: Any, browser: Browser, place: dict[str, Any]
) -> None:
    anne, luc = browser("coordinator", name=ANNE), browser("coordinator", name="Luc Bureau")
    seen = hidden(luc.get(f"{place['address']}?edit=note").text, "seen")
    send(anne, place, "note", note="Préfère le virement.")
    refused = luc.post(f"{place['address']}/edit/note", data={"seen": seen, "note": "Rappeler lundi."})
    assert refused.status_code == 409
    assert "Préfère le virement." in refused.text and "Rappeler lundi." in refused.text
    assert "Quelqu’un d’autre vient de modifier cette partie" in refused.text
    assert last_entry(service, place["id"])[1] == ANNE
    again = {"seen": hidden(refused.text, "seen"), "note": "Préfère le virement. Rappeler lundi."}
    assert luc.post(f"{place['address']}/edit/note", data=again).status_code == 303
    assert last_entry(service, place["id"])[2] == {
        "note": ("Préfère le virement.", "Préfère le virement. Rappeler lundi.")
    }


def test_second_of_two_people_sees_both_answers(browser: Browser, place: dict[str, Any]) -> None:
    anne, luc = browser("coordinator", name=ANNE), browser("coordinator", name="Luc Bureau")
    page = luc.get(f"{place['address']}?edit=place-1").text
    fields = {"seen": hidden(page, "seen"), "asked": re.findall(r'name="asked" value="([^"]*)"', page)}
    send(anne, place, "place-1", **ZOE, **{"place.answers.q-titre": "Présidente", "place.answers.q-mailler": ["man"]})
    typed = ZOE | {"place.answers.q-titre": "Trésorière", "place.answers.q-mailler": ["ser", "tec"]}
    refused = luc.post(f"{place['address']}/edit/place-1", data=fields | typed)
    assert refused.status_code == 409
    for words in ("Présidente", "Trésorière", "Manufacturiers et équipementiers", "Haute technologie"):
        assert words in refused.text
    assert "arachides" not in refused.text


def test_two_people_who_change_other_parts_do_not_meet(browser: Browser, place: dict[str, Any]) -> None:
    anne, luc = browser("coordinator", name=ANNE), browser("coordinator", name="Luc Bureau")
    seen = hidden(luc.get(f"{place['address']}?edit=billing").text, "seen")
    send(anne, place, "note", note="Préfère le virement.")
    fields = {"seen": seen, "company": "Usinage Valbrume inc.", "po_number": "PO-7"}
    assert luc.post(f"{place['address']}/edit/billing", data=fields).status_code == 303


def test_note_is_forgotten_with_the_people_it_is_of(
    service: Any, browser: Browser, place: dict[str, Any], clock: FakeClock
) -> None:
    send(browser("coordinator"), place, "note", note="Canari au téléphone.")
    send(browser("coordinator"), place, "place-1", **ZOE, **{"place.answers.q-titre": "Canari"})
    clock.advance(days=365 * 4)
    forget(service)
    with service.db.read() as session:
        assert session.execute(sa.select(table(RegistrationNote))).all() == []
        said = [entry.changes for entry in history.of(session, place["id"])]
    assert "Canari" not in str(said)


def test_note_is_seen_by_staff_alone(app: FastAPI, browser: Browser, place: dict[str, Any]) -> None:
    send(browser("coordinator"), place, "note", note="Client difficile.")
    assert "Client difficile." in browser("accountant").get(place["address"]).text
    link = browser("coordinator").get(f"/api/staff/registrations/{place['id']}").json()["personal_url"]
    assert "difficile" not in browser().get(link).text
    token = {"X-Link-Token": link.rsplit("/", 1)[1]}
    assert "difficile" not in browser().get(f"/api/registrations/{place['id']}", headers=token).text


def test_cancelled_registration_says_why_it_is_not_edited(browser: Browser, place: dict[str, Any]) -> None:
    anne = browser("coordinator", name=ANNE)
    seen = hidden(anne.get(f"{place['address']}?edit=billing").text, "seen")
    assert anne.post(f"/api/staff/registrations/{place['id']}/cancel", json={}).status_code == 200
    page = anne.get(place["address"]).text
    assert "Cette inscription est annulée depuis le" in page
    assert "?edit=billing" not in page and "?edit=note" in page
    late = anne.post(f"{place['address']}/edit/billing", data={"seen": seen, "company": "X", "po_number": ""})
    assert late.status_code == 409
    assert send(anne, place, "note", note="Annulée au téléphone.").status_code == 303


def test_registration_that_waits_for_its_card_says_so(browser: Browser, signed_up: list[uuid.UUID]) -> None:
    page = browser("coordinator").get(f"/staff/registrations/{signed_up[1]}").text
    assert "Le paiement par carte est attendu" in page and "?edit=billing" not in page


@pytest.mark.parametrize("role", ["accountant", "door"])
def test_edit_is_for_those_who_write_to_people(browser: Browser, place: dict[str, Any], role: str) -> None:
    seen = hidden(browser("coordinator").get(f"{place['address']}?edit=note").text, "seen")
    fields = {"seen": seen, "note": "Non."}
    assert browser(role).post(f"{place['address']}/edit/note", data=fields).status_code == 403
    assert browser(role).post(f"/api/staff/registrations/{place['id']}/corrections", json=fields).status_code == 403


def test_edit_by_api_is_the_same_and_refuses_an_older_version(
    service: Any, browser: Browser, place: dict[str, Any]
) -> None:
    anne = browser("coordinator", name=ANNE)
    file, address = f"/api/staff/registrations/{place['id']}", f"/api/staff/registrations/{place['id']}/corrections"
    read = anne.get(file).json()
    zoe = read["attendees"][0]["id"]
    body = {
        "company": "Fonderie Noël",
        "po_number": "PO-1044",
        "note": "Préfère le virement.",
        "attendees": [{"id": zoe, "answers": {"q-titre": "Présidente"}}],
        "versions": read["versions"],
    }
    assert anne.post(address, json=body).status_code == 200
    now = anne.get(file).json()
    assert (now["company"], now["po_number"], now["note"]["body"]) == (
        "Fonderie Noël",
        "PO-1044",
        "Préfère le virement.",
    )
    assert now["note"]["written_by"] == ANNE and now["attendees"][0]["name"] == "Zoé Roy"
    assert opened_answers(anne, place) == {"q-titre": "Présidente", "q-allergie": "arachides"}
    refused = anne.post(address, json={"note": "Autre.", "versions": {"note": read["versions"]["note"]}})
    assert (refused.status_code, refused.json()["code"]) == (409, "EditedMeanwhile")
    wrong = {"note": "x" * 1001, "company": "x" * 201, "attendees": [{"id": zoe, "answers": {"q-titre": "x" * 1001}}]}
    refused = anne.post(address, json=wrong)
    assert (refused.status_code, refused.json()["errors"]) == (
        422,
        {
            "note": "problem.too_long",
            "company": "problem.line_too_long",
            "attendees[0].answers.q-titre": "problem.too_long",
        },
    )
