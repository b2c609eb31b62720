"""Members: recognised by a code or a personal link, forgotten when it is renewed; companies as staff see them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from kit.contracts.callers import Caller
from registration.links import Links, Signed
from registration.main import create_app
from registration.members import actions, queries
from registration.members.models import Company, Person
from registration.members.rules import (
    MEMBER_COOKIE,
    MemberStatus,
    MemberTerms,
    StandingDecision,
    normal_code,
    own_path,
    shown_code,
)
from registration.settings import RegistrationSettings
from tests.fakes.absent import nobody
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
    terms = service.member_terms()
    with service.db.read() as session:
        visitor, found = queries.visitor_by_cookie(
            session, service.settings.session_secret, cookie, service.clock(), terms
        )
    return visitor.company_name, visitor.member, visitor.in_arrears, found.first_name if found else ""


NOBODY = ("", False, False, "")


@pytest.mark.parametrize("page", ["/fr/membre", "/en/member"])
def test_company_code_in_any_writing_is_accepted(service: Any, browser: Browser, page: str) -> None:
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


def test_company_code_entered_leads_back_to_the_next_page(service: Any, browser: Browser) -> None:
    code = company(service, "c01").access_code
    page = "/fr/activites/tournoi-de-golf"
    assert browser().post("/fr/membre", data={"code": code, "next": page}).headers["location"] == HOME + page
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        answer = browser().post("/fr/membre", data={"code": code, "next": elsewhere})
        assert answer.headers["location"] == f"{HOME}/fr"


@pytest.mark.parametrize("code", ["", "12345-67890", "pas un code du tout", "ÉÉÉÉÉ-ÉÉÉÉÉ"])
def test_company_code_unknown_is_refused_and_shown_again(service: Any, browser: Browser, code: str) -> None:
    client = browser()
    page = client.post("/fr/membre", data={"code": code, "next": "/fr/activites/x"})
    assert page.status_code == 422 and "à aucune entreprise" in page.text
    assert f'value="{code}"' in page.text and 'value="/fr/activites/x"' in page.text
    assert who(service, client) == NOBODY


def test_company_code_tried_too_often_is_slowed_in_every_process(
    settings: RegistrationSettings, clock: FakeClock
) -> None:
    few = settings.model_copy(update={"rate_limit": 3})
    apps = [create_app(few, clock, nobody), create_app(few, clock, nobody)]
    clients = [TestClient(app, base_url=HOME) for app in apps]
    answers = [clients[n % 2].post(("/fr/membre", "/en/member")[n % 2], data={"code": "x"}) for n in range(4)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 429]
    for app in apps:
        app.state.service.close()


def test_company_standing_changed_shows_at_the_next_page(service: Any, browser: Browser, clock: FakeClock) -> None:
    known = company(service, "c01")
    client = browser()
    client.post("/fr/membre", data={"code": known.access_code})
    for status, member, in_arrears, words in (
        (MemberStatus.IN_ARREARS, False, True, "dès que la cotisation sera réglée"),
        (MemberStatus.LAPSED, False, False, "non-membre s’applique"),
        (MemberStatus.ACTIVE, True, False, "tarifs membres s’appliquent"),
    ):
        with service.db.write() as session:
            actions.decide_standing(session, known.id, StandingDecision(status, "Essai", None), BY, clock())
        assert who(service, client) == (known.name, member, in_arrears, "")
        assert words in client.get("/fr/membre").text


def test_company_code_renewed_forgets_visitors_of_the_old_one(service: Any, browser: Browser, clock: FakeClock) -> None:
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
    assert renewed != known.access_code and normal_code(renewed) == renewed
    assert browser().post("/fr/membre", data={"code": renewed}).status_code == 303


def test_personal_link_opened_recognises_and_leaves_the_address(service: Any, browser: Browser) -> None:
    for key in ("p01", "p11"):
        known, client = person(service, key), browser()
        answer = client.get(link(service, known))
        assert (answer.status_code, answer.headers["location"]) == (303, f"{HOME}/company")
        assert who(service, client)[3] == known.first_name
    page = client.get("/en/member").text
    assert "Prices shown for Sarah Northwood, Northwind" in page and "Not you?" in page


def test_personal_link_renewed_makes_the_old_one_useless(service: Any, browser: Browser, clock: FakeClock) -> None:
    known = person(service, "p01")
    client = browser()
    client.get(link(service, known))
    with service.db.write() as session:
        actions.renew_link(session, known.id, BY, clock())
    assert who(service, client) == NOBODY
    answer = browser().get(link(service, known), headers={"accept": "text/html"})
    assert answer.status_code == 404 and "plus valide" in answer.text
    assert browser().get(link(service, person(service, "p01"))).status_code == 303


@pytest.mark.parametrize(
    "path", ["/m/{id}/AAAAAAAAAAAAAAAAAAAAAAAA", "/m/01a200c5-2ff0-72f2-8cde-45fc988f7a4e/{token}"]
)
def test_personal_link_made_elsewhere_is_refused(service: Any, browser: Browser, path: str) -> None:
    known = person(service, "p01")
    token = link(service, known).rpartition("/")[2]
    assert browser().get(path.format(id=known.id, token=token)).status_code == 404


def test_member_cookie_after_thirty_days_is_forgotten(service: Any, browser: Browser, clock: FakeClock) -> None:
    client = browser()
    client.get(link(service, person(service, "p01")))
    clock.advance(days=29, hours=23)
    assert who(service, client)[3] == "Maude"
    clock.advance(hours=2)
    assert who(service, client) == NOBODY


@pytest.mark.parametrize("cookie", ["garbage", "", "another key", "another purpose"])
def test_member_cookie_made_elsewhere_names_nobody(service: Any, clock: FakeClock, cookie: str) -> None:
    claims = {"company": str(company(service, "c01").id), "person": str(person(service, "p01").id), "version": 1}
    if cookie == "another key":
        cookie = Signed("another", "member").make(claims, clock() + timedelta(days=1))
    if cookie == "another purpose":
        cookie = Signed(service.settings.session_secret, "staff-link").make(claims, clock() + timedelta(days=1))
    with service.db.read() as session:
        visitor, found = queries.visitor_by_cookie(
            session, service.settings.session_secret, cookie, clock(), MemberTerms(clock().date())
        )
    assert (visitor, found) == (queries.NOBODY, None)


def test_member_cookie_forgotten_on_request_names_nobody(service: Any, browser: Browser) -> None:
    client = browser()
    client.get(link(service, person(service, "p01")))
    answer = client.post("/member/forget", data={"lang": "en", "next": ""})
    assert answer.headers["location"] == f"{HOME}/en"
    assert who(service, client) == NOBODY
    back = client.post("/member/forget", data={"next": "/fr/activites/x"})
    assert back.headers["location"] == f"{HOME}/fr/activites/x"


def test_own_path_elsewhere_is_empty() -> None:
    assert own_path("/fr/activites/x?a=b") == "/fr/activites/x?a=b"
    assert own_path("/fr\n/x") == own_path("fr") == own_path("") == ""
