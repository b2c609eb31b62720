"""A company's own page: who sees what of it, and several people signed up for several activities on one invoice."""

import html
import json
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from kit.mailbox import Outbox
from registration.catalog.models import Activity, Resource
from registration.members.models import CompanyRole, Person
from registration.members.rules import RIGHTS, May, Role
from registration.registrations.models import Attendee, Registration
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, HOME, Browser
from tests.registration.test_members import company, link, person

GOLF, COHORT = "golf-2027", "ef2-jonquiere-2027"
TEAM = [("Nadia", "Belarbre"), ("Lyne", "Bordclair"), ("Kévin", "Hautemarée")]
PAGES = ("/company", "/company/sign-up", "/company/new-person")


def inside(browser: Browser, service: Any, key: str = "p42") -> TestClient:
    """A browser that opened somebody's personal link: Carl, who is HR at c15, unless said otherwise."""
    client = browser()
    client.get(link(service, person(service, key)))
    return client


def with_role(service: Any, role: Role, company_key: str = "c01") -> Person:
    """Somebody new who does one thing for a company."""
    with service.db.write() as session:
        at = company(service, company_key).id
        who = Person(
            key=f"x-{role}-{company_key}",
            company_id=at,
            first_name="Zoé",
            last_name="Ŵren",
            email=f"{role}@example.org",
        )
        session.add(who)
        session.flush()
        session.add(CompanyRole(person_id=who.id, company_id=at, role=role, starts=service.clock().date()))
    return person(service, f"x-{role}-{company_key}")


def headers(service: Any, who: Person) -> dict[str, str]:
    return {"X-Link-Token": link(service, who).rpartition("/")[2], "Idempotency-Key": str(uuid.uuid4())}


def attendees(names: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"first_name": first, "last_name": last, "email": ""} for first, last in names]


def asked(*items: dict[str, Any], **given: Any) -> dict[str, Any]:
    """Several activities at once, as a program asks for them."""
    contact = {"first_name": "Carl", "last_name": "Vallonbrun", "email": "carl@transport-pointenoire.example.org"}
    return {"contact": contact, "items": list(items), "terms_accepted": True} | given


def item(activity: str, product: str, people: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "registration_id": str(uuid.uuid4()),
        "activity": activity,
        "product": product,
        "attendees": attendees(people),
    }


def sign_up(service: Any, client: TestClient, body: dict[str, Any], key: str = "p42") -> Any:
    who = person(service, key)
    address = f"/api/people/{who.id}/company/registrations"
    return client.post(address, json=body, headers=headers(service, who))


def orders(session: Session) -> list[dict[str, Any]]:
    return [row.body for row in session.exec(select(Outbox).where(Outbox.type == "PlaceOrder"))]


@pytest.mark.parametrize("role", list(Role))
def test_page_shows_each_role_what_it_may_see_and_do(service: Any, browser: Browser, role: Role) -> None:
    who = with_role(service, role)
    client, rights = inside(browser, service, who.key), RIGHTS[role]
    page = client.get("/company")
    assert page.status_code == 200 and "Usinage Valbrume inc." in page.text
    assert ("Nos inscriptions" in page.text) is bool(rights & {May.SIGN_UP, May.ACCOUNT})
    assert ("Nos personnes" in page.text) is bool(rights & {May.SIGN_UP, May.PEOPLE})
    assert ("Programme d’aide" in page.text) is (May.PLAN in rights)
    for path, right in (("/company/sign-up", May.SIGN_UP), ("/company/new-person", May.PEOPLE)):
        assert client.get(path).status_code == (200 if right in rights else 404), path
    api = f"/api/people/{who.id}/company"
    assert client.get(api, headers=headers(service, who)).status_code == 200
    known = client.get(f"{api}/known-people", headers=headers(service, who))
    assert known.status_code == (200 if May.SIGN_UP in rights else 404)
    made = client.post(f"{api}/registrations", json=asked(item(COCKTAIL, "car", TEAM)), headers=headers(service, who))
    assert made.status_code == (201 if May.SIGN_UP in rights else 404), made.text


def test_page_of_a_company_is_nobody_elses(service: Any, browser: Browser) -> None:
    """Without a link, by a code alone, with another's link: as if there were no such page."""
    by_code = browser()
    by_code.post("/fr/membre", data={"code": company(service, "c01").access_code})
    for client in (browser(), by_code):
        assert {client.get(path).status_code for path in PAGES} == {404}
    carl, etienne = person(service, "p42"), person(service, "p02")
    theirs = inside(browser, service, "p02")
    for verb, path in (("get", f"/company/people/{carl.id}"), ("post", f"/company/people/{carl.id}/leave")):
        assert getattr(theirs, verb)(path).status_code == 404
    wrong = headers(service, etienne)
    assert browser().get(f"/api/people/{carl.id}/company", headers=wrong).status_code == 404
    assert theirs.post("/company/choose", data={"company_id": str(carl.company_id)}).status_code == 404


