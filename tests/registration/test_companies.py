"""Companies and people as staff see and change them, on pages and through the API."""

import uuid
from typing import Any

import pytest
from sqlmodel import select

from kit.auth import STAFF
from kit.mailbox import Outbox
from registration.history import queries as history
from registration.members.models import Company
from registration.members.rules import shown_code
from tests.registration.conftest import HOME, Browser
from tests.registration.test_members import company, link, person

PAGES = ["/staff/members", "/staff/members/{c}", "/api/companies", "/api/companies/{c}"]
DECISION = {"status": "lapsed", "reason": "Départ annoncé", "until": "2027-12-31"}
VERBS: list[tuple[str, dict[str, str]]] = [
    ("/staff/members/{c}/standing", DECISION),
    ("/staff/members/{c}/code", {}),
    ("/staff/members/people/{p}/send", {}),
    ("/staff/members/people/{p}/renew", {}),
]
API_VERBS: list[tuple[str, dict[str, str]]] = [
    ("/api/companies/{c}/standing", DECISION),
    ("/api/companies/{c}/code", {}),
    ("/api/people/{p}/link", {}),
    ("/api/people/{p}/link/renew", {}),
]


@pytest.mark.parametrize("role", [*STAFF, ""])
def test_companies_pages_by_role_open_for_directors_and_coordinators(service: Any, browser: Browser, role: str) -> None:
    ids = {"c": company(service, "c01").id, "p": person(service, "p01").id}
    client, roles = browser(*[role] if role else []), ("director", "coordinator")
    no = 403 if role else 401
    for path in PAGES:
        assert client.get(path.format(**ids)).status_code == (200 if role in roles else no), path
    for path, form in VERBS:
        assert client.post(path.format(**ids), data=form).status_code == (303 if role in roles else no), path
    for path, body in API_VERBS:
        assert client.post(path.format(**ids), json=body).status_code == (200 if role in roles else no), path


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("saint brume", ["Fromagerie Saint-Brume inc."]),
        ("coeurdeloup", ["Communications Cœurdeloup inc."]),
        ("ANSE bleue", ["Traiteur L'Anse-Bleue inc."]),
        ("loups aux", ["Soudure Cap-aux-Loups inc.", "Soudures Cap aux Loups Inc"]),
        ("100%", []),
    ],
)
def test_companies_searched_by_any_word_match_without_accents(
    service: Any, browser: Browser, words: str, found: list[str]
) -> None:
    listed = browser("coordinator").get("/api/companies", params={"q": words}).json()["companies"]
    assert [row["name"] for row in listed] == found
    page = browser("coordinator").get("/staff/members", params={"q": words}).text
    assert all(name.replace("'", "&#39;") in page for name in found)
    assert ("Aucune entreprise ne correspond" in page) is (not found)
    assert ("Fromagerie" in page) is ("Agroalimentaire" in page.partition('id="list"')[2])


@pytest.mark.parametrize("narrowed", [{}, {"status": "prospect"}])
def test_companies_list_filtered_is_shown_page_by_page(
    service: Any, browser: Browser, narrowed: dict[str, str]
) -> None:
    client = browser("director")
    arrears = client.get("/api/companies", params={"status": "in_arrears"}).json()["companies"]
    assert arrears and {row["status"] for row in arrears} == {"in_arrears"}
    with service.db.write() as session:
        for n in range(130):
            name = f"Société {n % 7}"
            session.add(Company(key=f"x{n}", name=name, search=f"societe {n % 7}", access_code=f"X{n:09}"))
    words, seen, after, pages = {"q": "société", **narrowed}, [], None, 0
    while pages == 0 or after:
        answer = client.get("/api/companies", params={**words, **({"after": after} if after else {})}).json()
        seen += [row["id"] for row in answer["companies"]]
        after, pages = answer["next"], pages + 1
        assert answer["total"] == 130
    assert (len(seen), len(set(seen)), pages) == (130, 130, 3)
    back = client.get("/api/companies", params={**words, "before": answer["previous"]}).json()
    assert [row["id"] for row in back["companies"]] == seen[50:100]
    assert (back["previous"], back["next"]) == (seen[50], seen[99])
    begin = client.get("/api/companies", params={**words, "before": back["previous"]}).json()
    assert [row["id"] for row in begin["companies"]] == seen[:50] and begin["previous"] is None
    first = client.get("/staff/members", params={"q": "société", "status": "prospect"}).text
    assert "after=" in first and "status=prospect" in first
    assert client.get("/staff/members", params={"q": "société", "after": seen[49]}).status_code == 200
    assert client.get("/staff/members", params={"status": "nonsense"}).status_code == 200


