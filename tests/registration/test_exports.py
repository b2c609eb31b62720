"""An activity's lists as files: what the page shows, to the cent, and no more than whoever asks may see."""

import csv
import io
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from starlette.testclient import TestClient

from kit.sheets import WORKBOOK
from registration.history import queries as history
from registration.office.exports import api
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser
from tests.registration.strangers import signup

GOLF = "golf-2027"


def table_of(client: TestClient, address: str, method: str = "GET", **sent: Any) -> list[dict[str, str]]:
    """A CSV file in French as rows by title."""
    answer = client.request(method, address, **sent)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))


def workbook_of(content: bytes) -> list[dict[str, Any]]:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]]


def cents(text: str) -> int:
    return int(text.replace(",", ""))


@pytest.fixture
def with_answers(browser: Browser) -> str:
    """A signup of two, with answers, one of them told in confidence; the registration's id."""
    people = [
        {"first_name": "Zoé", "last_name": "Roy", "email": "zoe@example.org"},
        {"first_name": "=Cmd", "last_name": "+Nasty", "email": "n@example.org"},
    ]
    answers = [
        {"q-allergie": "arachides", "q-titre": "Directrice", "q-photo": "yes", "q-mailler": ["man", "tec"]},
        {"q-titre": "-1+1", "q-photo": "no"},
    ]
    coming = [person | {"answers": given} for person, given in zip(people, answers, strict=True)]
    item = {"product": "car", "who": "non_member", "quantity": 2, "attendees": coming}
    made = browser().post(
        f"/api/activities/{COCKTAIL}/registrations",
        json=signup(items=[item], method="invoice", company="Fonderie Noël"),
    )
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def test_registrations_file_adds_up_to_what_the_page_says(
    browser: Browser, service: Any, cocktail: uuid.UUID, signed_up: Any
) -> None:
    client = browser("accountant")
    rows = table_of(client, f"/staff/activities/{cocktail}/registrations/export?format=csv")
    listed = client.get(f"/api/staff/activities/{cocktail}/registrations").json()["registrations"]
    assert [row["Code d’inscription"] for row in rows] == [row["code"] for row in listed]
    assert [cents(row["Total après crédits"]) for row in rows] == [row["left"] for row in listed]
    for row in rows:
        parts = ("Sous-total", "TPS", "TVQ")
        assert cents(row["Total"]) == sum(cents(row[part]) for part in parts) > 0
    tally = next(one["tally"] for one in client.get("/api/staff/activities").json() if one["id"] == str(cocktail))
    confirmed = [row for row in rows if row["État"] == "Confirmée"]
    assert sum(cents(row["Total après crédits"]) for row in confirmed) == tally["expected"]
    assert sum(int(row["Personnes"]) for row in confirmed) == tally["people"]
    assert sum(int(row["Sans nom"]) for row in confirmed) == tally["unnamed"] == 1


@pytest.mark.parametrize(
    ("query", "companies"),
    [
        ("", ["Fonderie Noël", "Usinage Valbrume inc.", "Usinage Valbrume inc."]),
        ("&sort=oldest", ["Usinage Valbrume inc.", "Usinage Valbrume inc.", "Fonderie Noël"]),
        ("&status=held", ["Usinage Valbrume inc."]),
        ("&unnamed=true", ["Usinage Valbrume inc."]),
        ("&method=cash", []),
    ],
)
def test_registrations_file_is_narrowed_as_the_list_is(
    browser: Browser, cocktail: uuid.UUID, signed_up: Any, query: str, companies: list[str]
) -> None:
    address = f"/staff/activities/{cocktail}/registrations/export?format=csv{query}"
    assert [row["Entreprise"] for row in table_of(browser("coordinator"), address)] == companies


