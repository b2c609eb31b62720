"""A card that pays for a hold after the activity was cancelled: the money goes back, nobody gets a place."""

import uuid
from typing import Any

import sqlalchemy as sa

from kit.contracts import OrderPaid
from kit.sql import column
from registration.catalog.models import Activity
from registration.catalog.rules import ActivityStatus
from registration.invariants import invariants
from registration.reactions import paid
from registration.registrations.actions import confirm_paid, lock_registration, release
from registration.registrations.models import Registration
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL
from tests.registration.test_rearrangements_undone import posted


def test_hold_paid_late_for_a_cancelled_activity_is_refunded(
    service: Any, clock: FakeClock, cocktail: uuid.UUID
) -> None:
    held = make.registered(service.db, COCKTAIL, "car", ["Eva Roy"], clock(), method="card", company="Usine 9 inc.")
    with service.db.write() as session:
        assert release(session, held, clock())
    with service.db.write() as session:
        session.execute(
            sa.update(Activity).where(column(Activity.id) == cocktail).values(status=ActivityStatus.CANCELLED)
        )
    with service.db.write() as session:
        assert confirm_paid(session, lock_registration(session, held), clock()) is None
    with service.db.read() as session:
        assert session.get_one(Registration, held).status == "expired"
    assert invariants(service.db) == []
    assert [body for body in posted(service) if "no_room" in body and str(held) in body]


def test_letter_of_money_given_back_says_why_nobody_could_come(
    service: Any, clock: FakeClock, cocktail: uuid.UUID
) -> None:
    held = make.registered(service.db, COCKTAIL, "car", ["Eva Roy"], clock(), method="card", company="Usine 9 inc.")
    with service.db.write() as session:
        assert release(session, held, clock())
        session.get_one(Activity, cocktail).status = ActivityStatus.CANCELLED
    with service.db.write() as session:
        paid(service, session, OrderPaid(order_id=held, paid_at=clock(), amount=9773, method="card"))
    [letter] = [body for body in posted(service) if "no_room_refunded" in body]
    assert "activity_cancelled" in letter
