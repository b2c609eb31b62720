"""What no author means and a program may send: each is refused by its field, and nothing that stands is harmed."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from kit.text import Catalogue
from registration.catalog.sections.rules_notes import NEEDED, SUBSTITUTIONS
from tests.registration.conftest import Browser

STAFF = "/api/staff/activities"
Json = dict[str, Any]


@pytest.fixture
def staff(browser: Browser) -> TestClient:
    return browser("coordinator")


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def begin(staff: TestClient, **new: Any) -> Any:
    said = {"preset": "cocktail", "title_fr": "Soirée", "day": "2027-05-06", "place": "Quai"}
    return staff.post(STAFF, json=said | new, headers=key())


@pytest.fixture
def draft(staff: TestClient) -> Json:
    found: Json = staff.get(f"{STAFF}/{begin(staff).json()['id']}/draft").json()
    return found


def save(staff: TestClient, draft: Json, section: str, **changes: Any) -> Any:
    return staff.put(f"{STAFF}/{draft['id']}/{section}", json=draft[section] | changes)


SESSION = {"number": 1, "day": "2027-05-06", "starts": "09:00", "ends": "17:00"}
TEXT = {"key": "k", "type": "text", "label": {"fr": "Quoi"}}
TWICE = [{"id": "a", "label": {"fr": "A"}}, {"id": "a", "label": {"fr": "B"}}]


def twice(name: str) -> Callable[[Json], Json]:
    """The first of a list and the same again, under a new key."""
    return lambda section: {name: [section[name][0] | {"key": "k"}] * 2}


def price_twice(section: Json) -> Json:
    first = section["products"][0]
    again = first | {"key": "autre", "prices": [first["prices"][0]]}
    return {"products": [first, again]}


@pytest.mark.parametrize(
    ("section", "changes", "place"),
    [
        ("dates", lambda _: {"sessions": [SESSION | {"starts": "09:00Z"}]}, "sessions[0].starts"),
        ("dates", lambda _: {"sessions": [SESSION | {"ends": 61_200}]}, "sessions[0].ends"),
        ("dates", lambda _: {"sessions": [SESSION | {"day": "2199-12-31"}]}, "sessions[0].day"),
        ("dates", lambda _: {"starts": "2199-12-31T20:00", "ends": "2199-12-31T21:00"}, "starts"),
        ("dates", lambda _: {"starts": "1900-01-01T20:00"}, "starts"),
        ("prices", twice("products"), "products[1].key"),
        ("prices", price_twice, "products[1].prices[0].key"),
        ("resources", lambda section: twice("resources")(section) | {"uses": {}}, "resources[1].key"),
        ("resources", lambda _: {"uses": {"rien": {"places": 1}}}, "uses.rien"),
        ("questions", lambda _: {"questions": [TEXT, TEXT]}, "questions[1].key"),
        (
            "questions",
            lambda _: {"questions": [TEXT | {"type": "choice", "options": TWICE}]},
            "questions[0].options[1].id",
        ),
        ("welcome", lambda _: {"points": [{"key": "a"}, {"key": "a"}]}, "points[1].key"),
    ],
)
def test_section_no_form_can_send_is_refused_by_its_field(
    staff: TestClient, draft: Json, section: str, changes: Callable[[Json], Json], place: str
) -> None:
    answer = save(staff, draft, section, **changes(draft[section]))
    assert answer.status_code == 422 and place in answer.json()["errors"], answer.text
    assert staff.get(f"{STAFF}/{draft['id']}/draft").json()["marks"] == draft["marks"]


@pytest.mark.parametrize(
    ("kind", "values", "place"),
    [
        ("text", {"labels": "x"}, "values.labels"),
        ("text", {"kind": "autre"}, "values.kind"),
        ("text", {"day": "hier"}, "values.day"),
        ("text", {"until": "2027-05-06T09:00"}, "values.until"),
        ("text", {"from": ["2027-05-06"]}, "values.from"),
        ("text", {"days": 10**40}, "values.days"),
        ("text", {"name": "a\x00b"}, "values.name"),
        ("text", {"a{b}": "c"}, "values.a{b}"),
        ("trainer", {}, "values"),
        ("substitution", {"rule": "jamais"}, "values.rule"),
        ("attestation", {"percent": 80, "hours": "beaucoup"}, "values.hours"),
    ],
)
def test_note_that_no_sentence_can_say_is_refused(
    staff: TestClient, draft: Json, kind: str, values: Json, place: str
) -> None:
    answer = save(staff, draft, "essentials", notes=[{"kind": kind, "text": {"fr": "Mot"}, "values": values}])
    assert answer.status_code == 422 and f"notes[0].{place}" in answer.json()["errors"], answer.text


def test_sentences_of_notes_are_written_with_what_notes_must_say(service: Any) -> None:
    catalogue: Catalogue = service.pages.catalogue
    told = {name.removeprefix("storefront.note.") for name in catalogue.sentences["fr"] if "storefront.note." in name}
    assert {name.removeprefix("substitution.") for name in told if name.startswith("substitution.")} == SUBSTITUTIONS
    for kind in told - {"prerequisite", "funding", "pavilions", *(f"substitution.{rule}" for rule in SUBSTITUTIONS)}:
        for lang in ("fr", "en"):
            asked = set(re.findall(r"{(\w+)}", catalogue.pattern(lang, f"storefront.note.{kind}")))
            assert asked <= NEEDED.get(kind, frozenset()), kind


@pytest.mark.parametrize("day", ["2199-12-31", "1900-01-01"])
@pytest.mark.parametrize("source", ["copy", "cohort"])
def test_draft_begun_beyond_what_calendars_hold_is_refused_and_lists_still_open(
    staff: TestClient, draft: Json, day: str, source: str
) -> None:
    new = {"preset": "", "copy_of": draft["id"], "title_fr": ""} if source == "copy" else {"preset": source}
    answer = begin(staff, day=day, **new)
    assert (answer.status_code, answer.json()["errors"]) == (422, {"day": "problem.day_too_far"})
    assert staff.get("/staff/activities").status_code == 200


def test_title_without_a_latin_letter_has_an_address_and_a_key(staff: TestClient, draft: Json) -> None:
    made = begin(staff, title_fr="日本語").json()
    assert made["key"] == "activite"
    saved = save(staff, draft, "essentials", title={"fr": "日本語"}, slug={"fr": "", "en": ""})
    assert saved.json()["essentials"]["slug"] == draft["essentials"]["slug"]


@pytest.mark.parametrize("wrong", [{"slug": {"fr": "../x"}}, {"slug": {"fr": ""}}, {"title": {"fr": "x" * 300}}])
def test_series_whose_page_could_not_be_reached_is_refused(staff: TestClient, wrong: Json) -> None:
    said = {"key": "bals", "title": {"fr": "Bals"}, "slug": {"fr": "bals"}} | wrong
    answer = staff.post("/api/staff/series", json=said, headers=key())
    assert answer.status_code == 422, answer.text


def test_draft_renamed_while_it_was_shown_is_deleted_with_its_addresses(staff: TestClient, draft: Json) -> None:
    address = f"{STAFF}/{draft['id']}"
    assert staff.post(f"{address}/publish", json={}, headers=key()).status_code == 200
    assert save(staff, draft, "essentials", slug={"fr": "autre", "en": "other"}).status_code == 200
    assert staff.post(f"{address}/withdraw", headers=key()).status_code == 200
    assert staff.post(f"{address}/delete", headers=key()).status_code == 200
    assert staff.get(f"{address}/draft").status_code == 404
