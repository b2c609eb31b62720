"""One search for everything: what it finds, for whom, what it costs, and where its words never stand."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from registration.catalog.codes.models import Code
from registration.members.models import Company, Person
from tests import make
from tests.counting import statements
from tests.fakes.clock import FakeClock
from tests.registration import plenty
from tests.registration.conftest import COCKTAIL, HOME, Browser
from tests.tables import attendees

PEOPLE = "people", "companies", "activities", "codes", "orders"


@pytest.fixture
def found(browser: Browser) -> Callable[..., dict[str, Any]]:
    def find(words: str, role: str = "coordinator") -> dict[str, Any]:
        answer = browser(role).get("/api/staff/search", params={"q": words})
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    return find


def names(findings: dict[str, Any]) -> list[str]:
    return [f"{one['role']}: {one['name']}" for one in findings["people"]]


@pytest.mark.parametrize("words", ["Élise Côté", "cote elise", "ELISE", "cote val", "usinage côté"])
def test_person_is_found_by_any_words_in_any_order(found: Any, signed_up: Any, words: str) -> None:
    findings = found(words)
    assert names(findings) == ["attendee: Élise Côté"]
    one = findings["people"][0]
    assert one["address"] == f"{HOME}/staff/registrations/{signed_up[0]}"
    assert one["company"] == "Usinage Valbrume inc."
    assert one["activity_title"]["fr"]


def test_contact_and_email_are_found_and_somebody_twice_only_once(
    service: Any, found: Any, signed_up: Any, clock: FakeClock
) -> None:
    assert names(found("maude@example.org"))[:3] == ["contact: Maude Contact"] * 3
    with service.db.write() as session:
        mine = attendees.c.registration_id == signed_up[0]
        words = {"first_name": "Maude", "last_name": "Contact", "search": "maude contact maude example org"}
        session.execute(attendees.update().where(mine, attendees.c.position == 2).values(**words))
    of_first = [one for one in found("maude contact")["people"] if one["registration_id"] == str(signed_up[0])]
    assert [one["role"] for one in of_first] == ["attendee"]


def test_place_and_registration_are_found_by_their_code(service: Any, found: Any, signed_up: Any) -> None:
    with service.db.read() as session:
        code = session.execute(sa.select(attendees.c.code).where(attendees.c.registration_id == signed_up[2])).scalar()
    assert {one["registration_id"] for one in found(code)["people"]} == {str(signed_up[2])}
    assert {one["registration_id"] for one in found(code.split("-")[0].lower())["people"]} == {str(signed_up[2])}


def test_companies_their_people_and_their_codes_are_for_coordinators(service: Any, found: Any) -> None:
    with service.db.read() as session:
        person = session.execute(sa.select(Person)).scalars().first()
        company = session.get(Company, person.company_id)
    page = f"{HOME}/staff/members/{company.id}"
    whole = f"{person.last_name} {person.first_name}"
    assert f"delegate: {person.first_name} {person.last_name}" in names(found(whole))
    assert page in [one["address"] for one in found(company.name)["companies"]]
    shown = f"{company.access_code[:5]}-{company.access_code[5:]}"
    assert [(one["word"], one["kind"], one["address"]) for one in found(shown.lower())["codes"]] == [
        (shown, "member", page)
    ]
    for words in (whole, company.name, shown):
        findings = found(words, "accountant")
        assert not findings["companies"] and not findings["codes"]
        assert all(one["role"] != "delegate" for one in findings["people"])


def test_codes_of_activities_and_activities_lead_to_their_activity(service: Any, found: Any) -> None:
    with service.db.read() as session:
        code = session.execute(sa.select(Code)).scalars().first()
    codes = found(code.word.lower(), "accountant")["codes"]
    assert [(one["word"], one["address"]) for one in codes] == [
        (code.word, f"{HOME}/staff/activities/{code.activity_id}")
    ]
    titles = [one["title"]["fr"] for one in found("equipementiers")["activities"]]
    assert titles and all("quipementiers" in title for title in titles)


def test_search_without_words_or_with_odd_ones_finds_nothing_and_fails_nowhere(found: Any, signed_up: Any) -> None:
    for words in ("", "  ", "%", "_", "\\", "'--", "🎉", "x" * 100):
        findings = found(words)
        assert {kind: findings[kind] for kind in PEOPLE} == {kind: [] for kind in PEOPLE}, words


@pytest.mark.parametrize("role", ["door", ""])
def test_search_is_for_who_reads_the_lists(browser: Browser, role: str) -> None:
    client = browser(role) if role else browser()
    assert client.get("/api/staff/search?q=roy").status_code == (403 if role else 401)
    assert client.post("/staff/search", data={"words": "roy"}).status_code in (401, 403, 303)
    if role:
        assert "data-find" not in client.get("/staff/check-in").text


def test_page_is_reached_without_a_script_and_no_address_holds_the_words(browser: Browser, signed_up: Any) -> None:
    client = browser("accountant")
    assert 'action="http://registration.test/staff/search"' in client.get("/staff/home").text
    sent = client.post("/staff/search", data={"words": "Élise Côté"})
    assert sent.status_code == 303 and "lise" not in sent.headers["location"]
    page = client.get(sent.headers["location"])
    assert f"/staff/registrations/{signed_up[0]}" in page.text and 'value="Élise Côté"' in page.text
    assert "Les commandes et les factures ne répondent pas" in page.text, "billing is not there"
    nothing = client.post("/staff/search", data={"words": "zzqx"}).headers["location"]
    assert "Rien ne correspond" in client.get(nothing).text


def test_list_under_the_field_is_for_our_own_pages_of_any_service(
    browser: Browser, signed_up: Any, service: Any
) -> None:
    client, billing = browser("director"), service.settings.public_url("billing")
    typed = client.post("/staff/search", data={"words": "côté", "typed": "true"}, headers={"Origin": billing})
    assert typed.status_code == 200 and "<html" not in typed.text and "Côté" in typed.text
    assert typed.headers["access-control-allow-origin"] == billing
    other = client.post(
        "/staff/search", data={"words": "côté", "typed": "true"}, headers={"Origin": "https://evil.example"}
    )
    assert other.status_code == 403 and "access-control-allow-origin" not in other.headers


def test_search_among_many_runs_no_more_statements(
    service: Any, browser: Browser, clock: FakeClock, signed_up: Any
) -> None:
    costs = [cost(service, browser)]
    make.registered(service.db, COCKTAIL, "car", [f"Personne{n} Exemple{n}" for n in range(40)], clock())
    with service.db.write() as session:
        plenty.companies(session, session.execute(sa.select(Company.id)).scalars().first())
    clock.advance(seconds=20)
    costs.append(cost(service, browser))
    assert costs[1] <= costs[0] <= 8


def cost(service: Any, browser: Browser) -> int:
    """The statements of a search for the crowd and for its companies."""
    client = browser("coordinator")
    with statements(service.db) as asked:
        assert client.get("/api/staff/search", params={"q": "inc"}).status_code == 200
    return len(asked)
