"""A company signs people up for two activities at once, by invoice: two registrations and orders, one invoice."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from billing.payments import actions as payments
from kit.contracts import PaymentMethod
from kit.contracts.callers import ANYONE
from kit.mailbox import post
from registration.clients import order_of
from registration.signup import actions
from tests import make
from tests.fakes.house import House

CONTACT = "maude@example.org"
GOLF, COHORT = "golf-2027", "ef2-jonquiere-2027"
PEOPLE = [f"Personne {name}" for name in "ABCDEF"]


@pytest.fixture
def together(house: House) -> Sequence[UUID]:
    """Six at the golf tournament and two in a cohort, as they are recorded and posted in one transaction."""
    house.clock.set(datetime(2027, 5, 20, 16, 0, tzinfo=UTC))
    house.settle()
    db, now = house.registration.db, house.clock()
    offers = [make.offer_of(db, key) for key in (GOLF, COHORT)]
    plans = [
        make.planned(db, GOLF, "golf-ind", PEOPLE, now, company="Fonderie Noël"),
        make.planned(db, COHORT, "ef2-place", PEOPLE[:2], now, company="Fonderie Noël"),
    ]
    ids = tuple(plan.registration.id for plan in plans)
    with db.write() as session:
        for plan, offer in zip(plans, offers, strict=True):
            actions.record_signup(session, plan, actions.Announcement(), ANYONE)
            order = order_of(plan.registration, plan.lines, offer, house.registration.links)
            post(session, "billing", order.model_copy(update={"group": ids}), now, plan.registration.id)
    house.settle()
    return ids


def rows(house: House, service: str, query: str) -> list[Any]:
    with getattr(house, service).db.read() as session:
        return list(session.execute(text(query)).all())


def test_invoice_for_two_activities_is_one_letter_that_names_both(house: House, together: Sequence[UUID]) -> None:
    [invoice] = rows(house, "billing", "SELECT number, subtotal, tps, tvq, total, orders FROM contract_invoices")
    orders = rows(house, "billing", "SELECT subtotal, tps, tvq, total, status FROM contract_orders ORDER BY id")
    # 6 × 225.00 and 2 × 995.00, each with its own taxes.
    assert [(one.subtotal, one.tps, one.tvq, one.total) for one in orders] == [
        (135000, 6750, 13466, 155216), (199000, 9950, 19850, 228800),
    ]  # fmt: skip
    assert (invoice.number, invoice.total, invoice.orders) == ("F-2027-00001", 155216 + 228800, 2)
    numbers = rows(house, "registration", "SELECT invoice_number FROM contract_registrations")
    assert [one.invoice_number for one in numbers] == ["F-2027-00001"] * 2
    [letter] = [one for one in house.mail.to(CONTACT) if str(one["X-Message-Key"]).startswith("invoice_issued:")]
    subject = str(letter["Subject"]).replace("\u00a0", " ")
    assert subject.startswith("Facture F-2027-00001 : Tournoi de golf de l’Alliance, 8e édition, "), subject
    assert "Jonquière" in subject
    said = letter.get_body(("plain",)).get_content().replace("\u00a0", " ")  # type: ignore[union-attr]
    assert "3 840,16 $" in said and "Cette facture couvre aussi" in said and "Jonquière" in said
    assert said.count("/r/") == 2
    assert house.invariants() == []


def test_cheque_for_the_invoice_is_known_on_both_registrations(house: House, together: Sequence[UUID]) -> None:
    with house.billing.db.write() as session:
        day = house.clock().date()
        payments.record(
            session, together[1], PaymentMethod.CHEQUE, 200000, day, "1044", "Comptable fictive", house.clock()
        )
    house.settle()
    golf, cohort = rows(house, "registration", "SELECT paid_at, received, balance FROM registration ORDER BY id")
    assert golf.paid_at is not None and (golf.received, golf.balance) == (155216, 0)
    assert cohort.paid_at is None and (cohort.received, cohort.balance) == (44784, 184016)
    assert house.invariants() == []
