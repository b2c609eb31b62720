"""Who paid late, and who left of their own accord: asked all the same, and not counted as staying."""

import uuid
from datetime import UTC, datetime
from typing import Any

from kit.contracts import OrderPaid
from registration.invariants import invariants
from registration.reactions import paid
from registration.registrations.actions import release
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.registration.test_rearrangements import GOLF, activity, answer, begin, settle, statuses, teams

__all__ = ["teams"]


def held(service: Any, clock: FakeClock) -> uuid.UUID:
    people, card = ["Eva Roy", "", "", ""], {"method": "card", "company": "Usine 9 inc."}
    return make.registered(service.db, GOLF, "golf-quat", people, clock(), quantity=1, **card)


def pay(service: Any, clock: FakeClock, registration: uuid.UUID) -> None:
    told = OrderPaid(order_id=registration, paid_at=clock(), amount=85082, method="card")
    with service.db.write() as session:
        paid(service, session, told)


def expire(service: Any, clock: FakeClock, registration: uuid.UUID) -> None:
    with service.db.write() as session:
        assert release(session, registration, clock())


def test_hold_over_before_a_postponement_and_paid_after_it_gets_the_choice(
    service: Any, browser: Browser, clock: FakeClock, teams: list[uuid.UUID]
) -> None:
    late = held(service, clock)
    clock.advance(minutes=31)
    expire(service, clock, late)
    clock.advance(minutes=1)
    begun = begin(browser("director"), activity(service, GOLF))
    pay(service, clock, late)
    assert statuses(service, [late]) == ["confirmed"]
    view = browser("director").get(f"/api/staff/rearrangements/{begun['id']}").json()
    assert view["undecided"] == 5, "it bought another date"
    assert answer(browser, service, late, "refund").status_code == 303
    assert statuses(service, [late]) == ["cancelled"] and invariants(service.db) == []


def test_hold_over_since_a_postponement_and_paid_at_last_is_asked_once(
    service: Any, browser: Browser, clock: FakeClock, teams: list[uuid.UUID]
) -> None:
    late = held(service, clock)
    begin(browser("director"), activity(service, GOLF))
    clock.advance(minutes=31)
    expire(service, clock, late)
    pay(service, clock, late)
    assert answer(browser, service, late, "keep").status_code == 303
    assert invariants(service.db) == []


def test_signup_made_since_a_postponement_and_paid_late_is_asked_nothing(
    service: Any, browser: Browser, clock: FakeClock, teams: list[uuid.UUID]
) -> None:
    begin(browser("director"), activity(service, GOLF))
    clock.advance(minutes=1)
    late = held(service, clock)
    clock.advance(minutes=31)
    expire(service, clock, late)
    pay(service, clock, late)
    assert statuses(service, [late]) == ["confirmed"]
    assert answer(browser, service, late, "refund").status_code == 409


def test_registration_that_stays_and_is_cancelled_is_not_counted_as_kept(
    service: Any, browser: Browser, clock: FakeClock, teams: list[uuid.UUID]
) -> None:
    begun = begin(browser("director"), activity(service, GOLF))
    settle(service)
    answer(browser, service, teams[0], "keep")
    gone = browser("coordinator").post(f"/api/staff/registrations/{teams[0]}/cancel", json={})
    assert gone.status_code == 200, gone.text
    clock.set(datetime(2027, 6, 26, tzinfo=UTC))
    settle(service)
    view = browser("director").get(f"/api/staff/rearrangements/{begun['id']}").json()
    assert [view[name] for name in ("kept", "refunded", "undecided", "waiting")] == [3, 0, 0, 0]
    assert invariants(service.db) == []
