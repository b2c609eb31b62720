"""A page asks as many statements for one thing as for many: no read is made once for each row."""

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from sqlmodel import select

from kit.contracts.callers import Caller
from registration.access.actions_tokens import TokenTerms, make_token
from registration.history import actions as history
from registration.links import Links
from registration.members.models import Company
from tests import make
from tests.counting import statements
from tests.fakes.clock import FakeClock
from tests.registration import plenty
from tests.registration.conftest import COCKTAIL, HOME, Browser
from tests.registration.plenty import MANY
from tests.tables import attendees

COHORT = "ef2-chicoutimi-2027"
FORTY = [f"Personne{n} Exemple{n}" for n in range(40)]
BY = Caller(frozenset({"director"}), "u-1", "Directrice fictive")
# What staff may do is read at each of their requests, in one statement.
RIGHTS = 1
BY_STAFF = ("door", "list", "resend", "cancel")
# Who asks (nobody: a visitor), for what, and the most statements it may ask.
PAGES: tuple[tuple[str, str, int], ...] = (
    ("", "/fr", 9),
    ("", "/en", 9),
    ("", "/fr/activites/caricatures-2027", 10),
    ("", "/fr/activites/efficacite-2", 10),
    ("", "/fr/activites/efficacite-2-chicoutimi", 10),
    ("", "/fr/activites/efficacite-2-chicoutimi.ics", 8),
    ("", "/fr/calendrier.ics", 8),
    ("", "/sitemap.xml", 2),
    ("", "/fr/activites/caricatures-2027/inscription", 9),
    ("", "/fr/membre", 2),
    ("", "/api/activities", 7),
    ("", "/api/activities/caricatures-2027", 3),
    ("", "{registration_link}", 8),
    ("", "{registration_link}/cancel", 10),
    ("", "{registration_link}/calendar.ics", 6),
    ("", "{attendee_link}", 8),
    ("", "{attendee_link}/calendar.ics", 7),
    ("", "{ticket}", 8),
    ("", "/api/registrations/{registration}/state", 2),
    ("", "/api/registrations/{registration}/attendees", 6),
    ("", "/api/registrations/{registration}/answers", 6),
    ("", "/api/attendees/{attendee}", 7),
    ("door", "/staff/check-in", 4),
    ("door", "/staff/check-in/{activity}", 7),
    ("door", "/staff/check-in/{activity}/live", 7),
    ("door", "/staff/check-in/{activity}/missing", 6),
    ("door", "/staff/check-in/{activity}/walk-in", 10),
    ("door", "/staff/check-in/{activity}/walk-in/{walk_in}", 7),
    ("door", "/staff/check-in/{activity}/substitution?attendee_id={attendee}", 10),
    ("door", "/api/activities/{activity}/counter", 4),
    ("door", "/api/activities/{activity}/missing", 4),
    ("door", "/api/activities/{activity}/attendees?q=exemple", 5),
    ("door", "/api/activities/{activity}/walk-ins/{walk_in}", 4),
    ("coordinator", "/staff/home", 15),
    ("coordinator", "/api/staff/home", 12),
    ("coordinator", "/staff/activities", 9),
    ("coordinator", "/staff/activities/{activity}", 15),
    ("coordinator", "/staff/activities/{activity}?unpaid=true", 15),
    ("coordinator", "/staff/activities/{activity}/attendees", 14),
    ("coordinator", "/staff/activities/{activity}/attendees?show=arrived", 14),
    ("coordinator", "/staff/activities/{activity}/registrations/export?format=csv", 10),
    ("coordinator", "/staff/activities/{activity}/attendees/export?format=csv", 10),
    ("coordinator", "/staff/activities/{activity}/check-ins/export?format=csv", 10),
    ("coordinator", "/staff/registrations/{registration}", 10),
    ("coordinator", "/staff/registrations/{registration}/cancel", 10),
    ("coordinator", "/api/undelivered", 2),
    ("coordinator", "/staff/activities/{activity}/edit", 15),
    ("coordinator", "/staff/activities/{activity}/codes", 9),
    ("coordinator", "/staff/activities/{activity}/codes/{code}", 12),
    ("coordinator", "/staff/activities/{activity}/allotments", 9),
    ("coordinator", "/api/staff/activities/{activity}/allotments", 3),
    ("coordinator", "/api/staff/codes/{code}/registrations", 3),
    ("coordinator", "/staff/new-activity", 3),
    ("coordinator", "/staff/members", 8),
    ("coordinator", "/staff/members/{company}", 9),
    ("coordinator", "/api/staff/search?q=exemple", 7),
    ("coordinator", "/api/staff/activities", 7),
    ("coordinator", "/api/staff/activities/{activity}/registrations", 5),
    ("coordinator", "/api/staff/activities/{activity}/attendees", 5),
    ("coordinator", "/api/staff/registrations/{registration}", 9),
    ("coordinator", "/api/companies", 5),
    ("coordinator", "/api/companies/{company}", 5),
    ("director", "/staff/people", 3),
    ("director", "/staff/people/{person}", 6),
    ("director", "/staff/tokens", 3),
    ("director", "/staff/association", 6),
    ("director", "/api/staff/people", 2),
    ("director", "/api/staff/people/{person}", 4),
    ("director", "/api/staff/tokens", 2),
)
FORM = "/fr/activites/caricatures-2027/inscription"
CONTACT = {
    "contact.first_name": "Chloé",
    "contact.last_name": "Saint-Fjord",
    "contact.email": "chloe@example.org",
    "contact_attends": "yes",
    "terms_accepted": "yes",
    "company": "Hydrauliques L’Épinette inc.",
    "method": "invoice",
}
MOST = {"form": 2, "signup": 12, "api": 12, "door": 10, "list": 14, "resend": 12, "cancel": 22}
GESTURES: Mapping[str, Callable[[Any, Browser, uuid.UUID, list[str]], int]] = {
    "form": lambda service, browser, _activity, people: sent(service, browser, people, "update"),
    "signup": lambda service, browser, _activity, people: sent(service, browser, people, "submit"),
    "api": lambda service, browser, _activity, people: by_api(service, browser, people),
    "door": lambda service, browser, activity, _people: at_the_door(service, browser, activity),
    "list": lambda service, browser, activity, _people: looked_for(service, browser, activity),
    "resend": lambda service, browser, _activity, people: by_staff(service, browser, people, "resend"),
    "cancel": lambda service, browser, _activity, people: by_staff(service, browser, people, "cancel"),
}


