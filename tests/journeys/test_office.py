"""Staff and the money of a registration: what billing knows is read on its page, and staff's acts come back from it."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy import text

from kit.auth import PASS_COOKIE, staff_pass
from kit.db import new_id
from tests import make
from tests.fakes.house import House
from tests.journeys.signing import sign_up

BY_INVOICE = {"q.car.non_member": "1", "method": "invoice", "company": "Fonderie Noël"}


def staff(house: House, *roles: str) -> dict[str, str]:
    caller = make.program(house.registration.db, roles, house.clock(), name="Coordonnatrice fictive")
    made = staff_pass(house.registration.settings.signing_key, caller, house.clock())
    return {"Cookie": f"{PASS_COOKIE}={made}"}


def page_of(house: House, registration: UUID) -> str:
    answer = house.clients["registration"].get(
        f"/staff/registrations/{registration}", headers=staff(house, "coordinator")
    )
    assert answer.status_code == 200, answer.text
    return str(answer.text).replace("\u00a0", " ")


def only_registration(house: House) -> UUID:
    with house.registration.db.read() as session:
        activity = make.activity_id(session, "caricatures-2027")
    rows = house.clients["registration"].get(
        f"/api/staff/activities/{activity}/registrations", headers=staff(house, "coordinator")
    )
    [row] = rows.json()["registrations"]
    return UUID(row["id"])


def test_registration_page_shows_documents_payments_and_history(house: House) -> None:
    sign_up(house.visitor(), "caricatures-2027", BY_INVOICE)
    registration = only_registration(house)
    assert "pas encore enregistrée" in page_of(house, registration), "its order is on its way to billing"
    house.settle()
    page = page_of(house, registration)
    assert "Facture F-2027-00001" in page and "97,73 $" in page and "Enregistrer un paiement" in page
    cheque: dict[str, Any] = {"method": "cheque", "amount": 9773, "received_on": date(2027, 2, 17).isoformat()}
    paid = house.clients["billing"].post(
        f"/api/orders/{registration}/payments", json=cheque, headers=staff(house, "accountant")
    )
    assert paid.status_code == 200, paid.text
    house.settle()
    page = page_of(house, registration)
    assert "Paiement par chèque" in page and "Paiement reçu" in page and "Enregistrer un paiement" not in page
    house.down = {"billing"}
    assert "La facturation ne répond pas" in page_of(house, registration)


def test_cancellation_by_staff_is_credited_and_refunded(house: House) -> None:
    """Half is kept by the coordinator's choice; the other half, with its taxes, is owed no more."""
    sign_up(house.visitor(), "caricatures-2027", BY_INVOICE)
    house.settle()
    registration = only_registration(house)
    done = house.clients["registration"].post(
        f"/api/staff/registrations/{registration}/cancel",
        json={"keep_percent": 50},
        headers=staff(house, "coordinator"),
    )
    assert done.json() == {"whole": True, "people": 1, "credit": 4250, "kept": 4250}
    house.settle()
    page = page_of(house, registration)
    assert "Note de crédit NC-2027-00001" in page and "Inscription annulée" in page
    assert house.invariants() == []


def test_cheque_that_crosses_a_cancellation_gives_back_what_was_decided(house: House) -> None:
    """Registration hears of the payment after it cancelled: half is kept all the same, and nobody speaks of no room."""
    visitor = house.visitor()
    sign_up(visitor, "caricatures-2027", BY_INVOICE)
    house.settle()
    registration = only_registration(house)
    billing, headers = house.clients["billing"], staff(house, "accountant")
    cheque: dict[str, Any] = {"method": "cheque", "amount": 9773, "received_on": date(2027, 2, 17).isoformat()}
    assert billing.post(f"/api/orders/{registration}/payments", json=cheque, headers=headers).status_code == 200
    done = house.clients["registration"].post(
        f"/api/staff/registrations/{registration}/cancel",
        json={"keep_percent": 50},
        headers=staff(house, "coordinator"),
    )
    assert done.json()["kept"] == 4250
    house.settle()
    order = billing.get(f"/api/orders/{registration}", headers=headers).json()
    assert [refund["amount"] for refund in order["refunds"]] == [4887], "half, with its taxes"
    page = page_of(house, registration)
    assert "Paiement reçu" in page and "Paiement par chèque" in page and "Inscription annulée" in page
    with house.notify.db.read() as session:
        kinds = {row.kind for row in session.execute(sa.text("SELECT kind FROM contract_messages"))}
    assert "payment_received" in kinds and not any("room" in kind for kind in kinds), kinds
    assert house.invariants() == []


def test_walk_in_who_pays_cash_is_recorded_by_billing(house: House) -> None:
    with house.registration.db.read() as session:
        activity = make.activity_id(session, "caricatures-2027")
    guest = {"first_name": "Luc", "last_name": "Passant", "product": "car", "method": "cash"}
    house.down = {"billing"}
    body = {**guest, "registration_id": str(new_id())}
    done = house.clients["registration"].post(
        f"/api/activities/{activity}/walk-ins", json=body, headers=staff(house, "door")
    )
    assert done.status_code == 201 and done.json()["to_collect"] == 10925, "billing being down stops nobody"
    house.down = set()
    house.settle()
    page = page_of(house, UUID(done.json()["registration_id"]))
    assert "Paiement comptant" in page and "Arrivée notée" in page and "Facture F-2027-00001" in page
    with house.billing.db.read() as session:
        order = session.execute(text("SELECT subtotal, tps, tvq, total, paid FROM contract_orders")).one()
        payment = session.execute(text("SELECT amount, rounding, allocated FROM contract_payments")).one()
    # o7 of the sample: 109.23 is owed and paid, 109.25 is collected.
    assert (tuple(order), tuple(payment)) == ((9500, 475, 948, 10923, 10923), (10925, 2, 10923))
    assert house.invariants() == []


@pytest.mark.parametrize("paid_first", [False, True])
def test_balance_left_after_a_cancellation_is_paid_and_stays(house: House, paid_first: bool) -> None:
    """Half was kept by the rule: its cheque settles the order, whether it came before or after. Nothing goes back."""
    sign_up(house.visitor(), "caricatures-2027", BY_INVOICE)
    house.settle()
    registration = only_registration(house)

    def cancel() -> None:
        done = house.clients["registration"].post(
            f"/api/staff/registrations/{registration}/cancel",
            json={"keep_percent": 50},
            headers=staff(house, "coordinator"),
        )
        assert done.status_code == 200, done.text
        house.settle()

    def pay() -> None:
        cheque: dict[str, Any] = {"method": "cheque", "amount": 4886, "received_on": "2027-02-17"}
        paid = house.clients["billing"].post(
            f"/api/orders/{registration}/payments", json=cheque, headers=staff(house, "accountant")
        )
        assert paid.status_code == 200, paid.text
        house.settle()

    for step in (pay, cancel) if paid_first else (cancel, pay):
        step()
    with house.billing.db.read() as session:
        order = session.execute(sa.text("SELECT status, total - credited AS kept, refunded FROM contract_orders")).one()
    assert (order.status, int(order.kept), int(order.refunded)) == ("paid", 4886, 0)
    assert "Paiement reçu" in page_of(house, registration)
    assert not any("place" in str(letter["Subject"]) for letter in house.mail.to("chloe@example.org"))
    assert house.invariants() == []