@pytest.mark.parametrize(("tab", "words"), [("", "Fonderie Noël"), ("/attendees", "Zoé Roy")])
def test_buttons_of_a_list_export_what_was_looked_for(
    browser: Browser, cocktail: uuid.UUID, signed_up: Any, tab: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The words are in no address: the browser keeps them for the list, and for the files of it."""
    client, address = browser("coordinator"), f"/staff/activities/{cocktail}{tab}"
    found = client.post(address, data={"q": words}).headers["location"]
    page = client.get(found).text
    links = re.findall(r'href="([^"]*/export\?[^"]*)"', page)
    arrivals = [link for link in links if "/check-ins/export" in link]
    assert len(links) == 2 + len(arrivals) and "Exporter" in page and bool(arrivals) is (tab == "/attendees")
    link = next(link for link in links if "format=csv" in link).replace("&amp;", "&")
    rows = table_of(client, link)
    assert len(rows) == 1 and "Fonderie Noël" in rows[0].values()
    assert words.split()[-1] not in link + caplog.text


def test_files_have_names_without_anybody_in_them(browser: Browser, cocktail: uuid.UUID, signed_up: Any) -> None:
    client = browser("coordinator")
    for what, named in (("registrations", "inscriptions"), ("attendees", "participants"), ("check-ins", "arrivees")):
        for form in ("xlsx", "csv"):
            answer = client.get(f"/staff/activities/{cocktail}/{what}/export?format={form}")
            given = answer.headers["content-disposition"]
            assert re.fullmatch(rf'attachment; filename="{named}-caricatures-2027-\d{{4}}-\d\d-\d\d\.{form}"', given)
            assert answer.headers["cache-control"] == "no-store"


def test_attendees_file_tells_ordinary_answers_and_not_those_told_in_confidence(
    browser: Browser, cocktail: uuid.UUID, with_answers: str
) -> None:
    answer = browser("accountant").get(f"/staff/activities/{cocktail}/attendees/export")
    assert answer.headers["content-type"] == WORKBOOK
    nasty, zoe = workbook_of(answer.content)
    assert (zoe["Nom"], zoe["Prénom"], zoe["Entreprise"]) == ("Roy", "Zoé", "Fonderie Noël")
    assert zoe["Titre à imprimer sur l’insigne"] == "Directrice"
    assert zoe["Qui aimeriez-vous rencontrer?"] == "Manufacturiers et équipementiers, Haute technologie"
    photo = next(title for title in zoe if "photo" in title)
    assert (zoe[photo], nasty[photo]) == ("Oui", "Non")
    assert (nasty["Nom"], nasty["Prénom"], nasty["Titre à imprimer sur l’insigne"]) == ("+Nasty", "=Cmd", "-1+1")
    assert not [title for title in zoe if "llergies" in title] and b"arachides" not in answer.content


def test_confidential_answers_leave_when_the_box_is_ticked_and_history_says_so(
    service: Any, browser: Browser, cocktail: uuid.UUID, with_answers: str
) -> None:
    client, address = browser("coordinator", name="Anne"), f"/staff/activities/{cocktail}/attendees/export"
    page = client.get(f"/staff/activities/{cocktail}/attendees").text
    assert 'name="confidential"' in page and "allergies" in page
    plain = table_of(client, address, "POST", data={"format": "csv"})
    assert "arachides" not in str(plain) and entries(service, cocktail) == []
    rows = table_of(client, address, "POST", data={"format": "csv", "confidential": "yes"})
    allergies = [row["Allergies (transmises au traiteur seulement)"] for row in rows]
    assert sorted(allergies) == ["", "arachides"]
    assert entries(service, cocktail) == [("activity.answers_exported", "Anne")]
    by_api = table_of(client, f"/api{address}?format=csv", "POST")
    assert by_api == rows and len(entries(service, cocktail)) == 2
    told = client.get(f"/staff/registrations/{with_answers}").text
    assert told.count("Réponses confidentielles exportées") == 2 and "Anne" in told


def entries(service: Any, activity: uuid.UUID) -> list[tuple[str, str]]:
    with service.db.read() as session:
        told = [(entry.action, entry.actor) for entry in history.of(session, activity)]
    return [(action, actor) for action, actor in told if action.startswith("activity.answers")]


def test_registration_made_after_an_export_does_not_speak_of_it(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID
) -> None:
    client = browser("coordinator")
    assert client.post(f"/api/staff/activities/{cocktail}/attendees/export").status_code == 200
    clock.advance(seconds=60)
    later = make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock())
    assert "Réponses confidentielles exportées" not in client.get(f"/staff/registrations/{later}").text


def test_page_offers_the_box_only_where_something_is_confidential(
    browser: Browser, cocktail: uuid.UUID, signed_up: Any
) -> None:
    assert 'name="confidential"' not in browser("coordinator").get(f"/staff/activities/{cocktail}").text
    assert 'name="confidential"' not in browser("accountant").get(f"/staff/activities/{cocktail}/attendees").text


@pytest.mark.parametrize("what", ["registrations", "attendees", "check-ins"])
def test_files_are_for_staff_who_read_the_lists(browser: Browser, cocktail: uuid.UUID, what: str) -> None:
    for address in (f"/staff/activities/{cocktail}/{what}/export", f"/api/staff/activities/{cocktail}/{what}/export"):
        assert browser("door").get(address).status_code == 403
        assert browser().get(address).status_code in (303, 401)
        assert browser("accountant").get(address).status_code == 200
        if what != "check-ins":
            assert browser("accountant").post(address, data={"confidential": "yes"}).status_code == 403
        elsewhere = address.replace(str(cocktail), str(uuid.uuid4()))
        assert browser("director").get(elsewhere).status_code == 404


def test_programs_are_given_the_same_file(browser: Browser, cocktail: uuid.UUID, signed_up: Any) -> None:
    for what in ("registrations", "attendees", "check-ins"):
        client, address = browser("coordinator"), f"/staff/activities/{cocktail}/{what}/export?format=csv&lang=en"
        assert client.get(address).content == client.get(f"/api{address}").content
        assert b"First name" in client.get(address).content or b"Contact" in client.get(address).content


def test_arrivals_file_says_when_and_by_whom_and_what_was_taken_back(
    browser: Browser, clock: FakeClock, cocktail: uuid.UUID, signed_up: Any
) -> None:
    door = browser("door", name="Bénévole Un")
    coordinator = browser("coordinator")
    codes = {
        row["name"]: row["code"]
        for row in coordinator.get(f"/api/staff/activities/{cocktail}/attendees").json()["attendees"]
    }
    arrived = []
    for name in ("Élise Côté", "Zoé Roy"):
        body = {"code": codes[name], "point": "entree"}
        answer = door.post(f"/api/activities/{cocktail}/check-ins", json=body)
        assert answer.status_code == 200, answer.text
        arrived.append(answer.json())
        clock.advance(seconds=60)
    undone = door.post(f"/api/check-ins/{arrived[1]['check_in_id']}/undo")
    assert undone.status_code == 200, undone.text
    rows = table_of(coordinator, f"/staff/activities/{cocktail}/check-ins/export?format=csv")
    assert [(row["Nom"], row["Arrivée le"], row["Accueil par"]) for row in rows] == [
        ("Côté", "2027-02-17 12:00:00", "Bénévole Un"),
        ("Roy", "2027-02-17 12:01:00", "Bénévole Un"),
    ]
    assert [bool(row["Annulée le"]) for row in rows] == [False, True]
    nowhere = f"/staff/activities/{cocktail}/check-ins/export?format=csv&point=ailleurs"
    assert table_of(coordinator, nowhere) == []


def test_files_of_many_batches_hold_every_row_once(
    browser: Browser,
    service: Any,
    clock: FakeClock,
    cocktail: uuid.UUID,
    signed_up: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for n in range(5):
        make.registered(service.db, COCKTAIL, "car", [f"Jean Tremblay{n}"], clock() + timedelta(minutes=n))
    client = browser("coordinator")
    for what in ("registrations", "attendees"):
        address = f"/staff/activities/{cocktail}/{what}/export?format=csv"
        whole = client.get(address).content
        monkeypatch.setattr(api, "BATCH", 2)
        assert client.get(address).content == whole
        monkeypatch.undo()
        assert whole.count(b"\r\n") == 1 + 3 + 5


def test_attendees_file_names_options_as_the_form_does(service: Any, browser: Browser, clock: FakeClock) -> None:
    clock.advance(days=60)
    with service.db.read() as session:
        golf = make.activity_id(session, GOLF)
    make.registered(service.db, GOLF, "golf-souper", ["Élise Côté"], clock())
    rows = table_of(browser("coordinator"), f"/staff/activities/{golf}/attendees/export?format=csv")
    assert [row["Choix"] for row in rows] and rows[0]["Choix de repas"] == "Bœuf"
