"""Billing tells of every order; one that is no registration's, such as a membership's fee, changes nothing here."""

import uuid
from typing import Any

import sqlalchemy as sa

from kit.contracts import OrderInvoiced
from kit.sql import column
from registration.history.models import HistoryEntry
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL
from tests.registration.test_sums import hear, life_of
from tests.tables import registrations


def outbox(service: Any) -> list[Any]:
    with service.db.read() as session:
        query = sa.text("SELECT body FROM outbox WHERE type = 'SendMessage'")
        return list(session.execute(query).scalars())


def invoiced(clock: FakeClock, order_id: uuid.UUID, *covers: uuid.UUID) -> OrderInvoiced:
    day = clock().date()
    return OrderInvoiced(
        order_id=order_id, number="F-2027-00001", total=37500, issued_on=day, due_on=day, covers=covers
    )


def test_order_of_something_else_is_heard_and_changes_nothing(service: Any, clock: FakeClock) -> None:
    make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock())
    with service.db.read() as session:
        before = session.execute(sa.select(registrations)).all()
    fee = uuid.uuid4()
    hear(service, invoiced(clock, fee), *life_of(fee, clock))
    with service.db.read() as session:
        assert session.execute(sa.select(registrations)).all() == before
        told = sa.select(column(HistoryEntry.id)).where(column(HistoryEntry.subject_id) == fee)
        assert session.execute(told).all() == []
    assert outbox(service) == []


def test_invoice_that_begins_with_a_fee_goes_with_its_first_registration(service: Any, clock: FakeClock) -> None:
    """A fee, then two registrations: whatever is heard first, there is one letter."""
    ours = [make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock()) for _ in range(2)]
    covers = (uuid.UUID(int=1), *sorted(ours))
    for one in reversed(covers):
        hear(service, invoiced(clock, one, *covers))
    assert len(outbox(service)) == 1
    with service.db.read() as session:
        numbers = session.execute(sa.select(registrations.c.invoice_number)).scalars().all()
    assert numbers == ["F-2027-00001"] * 2