def test_hr_enrols_six_in_golf_and_two_in_a_cohort_on_one_invoice(
    service: Any, browser: Browser, clock: FakeClock
) -> None:
    """Spec C: one page, two registrations and orders, one invoice with both activities' lines and one PO number."""
    clock.advance(days=82)  # The tenth of May: both are open.
    six = [(f"Personne {n}", "Fictive") for n in range(6)]
    body = asked(item(GOLF, "golf-ind", six), item(COHORT, "ef2-place", six[:2]), bill_to={"po_number": "BC-1234"})
    made = sign_up(service, browser(), body)
    assert made.status_code == 201, made.text
    ids = [one["registration_id"] for one in made.json()["registrations"]]
    with service.db.read() as session:
        placed = orders(session)
        people = session.exec(select(Attendee.registration_id)).all()
    assert {str(one["order_id"]) for one in placed} >= set(ids)
    mine = [one for one in placed if one["order_id"] in ids]
    assert [sorted(one["group"]) for one in mine] == [sorted(ids)] * 2
    assert {one["buyer"]["po_number"] for one in mine} == {"BC-1234"}
    assert len({json.dumps(one["buyer"], sort_keys=True) for one in mine}) == 1
    assert sorted(sum(str(one) == key for one in people) for key in ids) == [2, 6]


def test_activity_full_takes_nothing_of_the_others(service: Any, browser: Browser, clock: FakeClock) -> None:
    clock.advance(days=26)
    with service.db.write() as session:
        golf = session.exec(select(Activity).where(Activity.key == GOLF)).one()
        for row in session.exec(select(Resource).where(Resource.activity_id == golf.id, Resource.key == "tee_spots")):
            row.taken = row.capacity - 2
    refused = sign_up(service, browser(), asked(item(COCKTAIL, "car", TEAM), item(GOLF, "golf-ind", TEAM)))
    assert refused.status_code == 422 and list(refused.json()["errors"]) == ["items[1]"], refused.text
    with service.db.read() as session:
        assert session.exec(select(Registration)).all() == []


def test_joint_signup_sent_twice_is_done_once(service: Any, browser: Browser) -> None:
    who, body = person(service, "p42"), asked(item(COCKTAIL, "car", TEAM))
    sent = headers(service, who)
    address = f"/api/people/{who.id}/company/registrations"
    first, again = (browser().post(address, json=body, headers=sent) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201) and first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"
    with service.db.read() as session:
        [order] = orders(session)
    assert order["group"] == []


def test_activity_named_twice_or_of_cards_only_is_refused(service: Any, browser: Browser) -> None:
    twice = sign_up(service, browser(), asked(item(COCKTAIL, "car", TEAM), item(COCKTAIL, "car", TEAM[:1])))
    assert (twice.status_code, twice.json()["code"]) == (422, "OneActivityTwice")
    pack = sign_up(service, browser(), asked(item(COCKTAIL, "car-10", TEAM)))
    assert (pack.status_code, pack.json()["code"]) == (409, "NotJoint")
    nowhere = sign_up(service, browser(), asked(item("nulle-part", "car", TEAM)))
    assert nowhere.status_code == 404


def fields(text: str, name: str) -> list[str]:

    return [html.unescape(value) for value in re.findall(rf'name="{re.escape(name)}" value="([^"]*)"', text)]


def looked_at(client: TestClient) -> tuple[str, dict[str, Any]]:
    """Two people typed and one in a file, as far as the page that says what it comes to; and what that page sends."""
    sheet = "Courriel;Nom;Prénom\nremi.sansnuage@example.org;Sansnuage;Rémi\n".encode("cp1252")
    typed = {"activity": [COCKTAIL], "typed": "Œil Neuf, oeil@example.org\nLyne\tBordclair\t"}
    step = client.post("/company/sign-up", data=typed, files={"file": ("liste.csv", sheet, "text/csv")})
    assert step.status_code == 200, step.text
    sent: dict[str, Any] = {
        name: fields(step.text, name)
        for name in ("form", "person", f"shown.{COCKTAIL}", f"product.{COCKTAIL}", f"asked.{COCKTAIL}")
    }
    return step.text, sent | {"activity": [COCKTAIL], f"goes.{COCKTAIL}": ["0", "2"], "po_number": "BC-77"}


