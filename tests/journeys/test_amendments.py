"""Somebody is added to a confirmed registration: by invoice, by card, too late; and all of it is cancelled together."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.fakes.house import House
from tests.journeys.signing import COMPANY, sign_up
from tests.journeys.test_office import only_registration, staff

COCKTAIL = "caricatures-2027"
PERSON = {"first_name": "Zoé", "last_name": "Roy", "email": "zoe@example.org"}


@pytest.fixture
def first(house: House) -> UUID:
    """One place on an invoice."""
    sign_up(house.visitor(), COCKTAIL, {"q.car.non_member": "1", **COMPANY})
    house.settle()
    return only_registration(house)


def add(house: House, first: UUID, method: str) -> dict[str, Any]:
    item = {"product": "car", "who": "non_member", "quantity": 1, "attendees": [PERSON]}
    answer = house.clients["registration"].post(
        f"/api/staff/registrations/{first}/amendments",
        json={"items": [item], "method": method},
        headers=staff(house, "coordinator"),
    )
    assert answer.status_code == 201, answer.text
    house.settle()
    told: dict[str, Any] = answer.json()
    return told


def orders(house: House) -> list[tuple[str, int, int, bool]]:
    with house.billing.db.read() as session:
        query = text("SELECT status, total, credited, amends FROM contract_orders ORDER BY placed_at")
        return [(row.status, row.total, row.credited, row.amends is not None) for row in session.execute(query)]


def taken(house: House) -> int:
    with house.registration.db.read() as session:
        query = text("SELECT SUM(taken) FROM contract_resources WHERE activity_key = :key")
        return int(session.execute(query, {"key": COCKTAIL}).scalar_one())


def cancel(house: House, registration: UUID) -> None:
    answer = house.clients["registration"].post(
        f"/api/staff/registrations/{registration}/cancel",
        json={"keep_percent": 0},
        headers=staff(house, "coordinator"),
    )
    assert answer.status_code == 200, answer.text
    house.settle()


def test_amendment_by_invoice_has_its_own_and_goes_with_the_first(house: House, first: UUID) -> None:
    added = add(house, first, "invoice")
    assert orders(house) == [("invoiced", 9773, 0, False), ("invoiced", 9773, 0, True)]
    with house.billing.db.read() as session:
        numbers = session.execute(text("SELECT number FROM contract_invoices ORDER BY number")).scalars().all()
    assert numbers == ["F-2027-00001", "F-2027-00002"]
    page = house.clients["billing"].get(f"/staff/orders/{first}", headers=staff(house, "accountant")).text
    assert added["code"] in page and "Ajouts" in page
    page = (
        house.clients["billing"]
        .get(f"/staff/orders/{added['registration_id']}", headers=staff(house, "accountant"))
        .text
    )
    assert "La première commande" in page
    assert len(house.mail.to("zoe@example.org")) == 1, "her ticket"
    cancel(house, first)
    assert orders(house) == [("void", 9773, 9773, False), ("void", 9773, 9773, True)]
    assert taken(house) == 0 and house.invariants() == []


def test_amendment_by_card_is_paid_by_the_link_in_the_mail(house: House, first: UUID) -> None:
    added = add(house, first, "card")
    assert added["status"] == "held" and taken(house) == 2
    assert added["pay_url"] in house.mail.text("chloe@example.org")
    visitor = house.visitor()
    page = visitor.get(added["pay_url"])
    assert page.has("97,73 $"), page.text
    page = visitor.post(page.url, {"action": "pay"})
    assert page.has("C’est confirmé"), page.text
    for _ in range(2):
        house.webhooks()
        house.settle()
    assert orders(house) == [("invoiced", 9773, 0, False), ("paid", 9773, 0, True)]
    assert len(house.mail.to("zoe@example.org")) == 1
    cancel(house, first)
    house.webhooks()
    house.settle()
    with house.billing.db.read() as session:
        refunds = session.execute(text("SELECT amount, status FROM contract_refunds")).all()
    assert [tuple(row) for row in refunds] == [(9773, "succeeded")], "the card's goes back to the card, and it alone"
    assert taken(house) == 0 and house.invariants() == []


def test_amendment_nobody_pays_for_goes_alone(house: House, first: UUID) -> None:
    add(house, first, "card")
    house.clock.advance(hours=49)
    house.settle()
    assert taken(house) == 1 and [status for status, *_ in orders(house)] == ["invoiced", "void"]
    assert house.invariants() == []