def test_company_page_shows_code_people_and_memberships(service: Any, browser: Browser) -> None:
    known, known_person = company(service, "c01"), person(service, "p01")
    page = browser("coordinator").get(f"/staff/members/{known.id}").text
    for words in (
        known.name,
        shown_code(known.access_code),
        "Maude Rivebelle",
        link(service, known_person),
        "/fr/membre",
    ):
        assert words in page
    answer = browser("coordinator").get(f"/api/companies/{known.id}").json()
    assert answer["code"] == shown_code(known.access_code)
    links = {row["key"]: row["link"] for row in answer["people"]}
    assert links["p01"] == HOME + link(service, known_person)
    assert answer["memberships"][-1]["starts"] == "2014-05-01"
    nobody = uuid.uuid4()
    for path in (f"/staff/members/{nobody}", f"/api/companies/{nobody}"):
        assert browser("director").get(path).status_code == 404
    for path, form in VERBS:
        assert browser("director").post(path.format(c=nobody, p=nobody), data=form).status_code == 404


def test_company_changed_has_each_change_in_history(service: Any, browser: Browser) -> None:
    ids = {"c": company(service, "c01").id, "p": person(service, "p01").id}
    client = browser("coordinator", name="Coordonnatrice fictive")
    for path, form in VERBS:
        client.post(path.format(**ids), data=form)
    client.post(VERBS[0][0].format(**ids), data=DECISION)  # Nothing changes: nothing to remember.
    with service.db.read() as session:
        entries = history.of(session, ids["c"])
    assert [entry.action for entry in reversed(entries)] == [
        "company.standing",
        "company.code_renewed",
        "company.link_sent",
        "company.link_renewed",
    ]
    assert {entry.actor for entry in entries} == {"Coordonnatrice fictive"}
    page = client.get(f"/staff/members/{ids['c']}").text
    assert "En règle" in page and "Non renouvelée" in page and "Lien personnel remplacé" in page


def test_personal_link_requested_often_is_sent_once(service: Any, browser: Browser) -> None:
    known = person(service, "p11")
    client = browser("coordinator")
    key = {"Idempotency-Key": "send-p11"}
    first = client.post(f"/api/people/{known.id}/link", headers=key)
    again = client.post(f"/api/people/{known.id}/link", headers=key)
    assert first.json() == again.json() == {"id": str(known.id), "link": HOME + link(service, known)}
    assert again.headers["idempotent-replayed"] == "true"
    with service.db.read() as session:
        rows = session.exec(select(Outbox).where(Outbox.type == "SendMessage")).all()
    assert len(rows) == 1
    letter = rows[0].body
    assert (letter["kind"], letter["lang"], letter["to"]) == ("member_link", "en", known.email)
    assert letter["values"] == {
        "kind": "member_link",
        "url": HOME + link(service, known),
        "company": company(service, "c11").name,
        "first_name": "Sarah",
    }


def test_words_looked_for_are_whole_or_refused(service: Any, browser: Browser) -> None:
    """A search cut short would find what nobody looked for."""
    words = "usinage " * 20
    answer = browser("director").get("/staff/members", params={"q": words}, headers={"accept": "text/html"})
    assert f'value="{words}"' in answer.text
    assert browser("director").get("/api/companies", params={"q": words}).status_code == 422