def test_pages_with_more_rows_run_no_more_queries(service: Any, browser: Browser, clock: FakeClock) -> None:
    one = few(service, browser, clock)
    before = {page[1]: asked_for(service, browser, clock, page, one) for page in PAGES}
    many = grown(service, browser, clock, one)
    after = {page[1]: asked_for(service, browser, clock, page, many) for page in PAGES}
    # Where enough was found already, a search does not look further.
    assert {address: after[address] for address in after if after[address] > before[address]} == {}
    allowed = {address: most + (RIGHTS if role else 0) for role, address, most in PAGES}
    assert {address: after[address] for address in after if after[address] > allowed[address]} == {}


@pytest.mark.parametrize("gesture", ["form", "signup", "api", "door", "list", "resend", "cancel"])
def test_actions_on_more_people_run_no_more_queries(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID, gesture: str
) -> None:
    """A signup by the form and by the API, a search at the door and in a list, letters again, a cancellation."""
    costs = []
    for people in (FORTY[:1], FORTY):
        make.registered(service.db, COCKTAIL, "car", people, clock())
        costs.append(GESTURES[gesture](service, browser, cocktail, people))
        clock.advance(seconds=20)
    assert costs[0] == costs[1] <= MOST[gesture] + (RIGHTS if gesture in BY_STAFF else 0)


def sent(service: Any, browser: Browser, people: list[str], action: str) -> int:
    client = browser()
    form = re.search(r'name="form" value="([^"]+)"', client.get(FORM).text)
    assert form
    fields = {"form": form[1], "q.car.non_member": str(len(people)), "action": action} | CONTACT | named(people)
    with statements(service.db) as asked:
        answer = client.post(FORM, data=fields)
    assert answer.status_code == (200 if action == "update" else 303), answer.text
    return len(asked)


def named(people: list[str]) -> dict[str, str]:
    """The form's fields for these people."""
    fields = {}
    for n, person in enumerate(people):
        first, last = person.split(" ", 1)
        given = {"first_name": first, "last_name": last, "email": f"p{n}@example.org", "answer.q-titre": "Titre"}
        fields |= {f"a.car.non_member.{n}.{name}": value for name, value in given.items()}
    return fields


def by_api(service: Any, browser: Browser, people: list[str]) -> int:
    names = [dict(zip(("first_name", "last_name"), person.split(" ", 1), strict=True)) for person in people]
    coming = [name | {"email": f"p{n}@example.org", "answers": {"q-titre": "Titre"}} for n, name in enumerate(names)]
    item = {"product": "car", "who": "non_member", "quantity": len(people), "attendees": coming}
    contact = {"first_name": "Maude", "last_name": "Contact", "email": "maude@example.org"}
    body = {"contact": contact, "company": "Usinage", "items": [item], "method": "invoice", "terms_accepted": True}
    browser().get(f"/api/activities/{COCKTAIL}")
    with statements(service.db) as asked:
        answer = browser().post(f"/api/activities/{COCKTAIL}/registrations", json=body)
    assert answer.status_code == 201, answer.text
    return len(asked)


def at_the_door(service: Any, browser: Browser, activity: uuid.UUID) -> int:
    with statements(service.db) as asked:
        answer = browser("door").post(f"/staff/check-in/{activity}", data={"typed": "exemple", "point": "entree"})
    assert answer.status_code == 200 and "Exemple0" in answer.text
    return len(asked)