def test_people_typed_and_in_her_file_are_signed_up_by_the_page(service: Any, browser: Browser) -> None:
    client = inside(browser, service)
    page, sent = looked_at(client)
    people = [json.loads(one)[:2] for one in sent["person"]]
    assert people == [["Œil", "Neuf"], ["Lyne", "Bordclair"], ["Rémi", "Sansnuage"]] and "taxes incluses" in page
    again = client.post("/company/sign-up/review", data=sent | {"do": "update"})
    sent |= {f"shown.{COCKTAIL}": fields(again.text, f"shown.{COCKTAIL}"), "do": "confirm"}
    no_terms = client.post("/company/sign-up/review", data=sent)
    assert no_terms.status_code == 422 and 'value="BC-77"' in no_terms.text
    for _ in range(2):
        done = client.post("/company/sign-up/review", data=sent | {"terms_accepted": "yes"})
        assert done.headers["location"] == f"{HOME}/company?done=signed", done.text
    with service.db.read() as session:
        [row] = session.exec(select(Registration)).all()
        came = session.exec(select(Attendee.first_name).order_by(Attendee.position)).all()  # type: ignore[arg-type]
    assert (row.company_name, row.method, row.bill_to["po_number"]) == (
        "Transport Pointenoire inc.",
        "invoice",
        "BC-77",
    )
    assert came == ["Œil", "Rémi"]
    shown = client.get("/company?done=signed").text
    assert "C’est fait" in shown and "2 places" in shown and "Sansnuage" in client.get("/company/sign-up").text


def test_form_refused_keeps_what_was_chosen_and_typed(service: Any, browser: Browser) -> None:
    client = inside(browser, service)
    nothing = client.post("/company/sign-up", data={"typed": ""})
    assert nothing.status_code == 422 and "au moins une activité" in nothing.text
    bad = client.post(
        "/company/sign-up",
        data={"activity": [COCKTAIL], "typed": "Zoé Roy"},
        files={"file": ("liste.csv", b"NAM;Nom\nROYZ 1234 5678;Roy\n", "text/csv")},
    )
    assert bad.status_code == 422 and "Zoé Roy</textarea>" in bad.text and "ROYZ" not in bad.text


def test_names_to_give_are_shown_first_with_their_day(service: Any, browser: Browser) -> None:
    client = inside(browser, service)
    body = asked(item(COCKTAIL, "car", TEAM))
    body["items"][0]["attendees"][2] = {"first_name": "", "last_name": "", "email": ""}
    assert sign_up(service, browser(), body).status_code == 201
    with service.db.write() as session:
        from registration.catalog.models import Activity

        row = session.exec(select(Activity).where(Activity.key == COCKTAIL)).one()
        row.names_due_at = service.clock() + timedelta(days=3)
    page = client.get("/company").text
    assert "1 nom à donner" in page and "Donner" in page and "avant le" in page


def test_people_are_kept_by_those_who_may_and_a_link_is_sent(service: Any, browser: Browser) -> None:
    client = inside(browser, service)
    body = {"first_name": "Zoé", "last_name": "Ŵren", "email": "zoe@example.org", "roles": ["manager"], "lang": "fr"}
    no = client.post("/company/new-person", data=body | {"roles": ["delegate"]})
    assert no.status_code == 422 and "en nommer une autre" in no.text and 'value="Ŵren"' in no.text
    assert client.post("/company/new-person", data=body).status_code == 303
    with service.db.read() as session:
        made = session.exec(select(Person).where(Person.email == "zoe@example.org")).one()
        letters = [one.body for one in session.exec(select(Outbox).where(Outbox.type == "SendMessage"))]
    assert [one["to"] for one in letters if one["kind"] == "member_link"] == ["zoe@example.org"]
    assert client.get(f"/company/people/{made.id}").status_code == 200
    changed = client.post(f"/company/people/{made.id}", data=body | {"roles": ["hr"], "version": "1"})
    assert changed.status_code == 303
    assert client.post(f"/company/people/{made.id}/leave").status_code == 303
    assert client.get(f"/company/people/{made.id}").status_code == 404
    carl = person(service, "p42")
    assert client.post(f"/company/people/{carl.id}/leave").status_code == 404


def test_person_of_two_companies_goes_from_one_to_the_other(service: Any, browser: Browser) -> None:
    carl, other = person(service, "p42"), company(service, "c02")
    with service.db.write() as session:
        session.add(CompanyRole(person_id=carl.id, company_id=other.id, role=Role.HR, starts=service.clock().date()))
    client = inside(browser, service)
    first = client.get("/company").text
    assert "Transport Pointenoire inc." in first and "Vous agissez aussi pour" in first and other.name in first
    assert client.post("/company/choose", data={"company_id": str(other.id)}).status_code == 303
    assert f"<h1><bdi>{other.name}</bdi></h1>" in client.get("/company").text
