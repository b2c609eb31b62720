"""Members: recognised by a code or a personal link, forgotten when it is renewed; companies as staff see them."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from kit.auth import STAFF, Caller, Signed
from kit.mailbox import Outbox
from registration.history import queries as history
from registration.links import Links
from registration.main import create_app
from registration.members import actions, queries
from registration.members.models import Company, Person
from registration.members.rules import MEMBER_COOKIE, MemberStatus, own_path, shown_code, typed_code
from registration.settings import RegistrationSettings
from tests.fakes.clock import FakeClock
from tests.registration.conftest import HOME, Browser

BY = Caller(frozenset({"coordinator"}), "u2", "Coordonnatrice fictive")


def company(service: Any, key: str) -> Company:
    with service.db.read() as session:
        return session.exec(select(Company).where(Company.key == key)).one()


def person(service: Any, key: str) -> Person:
    with service.db.read() as session:
        return session.exec(select(Person).where(Person.key == key)).one()


def link(service: Any, of: Person) -> str:
    return Links(HOME, service.settings.ticket_key).person(of.id, of.link_version).removeprefix(HOME)


def who(service: Any, client: TestClient) -> tuple[str, bool, bool, str]:
    """The company, its standing and the person that a browser is recognised as."""
    cookie = (client.cookies.get(MEMBER_COOKIE) or "").strip('"')
    with service.db.read() as session:
        visitor, found = queries.recognised(session, service.settings.session_secret, cookie, service.clock())
    return visitor.company_name, visitor.member, visitor.in_arrears, found.first_name if found else ""


NOBODY = ("", False, False, "")


@pytest.mark.parametrize("page", ["/fr/membre", "/en/member"])
def test_a_code_is_read_however_it_is_typed(service: Any, browser: Browser, page: str) -> None:
    known = company(service, "c01")
    shown = shown_code(known.access_code)
    for typed in (shown, shown.lower().replace("-", " "), known.access_code.replace("0", "o").replace("1", "l")):
        client = browser()
        assert client.get(page).status_code == 200
        answer = client.post(page, data={"code": typed})
        assert answer.headers["location"] == HOME + page[:3]
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Max-Age=2592000" in cookie
        assert who(service, client) == (known.name, True, False, "")


def test_a_code_comes_back_to_the_page_it_was_asked_on(service: Any, browser: Browser) -> None:
    code = company(service, "c01").access_code
    page = "/fr/activites/tournoi-de-golf"
    assert browser().post("/fr/membre", data={"code": code, "next": page}).headers["location"] == HOME + page
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        answer = browser().post("/fr/membre", data={"code": code, "next": elsewhere})
        assert answer.headers["location"] == f"{HOME}/fr"


@pytest.mark.parametrize("code", ["", "12345-67890", "pas un code du tout", "ÉÉÉÉÉ-ÉÉÉÉÉ"])
def test_another_code_is_refused_with_what_was_typed(service: Any, browser: Browser, code: str) -> None:
    client = browser()
    page = client.post("/fr/membre", data={"code": code, "next": "/fr/activites/x"})
    assert page.status_code == 422 and "d’aucune entreprise" in page.text
    assert f'value="{code}"' in page.text and 'value="/fr/activites/x"' in page.text
    assert who(service, client) == NOBODY


def test_codes_cannot_be_tried_for_long_whatever_the_process(settings: RegistrationSettings, clock: FakeClock) -> None:
    few = settings.model_copy(update={"rate_limit": 3})
    apps = [create_app(few, clock), create_app(few, clock)]
    clients = [TestClient(app, base_url=HOME) for app in apps]
    answers = [clients[n % 2].post(("/fr/membre", "/en/member")[n % 2], data={"code": "x"}) for n in range(4)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 429]
    for app in apps:
        app.state.service.close()


def test_standing_is_read_anew_at_every_page(service: Any, browser: Browser, clock: FakeClock) -> None:
    known = company(service, "c01")
    client = browser()
    client.post("/fr/membre", data={"code": known.access_code})
    for status, member, in_arrears, words in (
        (MemberStatus.IN_ARREARS, False, True, "dès que la cotisation sera réglée"),
        (MemberStatus.LAPSED, False, False, "non-membre s’applique"),
        (MemberStatus.ACTIVE, True, False, "tarifs membres s’appliquent"),
    ):
        with service.db.write() as session:
            actions.set_standing(session, known.id, status, BY, clock())
        assert who(service, client) == (known.name, member, in_arrears, "")
        assert words in client.get("/fr/membre").text


def test_a_renewed_code_forgets_whoever_came_by_it(service: Any, browser: Browser, clock: FakeClock) -> None:
    known, known_person = company(service, "c01"), person(service, "p01")
    by_code, by_link = browser(), browser()
    by_code.post("/fr/membre", data={"code": known.access_code})
    by_link.get(link(service, known_person))
    with service.db.write() as session:
        actions.renew_code(session, known.id, BY, clock())
    assert who(service, by_code) == NOBODY
    assert who(service, by_link) == (known.name, True, False, "Maude")
    assert browser().post("/fr/membre", data={"code": known.access_code}).status_code == 422
    renewed = company(service, "c01").access_code
    assert renewed != known.access_code and typed_code(renewed) == renewed
    assert browser().post("/fr/membre", data={"code": renewed}).status_code == 303


def test_a_personal_link_recognises_and_leaves_no_trace_in_the_address(service: Any, browser: Browser) -> None:
    for key, home in (("p01", "/fr"), ("p11", "/en")):
        known, client = person(service, key), browser()
        answer = client.get(link(service, known))
        assert (answer.status_code, answer.headers["location"]) == (303, HOME + home)
        assert who(service, client)[3] == known.first_name
    page = client.get("/en/member").text
    assert "Prices shown for Sarah Northwood, Northwind" in page and "Not you?" in page


def test_a_renewed_link_is_dead_everywhere(service: Any, browser: Browser, clock: FakeClock) -> None:
    known = person(service, "p01")
    client = browser()
    client.get(link(service, known))
    with service.db.write() as session:
        actions.renew_link(session, known.id, BY, clock())
    assert who(service, client) == NOBODY
    answer = browser().get(link(service, known), headers={"accept": "text/html"})
    assert answer.status_code == 401 and "plus valide" in answer.text
    assert browser().get(link(service, person(service, "p01"))).status_code == 303


@pytest.mark.parametrize(
    "path", ["/m/{id}/AAAAAAAAAAAAAAAAAAAAAAAA", "/m/01a200c5-2ff0-72f2-8cde-45fc988f7a4e/{token}"]
)
def test_a_link_that_is_not_ours(service: Any, browser: Browser, path: str) -> None:
    known = person(service, "p01")
    token = link(service, known).rpartition("/")[2]
    assert browser().get(path.format(id=known.id, token=token)).status_code == 401


def test_a_visitor_is_remembered_thirty_days(service: Any, browser: Browser, clock: FakeClock) -> None:
    client = browser()
    client.get(link(service, person(service, "p01")))
    clock.advance(days=29, hours=23)
    assert who(service, client)[3] == "Maude"
    clock.advance(hours=2)
    assert who(service, client) == NOBODY


@pytest.mark.parametrize("cookie", ["garbage", "", "another key", "another purpose"])
def test_a_cookie_that_is_not_ours_is_nobody(service: Any, clock: FakeClock, cookie: str) -> None:
    claims = {"company": str(company(service, "c01").id), "person": str(person(service, "p01").id), "version": 1}
    if cookie == "another key":
        cookie = Signed("another", "member").make(claims, clock() + timedelta(days=1))
    if cookie == "another purpose":
        cookie = Signed(service.settings.session_secret, "staff-link").make(claims, clock() + timedelta(days=1))
    with service.db.read() as session:
        visitor, found = queries.recognised(session, service.settings.session_secret, cookie, clock())
    assert (visitor, found) == (queries.NOBODY, None)


def test_this_is_not_me(service: Any, browser: Browser) -> None:
    client = browser()
    client.get(link(service, person(service, "p01")))
    answer = client.post("/member/forget", data={"lang": "en", "next": ""})
    assert answer.headers["location"] == f"{HOME}/en"
    assert who(service, client) == NOBODY
    back = client.post("/member/forget", data={"next": "/fr/activites/x"})
    assert back.headers["location"] == f"{HOME}/fr/activites/x"


def test_paths_of_ours() -> None:
    assert own_path("/fr/activites/x?a=b") == "/fr/activites/x?a=b"
    assert own_path("/fr\n/x") == own_path("fr") == own_path("") == ""


PAGES = ["/staff/members", "/staff/members/{c}", "/api/companies", "/api/companies/{c}"]
VERBS = [
    ("/staff/members/{c}/standing", {"status": "lapsed"}),
    ("/staff/members/{c}/code", {}),
    ("/staff/members/people/{p}/send", {}),
    ("/staff/members/people/{p}/renew", {}),
]
API_VERBS = [
    ("/api/companies/{c}/standing", {"status": "lapsed"}),
    ("/api/companies/{c}/code", {}),
    ("/api/people/{p}/link", {}),
    ("/api/people/{p}/link/renew", {}),
]


@pytest.mark.parametrize("role", [*STAFF, ""])
def test_the_office_sees_and_changes_members(service: Any, browser: Browser, role: str) -> None:
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
def test_companies_are_found_by_any_word_without_accents(
    service: Any, browser: Browser, words: str, found: list[str]
) -> None:
    listed = browser("coordinator").get("/api/companies", params={"q": words}).json()["companies"]
    assert [row["name"] for row in listed] == found
    page = browser("coordinator").get("/staff/members", params={"q": words}).text
    assert all(name.replace("'", "&#39;") in page for name in found)
    assert ("Aucune entreprise ne correspond" in page) is (not found)


def test_companies_are_filtered_and_listed_page_by_page(service: Any, browser: Browser) -> None:
    client = browser("director")
    arrears = client.get("/api/companies", params={"status": "in_arrears"}).json()["companies"]
    assert arrears and {row["status"] for row in arrears} == {"in_arrears"}
    with service.db.write() as session:
        for n in range(130):
            name = f"Société {n % 7}"
            session.add(
                Company(key=f"x{n}", name=name, search=f"societe {n % 7}", status="active", access_code=f"X{n:09}")
            )
    seen, after, pages = [], None, 0
    while pages == 0 or after:
        answer = client.get("/api/companies", params={"q": "société", **({"after": after} if after else {})}).json()
        seen += [row["id"] for row in answer["companies"]]
        after, pages = answer["after"], pages + 1
    assert (len(seen), len(set(seen)), pages) == (130, 130, 3)
    first = client.get("/staff/members", params={"q": "société", "status": "active"}).text
    assert "after=" in first and "status=active" in first
    assert client.get("/staff/members", params={"q": "société", "after": seen[49]}).status_code == 200
    assert client.get("/staff/members", params={"status": "nonsense"}).status_code == 200


def test_one_company_whole(service: Any, browser: Browser) -> None:
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
    assert answer["memberships"][0]["starts"] == "2014-05-01"
    nobody = uuid.uuid4()
    for path in (f"/staff/members/{nobody}", f"/api/companies/{nobody}"):
        assert browser("director").get(path).status_code == 404
    for path, form in VERBS:
        assert browser("director").post(path.format(c=nobody, p=nobody), data=form).status_code == 404


def test_changes_are_in_the_company_s_history(service: Any, browser: Browser) -> None:
    ids = {"c": company(service, "c01").id, "p": person(service, "p01").id}
    client = browser("coordinator", name="Coordonnatrice fictive")
    for path, form in VERBS:
        client.post(path.format(**ids), data=form)
    client.post(VERBS[0][0].format(**ids), data={"status": "lapsed"})  # Nothing changes: nothing to remember.
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


def test_a_personal_link_is_sent_once_however_often_it_is_asked(
    service: Any, app: FastAPI, browser: Browser, clock: FakeClock
) -> None:
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
        "url": HOME + link(service, known),
        "company": company(service, "c11").name,
        "first_name": "Sarah",
    }