def looked_for(service: Any, browser: Browser, activity: uuid.UUID) -> int:
    client = browser("coordinator")
    listed = client.post(f"/staff/activities/{activity}/attendees", data={"q": "exemple"}).headers["location"]
    client.get(listed)  # What is for sale is read once for as long as it does not change.
    with statements(service.db) as asked:
        answer = client.get(listed)
    assert answer.status_code == 200 and "Exemple0" in answer.text
    return len(asked)


def by_staff(service: Any, browser: Browser, people: list[str], action: str) -> int:
    """Send everybody's letters again, or cancel everybody; each has an address of their own."""
    registration = make.registered(service.db, COCKTAIL, "car", people, service.clock())
    mine, address = attendees.c.registration_id == registration, attendees.c.code + "@example.org"
    with service.db.write() as session:
        session.execute(attendees.update().where(mine).values(email=address))
    client = browser("coordinator")
    client.get(f"/staff/registrations/{registration}")
    with statements(service.db) as asked:
        answer = client.post(f"/staff/registrations/{registration}/{action}", data={})
    assert answer.status_code == 303, answer.text
    return len(asked)


def asked_for(
    service: Any, browser: Browser, clock: FakeClock, page: tuple[str, str, int], named: Mapping[str, Any]
) -> int:
    """How many statements a page asks while nothing is remembered of the last time."""
    role, address, _ = page
    client = browser(*[role] if role else [])
    if address.startswith(("/api/registrations/", "/api/attendees/")):
        link = named["attendee_link" if "attendees/{" in address else "registration_link"]
        client.headers["X-Link-Token"] = link.rsplit("/", 1)[1]
    clock.advance(seconds=20)
    with statements(service.db) as asked:
        answer = client.get(address.format(**named), headers={"accept": "*/*" if "/api/" in address else "text/html"})
    assert answer.status_code == 200, f"{address}: {answer.status_code} {answer.text}"
    return len(asked)


def few(service: Any, browser: Browser, clock: FakeClock) -> dict[str, Any]:
    """One of everything, by the names that the addresses use."""
    registration = make.registered(service.db, COCKTAIL, "car", ["Élise Exemple"], clock(), answers={"q-titre": "Elle"})
    person = make.staff(service.db, "porte@example.org", ["door"], clock()).id
    with service.db.write() as session:
        make_token(session, TokenTerms("Programme", ("coordinator",), None, {}), BY, clock())
        activity, company = make.activity_id(session, COCKTAIL), session.exec(select(Company.id)).first()
        code = plenty.invited(session, activity, 1)
    asked = {"first_name": "Luc", "last_name": "Passant", "product": "car", "who": "anyone", "method": "cash"}
    came = browser("door").post(f"/api/activities/{activity}/walk-ins", json=asked).json()
    named = {"activity": activity, "company": company, "person": person, "walk_in": came["registration_id"]}
    return named | {"code": code} | links(service, registration)


def links(service: Any, registration: uuid.UUID) -> dict[str, Any]:
    with service.db.read() as session:
        mine = sa.select(attendees).where(attendees.c.registration_id == registration, attendees.c.position == 1)
        attendee = session.execute(mine).one()
    made = Links(HOME, service.settings.ticket_key)
    return {
        "registration": registration,
        "registration_link": made.registration(registration, 1).removeprefix(HOME),
        "attendee": attendee.id,
        "attendee_link": made.attendee(attendee.id, 1).removeprefix(HOME),
        "ticket": urlsplit(made.ticket(attendee.id, 1)).path,
    }


def grown(service: Any, browser: Browser, clock: FakeClock, one: dict[str, Any]) -> dict[str, Any]:
    """Much of everything, and a registration of forty in the place of the one of one."""
    for n in range(MANY):
        make.registered(service.db, COCKTAIL, "car", [f"Autre{n} Exemple"], clock(), company=f"Compagnie {n}")
        make.staff(service.db, f"porte{n}@example.org", ["door"], clock())
    forty = make.registered(service.db, COCKTAIL, "car", FORTY, clock(), answers={"q-titre": "Titre"})
    with service.db.write() as session:
        plenty.activities(session, COHORT)
        plenty.choices(session, one["activity"])
        plenty.companies(session, one["company"])
        plenty.invited(session, one["activity"], MANY)
        for n in range(MANY):
            make_token(session, TokenTerms(f"Programme {n}", ("coordinator",), None, {}), BY, clock())
            for subject in (forty, one["company"], one["person"]):
                history.record(session, "staff", subject, "staff.changed", BY, clock(), {"email": ("", f"{n}@b.org")})
        coming = session.execute(sa.select(attendees.c.id).where(attendees.c.registration_id == forty)).scalars().all()
    door = browser("door")
    for attendee in coming[-MANY:]:
        body = {"attendee_id": str(attendee), "point": "entree"}
        assert door.post(f"/api/activities/{one['activity']}/check-ins", json=body).json()["outcome"] == "welcome"
    return one | links(service, forty)
