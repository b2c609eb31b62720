"""Sponsorships sold with a signup: the hole that is chosen, what comes with a level, and what is never sold twice."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from kit.contracts.callers import ANYONE
from kit.money import TaxClass
from registration.changes import actions as changes
from registration.invariants import invariants
from registration.letters.flows import letter_context
from registration.registrations.queries import attendees_of, whole_registration
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser

GOLF = "golf-2027"
# Signup is open, and the early price still holds.
OPEN = datetime(2027, 5, 3, 14, tzinfo=UTC)
API = f"/api/activities/{GOLF}/registrations"


@pytest.fixture(autouse=True)
def signup_is_open(clock: FakeClock) -> None:
    clock.now = OPEN


def level(product: str, *spots: str, **changes: Any) -> dict[str, Any]:
    return {"product": product, "who": "anyone", "quantity": len(spots) or 1, "spots": list(spots)} | changes


def sponsor(browser: Browser, *items: dict[str, Any], **changes: Any) -> Any:
    body = {
        "contact": {"first_name": "Maude", "last_name": "Contact", "email": "maude@example.org"},
        "company": "Usinage Valbrume inc.",
        "items": list(items),
        "terms_accepted": True,
        "contact_attends": False,
        "method": "card",
    }
    return browser().post(API, json=body | changes)


def made(answer: Any) -> uuid.UUID:
    assert answer.status_code == 201, answer.text
    return uuid.UUID(answer.json()["id"])


def taken(service: Any) -> dict[str, int]:
    """What is taken of each resource of the tournament, where anything is."""
    offer = make.offer_of(service.db, GOLF)
    return {key: one.taken for key, one in offer.resources.items() if one.taken}


def in_order(service: Any) -> bool:
    return invariants(service.db) == []


def cancel(service: Any, clock: FakeClock, registration_id: uuid.UUID) -> None:
    context = letter_context(service, make.offer_of(service.db, GOLF))
    with service.db.write() as session:
        changes.cancel(session, registration_id, ANYONE, clock(), context)


def test_hole_sponsorship_says_its_hole_and_carries_no_tax(service: Any, browser: Browser) -> None:
    answer = sponsor(browser, level("spon-trou", "spon-trou:7", "spon-trou:12"))
    registration_id = made(answer)
    assert {tax: answer.json()[tax] for tax in ("subtotal", "tps", "tvq", "total")} == {
        "subtotal": 100000,
        "tps": 0,
        "tvq": 0,
        "total": 100000,
    }
    with service.db.read() as session:
        whole = whole_registration(session, registration_id, service.offers)
    lines = [(line.label.fr, line.label.en, line.quantity, line.gl_account) for line in whole.bought.lines]
    assert lines == [(f"Commandite de trou – Trou {n}", f"Hole sponsor – Hole {n}", 1, "4220") for n in (7, 12)]
    assert all(line.tax_class is TaxClass.OUT_OF_SCOPE for line in whole.bought.lines) and not whole.attendees
    assert taken(service) == {"spon-trou": 2, "spon-trou:7": 1, "spon-trou:12": 1} and in_order(service)


def test_foursome_with_a_hole_comes_to_the_order_of_the_sample(browser: Browser, clock: FakeClock) -> None:
    foursome = {"product": "golf-quat", "who": "non_member", "quantity": 1}
    answer = sponsor(browser, foursome, level("spon-trou", "spon-trou:1"))
    made(answer)
    assert answer.json()["subtotal"] == 134000  # 840.00, taxed, and 500.00, which is not.
    assert (answer.json()["tps"], answer.json()["tvq"]) == (4200, 8379)


def test_gold_sponsorship_brings_a_foursome_at_nothing_to_name_later(service: Any, browser: Browser) -> None:
    registration_id = made(sponsor(browser, level("spon-or")))
    with service.db.read() as session:
        whole = whole_registration(session, registration_id, service.offers)
    assert [(line.quantity, line.unit_amount, line.attendees) for line in whole.bought.lines] == [
        (1, 250000, 0),
        (1, 0, 4),
    ]
    assert [person.full_name for person in whole.attendees] == [""] * 4
    assert taken(service) == {"spon-or": 1, "tee_spots": 4, "dinner_seats": 4, "carts": 2} and in_order(service)


def test_presenting_sponsorship_takes_eight_starts_and_ten_dinners(service: Any, browser: Browser) -> None:
    made(sponsor(browser, level("spon-presente")))
    assert taken(service) == {"spon-presente": 1, "tee_spots": 8, "dinner_seats": 10, "carts": 4}


def test_hole_alone_can_be_cancelled(service: Any, browser: Browser, clock: FakeClock) -> None:
    cancel(service, clock, made(sponsor(browser, level("spon-trou", "spon-trou:18"), method="invoice")))
    assert taken(service) == {} and in_order(service)


def test_sponsorship_stays_when_one_of_its_players_leaves(service: Any, browser: Browser, clock: FakeClock) -> None:
    items = (level("spon-or"), level("spon-trou", "spon-trou:3"))
    registration_id = made(sponsor(browser, *items, method="invoice"))
    with service.db.write() as session:
        people = attendees_of(session, registration_id)
        context = letter_context(service, make.offer_of(service.db, GOLF))
        left = changes.cancel(session, registration_id, ANYONE, clock(), context, [people[0].id])
    assert (left.whole, left.people) == (False, 1)
    assert taken(service)["spon-or"] == taken(service)["spon-trou:3"] == 1 and in_order(service)


def test_sponsorship_cancelled_gives_back_its_hole_and_its_places(
    service: Any, browser: Browser, clock: FakeClock
) -> None:
    items = (level("spon-or"), level("spon-trou", "spon-trou:3"))
    registration_id = made(sponsor(browser, *items, method="invoice"))
    cancel(service, clock, registration_id)
    assert taken(service) == {} and in_order(service)
    made(sponsor(browser, level("spon-trou", "spon-trou:3")))


@pytest.mark.parametrize(
    ("item", "where"),
    [
        (level("spon-trou"), "items[0].spots"),
        (level("spon-trou", "spon-trou:19"), "items[0].spots"),
        (level("spon-trou", "spon-trou:2", "spon-trou:2"), "items[0].spots"),
        (level("spon-trou", "spon-trou:2", quantity=2), "items[0].spots"),
        (level("spon-or", "spon-trou:2"), "items[0].spots"),
        (level("spon-presente", quantity=2), "items[0]"),
    ],
)
def test_spots_that_cannot_be_had_are_refused_by_name(
    service: Any, browser: Browser, item: dict[str, Any], where: str
) -> None:
    answer = sponsor(browser, item)
    assert answer.status_code == 422 and where in answer.json()["errors"], answer.text
    assert taken(service) == {}


def test_hole_that_somebody_has_is_refused_and_no_longer_offered(service: Any, browser: Browser) -> None:
    made(sponsor(browser, level("spon-trou", "spon-trou:7")))
    again = sponsor(browser, level("spon-trou", "spon-trou:7"))
    assert again.status_code == 422 and set(again.json()["errors"]) == {"items[0].spots"}
    products = browser().get(f"/api/activities/{GOLF}").json()["products"]
    hole = next(one for one in products if one["key"] == "spon-trou")["sponsorship"]
    free = [spot["key"] for spot in hole["free_spots"]]
    assert len(free) == 17 and "spon-trou:7" not in free and hole["by_spots"]


def test_form_sells_a_hole_and_keeps_what_was_ticked(service: Any, browser: Browser) -> None:
    client, address = browser(), "/fr/activites/tournoi-golf-2027/inscription"
    page = client.get(address).text
    assert 'value="spon-trou:18"' in page and "Devenir commanditaire" in page
    token = page.split('name="form" value="', 1)[1].split('"', 1)[0]
    person = {"contact.first_name": "Luc", "contact.last_name": "Essai", "contact.email": "luc@example.org"}
    form = {"form": token, "s.spon-trou.anyone": ["spon-trou:4", "spon-trou:5"], "company": "Fonderie Noël"}
    form |= person | {"method": "invoice", "action": "submit"}
    refused = client.post(address, data=form)
    assert refused.status_code == 422 and "1\u202f000,00" in refused.text.replace("\u00a0", "\u202f")
    box = refused.text.split('value="spon-trou:4"', 1)[1].split(">", 1)[0]
    assert "checked" in box
    sent = client.post(address, data=form | {"terms_accepted": "yes"}, follow_redirects=False)
    assert sent.status_code == 303 and taken(service)["spon-trou"] == 2
