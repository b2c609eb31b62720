"""People or options added to a confirmed registration: an order of its own, gone with what it amends."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from kit.db import new_id
from kit.mailbox import Outbox
from registration.invariants import invariants
from registration.registrations.actions import confirm_paid, lock_registration
from registration.registrations.amended.queries import amendments_of
from registration.registrations.queries import registration_by_id, whole_registration
from registration.registrations.rules import RegistrationStatus
from registration.registrations.view import place_label
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.tables import registrations, resources

CONTACT = {"first_name": "Chloé", "last_name": "Roy", "email": "chloe@example.org"}
PERSON = {"first_name": "Zoé", "last_name": "Roy", "email": "zoe@example.org", "answers": {"q-repas": "boeuf"}}


@pytest.fixture
def golf(service: Any, clock: FakeClock) -> uuid.UUID:
    clock.advance(days=60)
    with service.db.read() as session:
        return make.activity_id(session, "golf-2027")


@pytest.fixture
def first(browser: Browser, golf: uuid.UUID) -> str:
    """Somebody alone at the golf, invoiced."""
    item = {"product": "golf-ind", "who": "member", "quantity": 1, "attendees": [PERSON]}
    asked = {"contact": CONTACT, "items": [item], "method": "invoice", "company": "Fonderie Noël", "reason": "Membre"}
    asked |= {"contact_attends": False, "bill_to": {"po_number": "BC-77"}}
    done = browser("coordinator").post(f"/api/staff/activities/{golf}/telephone-signups", json=asked)
    assert done.status_code == 201, done.text
    return str(done.json()["registration_id"])


def add(browser: Browser, first: str, *items: dict[str, Any], **asked: Any) -> Any:
    body = {"items": list(items), "method": "invoice", **asked}
    return browser("coordinator", name="Élise Côté").post(f"/api/staff/registrations/{first}/amendments", json=body)


def dinner(**changes: Any) -> dict[str, Any]:
    return {"product": "golf-souper", "who": "member", "quantity": 1, "attendees": [PERSON], **changes}


def mulligan(quantity: int = 1) -> dict[str, Any]:
    return {"product": "golf-reprise", "who": "anyone", "quantity": quantity}


def posted(service: Any, kind: str) -> list[dict[str, Any]]:
    with service.db.read() as session:
        return [row.body for row in session.execute(sa.select(Outbox)).scalars() if row.type == kind]


def status_of(service: Any, registration: str) -> str:
    with service.db.read() as session:
        query = sa.select(registrations.c.status).where(registrations.c.id == uuid.UUID(registration))
        return str(session.execute(query).scalar_one())


def taken(service: Any, golf: uuid.UUID) -> dict[str, int]:
    with service.db.read() as session:
        query = sa.select(resources.c.key, resources.c.taken).where(resources.c.activity_id == golf)
        return {row.key: row.taken for row in session.execute(query)}


def cancel(browser: Browser, first: str, **asked: Any) -> Any:
    return browser("coordinator").post(f"/api/staff/registrations/{first}/cancel", json=asked)


def test_amendment_with_a_person_is_an_order_of_its_own(
    service: Any, browser: Browser, golf: uuid.UUID, first: str
) -> None:
    done = add(browser, first, dinner())
    assert done.status_code == 201, done.text
    told = done.json()
    assert (told["status"], told["total"]) == ("confirmed", 8623)
    before, order = posted(service, "PlaceOrder")
    assert before["order_id"] == first and before["amends"] is None
    assert (order["order_id"], order["amends"], order["by"]) == (told["registration_id"], first, "Élise Côté")
    assert order["buyer"] == before["buyer"], "the same buyer, the same purchase order"
    kinds = [body["values"]["kind"] for body in posted(service, "SendMessage")]
    assert kinds.count("registration_confirmed") == 2 and kinds.count("ticket") == 2
    page = browser("coordinator").get(f"/staff/registrations/{first}").text
    assert "Ajout à l’inscription" in page and told["code"] in page and "Solde de l’ensemble" in page
    assert "s’ajoute à une autre" in browser("coordinator").get(f"/staff/registrations/{told['registration_id']}").text
    assert invariants(service.db) == []


def test_amendment_with_an_option_is_for_who_comes_already(
    service: Any, browser: Browser, golf: uuid.UUID, first: str
) -> None:
    told = add(browser, first, mulligan()).json()
    assert (told["status"], told["total"]) == ("confirmed", 1150)
    assert invariants(service.db) == []
    again = add(browser, first, mulligan(40))
    assert (again.status_code, set(again.json()["errors"])) == (422, {"items[0]"}), "beyond what one person may take"
    page = browser("coordinator").get(f"/staff/registrations/{told['registration_id']}")
    assert page.status_code == 200


def test_amendment_with_an_option_on_two_lines_takes_no_more_than_on_one(
    service: Any, browser: Browser, golf: uuid.UUID, first: str
) -> None:
    assert add(browser, first, mulligan()).status_code == 201
    refused = add(browser, first, mulligan(), mulligan())
    assert (refused.status_code, set(refused.json()["errors"])) == (422, {"items", "items[1]"}), refused.text


def test_amendment_goes_with_the_whole_registration(
    service: Any, browser: Browser, golf: uuid.UUID, first: str
) -> None:
    person, option = add(browser, first, dinner()).json(), add(browser, first, mulligan()).json()
    held = add(browser, first, dinner(), method="card").json()
    assert held["status"] == "held"
    preview = browser("coordinator").get(f"/staff/registrations/{first}/cancel")
    assert preview.status_code == 200
    done = cancel(browser, first, keep_percent=0).json()
    assert (done["whole"], done["people"], done["credit"]) == (True, 2, 18000 + 7500 + 1000)
    credited = {body["order_id"] for body in posted(service, "CreditOrder")}
    assert credited == {first, person["registration_id"], option["registration_id"]}
    for one in (first, person["registration_id"], option["registration_id"]):
        assert status_of(service, one) == "cancelled"
    assert status_of(service, held["registration_id"]) == "held", "billing is asked before its place goes back"
    assert taken(service, golf)["dinner_seats"] == 1 and invariants(service.db) == []


def test_amendment_of_options_goes_with_the_person_it_is_for(
    service: Any, browser: Browser, golf: uuid.UUID, first: str
) -> None:
    option = add(browser, first, mulligan()).json()["registration_id"]
    person = add(browser, first, dinner()).json()["registration_id"]
    with service.db.read() as session:
        query = sa.text("SELECT id FROM attendee WHERE registration_id = :of")
        of = first if service.db.engine.dialect.name == "postgresql" else uuid.UUID(first).hex
        mine = session.execute(query, {"of": of}).scalar_one()
    done = cancel(browser, first, attendees=[str(uuid.UUID(str(mine)))], keep_percent=0).json()
    assert done["credit"] == 18000 + 7500 + 1000, "nobody of the first is left: all of it goes"
    assert status_of(service, option) == status_of(service, person) == "cancelled"
    assert invariants(service.db) == []


def test_amendment_cancelled_by_itself_leaves_the_registration(
    service: Any, browser: Browser, golf: uuid.UUID, first: str
) -> None:
    for item in (dinner(), mulligan()):
        added = add(browser, first, item).json()["registration_id"]
        assert cancel(browser, added).status_code == 200
        assert status_of(service, added) == "cancelled"
    assert status_of(service, first) == "confirmed" and invariants(service.db) == []


def test_amendment_paid_after_its_registration_went_is_refunded(
    service: Any, browser: Browser, golf: uuid.UUID, first: str, clock: FakeClock
) -> None:
    held = add(browser, first, dinner(), method="card").json()["registration_id"]
    cancel(browser, first)
    with service.db.write() as session:
        assert confirm_paid(session, lock_registration(session, uuid.UUID(held)), clock()) is None
    assert [body["order_id"] for body in posted(service, "RefundOrder")] == [held]
    assert status_of(service, held) == "expired" and invariants(service.db) == []
    with service.db.read() as session:
        assert amendments_of(session, uuid.UUID(first)) == []
        assert len(amendments_of(session, uuid.UUID(first), RegistrationStatus.EXPIRED)) == 1


def test_amendment_sent_again_counts_once(service: Any, browser: Browser, golf: uuid.UUID, first: str) -> None:
    mine = str(new_id())
    told, again = (add(browser, first, dinner(), amendment_id=mine).json() for _ in range(2))
    assert told == again and len(posted(service, "PlaceOrder")) == 2
    other = add(browser, first, dinner(), amendment_id=mine, reference="7")
    assert (other.status_code, other.json()["code"]) == (409, "DifferentForm")


def test_amendment_with_money_in_hand_books_it(service: Any, browser: Browser, golf: uuid.UUID, first: str) -> None:
    for item in (dinner(), mulligan()):
        told = add(browser, first, item, method="received", received="reader", reference="T-9").json()
        assert (told["status"], told["method"]) == ("confirmed", "received")
    assert [body["received"] for body in posted(service, "PlaceOrder")[1:]] == [
        {"method": "reader", "reference": "T-9"}
    ] * 2


def test_amendment_of_what_is_not_confirmed_or_of_an_amendment_is_refused(
    service: Any, browser: Browser, golf: uuid.UUID, first: str
) -> None:
    added = add(browser, first, dinner()).json()["registration_id"]
    refused = add(browser, added, dinner())
    assert (refused.status_code, refused.json()["code"]) == (409, "NotInThisState")
    cancel(browser, first)
    for answer in (add(browser, first, dinner()), browser("coordinator").get(f"/staff/registrations/{first}/add")):
        assert answer.status_code == 409
    assert add(browser, str(uuid.uuid4()), dinner()).status_code == 404


def test_amendment_beyond_capacity_or_after_the_activity_is_refused(
    service: Any, browser: Browser, golf: uuid.UUID, first: str, clock: FakeClock
) -> None:
    with service.db.write() as session:
        full = resources.update().where(resources.c.activity_id == golf, resources.c.key == "dinner_seats")
        session.execute(full.values(taken=200))
    # Levels are sold even so: what is full is named, the activity is not.
    assert add(browser, first, dinner()).json()["errors"] == {"items[0]": "problem.not_enough_left"}
    clock.advance(days=90)
    for item in (dinner(), mulligan()):
        assert add(browser, first, item).json()["code"] == "SignupClosed"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"method": ""}, "method"),
        ({"method": "received"}, "method"),
        ({"places": [9]}, "places"),
        ({"items": []}, "items"),
    ],
)
def test_amendment_with_a_wrong_field_names_it(
    service: Any, browser: Browser, golf: uuid.UUID, first: str, asked: dict[str, Any], field: str
) -> None:
    refused = add(browser, first, mulligan(), **asked)
    assert (refused.status_code, set(refused.json()["errors"])) == (422, {field}), refused.text


def test_amendment_form_keeps_what_was_typed_and_adds(
    service: Any, browser: Browser, golf: uuid.UUID, first: str
) -> None:
    staff, address = browser("coordinator"), f"/staff/registrations/{first}/add"
    assert staff.get(address).status_code == 200
    typed = {"q.golf-reprise.anyone": "1", "method": "cheque", "reference": "55", "shown_total": "1150", "send": "yes"}
    over = staff.post(address, data={**typed, "q.golf-reprise.anyone": "41"})
    assert over.status_code == 422 and 'value="55"' in over.text
    assert staff.post(address, data={**typed, "shown_total": "1"}).status_code == 409
    shown = staff.post(address, data={**typed, "action": "update"})
    assert "Pour qui" in shown.text and "Zoé Roy" in shown.text
    form = str(new_id())
    for places in ([], ["1"]):
        done = staff.post(address, data={**typed, "amendment_id": form, "places": places})
        assert done.status_code == 303, done.text
        assert staff.get(done.headers["location"]).status_code == 200
    assert len(posted(service, "PlaceOrder")) == 3, "the back button, and then the same for another person"


@pytest.mark.parametrize(("role", "status"), [("director", 200), ("accountant", 403), ("door", 403)])
def test_amendment_by_role_is_open_to_who_may(
    browser: Browser, golf: uuid.UUID, first: str, role: str, status: int
) -> None:
    assert browser(role).get(f"/staff/registrations/{first}/add").status_code == status


def test_amendment_and_its_registration_lead_to_each_other_behind_their_links(
    service: Any, browser: Browser, golf: uuid.UUID, first: str
) -> None:
    added = add(browser, first, mulligan()).json()
    mine, other = (service.links.registration(uuid.UUID(one), 1) for one in (first, added["registration_id"]))
    page = browser().get(mine).text
    assert other in page and added["code"] in page
    assert mine in browser().get(other).text


def test_amendment_follows_the_contact_and_the_order_number_put_right(
    service: Any, browser: Browser, golf: uuid.UUID, first: str
) -> None:
    added = add(browser, first, dinner()).json()["registration_id"]
    right = CONTACT | {"email": "chloe.roy@example.org", "phone": ""}
    asked = {"contact": right, "company": "Fonderie Noël", "po_number": "BC-78"}
    answer = browser("coordinator").post(f"/api/staff/registrations/{first}/corrections", json=asked)
    assert answer.status_code == 200, answer.text
    with service.db.read() as session:
        row = registration_by_id(session, uuid.UUID(added))
        assert (row.contact_email, row.bill_to.po_number) == ("chloe.roy@example.org", "BC-78")
    told = {body["order_id"]: body["po_number"] for body in posted(service, "BuyerCorrected")}
    assert told == {first: "BC-78", added: "BC-78"}


def test_ticket_of_the_first_names_the_option_added_since(
    service: Any, browser: Browser, golf: uuid.UUID, first: str
) -> None:
    added = add(browser, first, mulligan()).json()["registration_id"]
    with service.db.read() as session:
        whole = whole_registration(session, uuid.UUID(first), service.offers)
    [person] = whole.active
    assert "reprise" in place_label(whole.offer, whole.bought.with_added(person)).fr.lower()
    assert browser("coordinator").get(f"/staff/registrations/{first}").text.lower().count("reprise") > 0
    cancel(browser, added)
    with service.db.read() as session:
        assert whole_registration(session, uuid.UUID(first), service.offers).bought.with_added(person)[1:] == []
