"""The events of a purchase in every order, by HTTP from Stripe's signature to the letter: each told twice, and the way
back, the reconciler and the hold's end each at another place every time. (At every place: tests/billing.)"""

from itertools import permutations
from typing import Any

from sqlalchemy import text

from billing import jobs as billing_jobs
from billing.checkout.flows_reconcile import reconcile
from billing.gateway import EVENT_TYPES
from registration import jobs as registration_jobs
from tests.fakes.house import House
from tests.journeys.signing import sign_up
from tests.tables import registrations

ONE = {"q.car.non_member": "1", "method": "card"}


def purchase(house: House, n: int) -> str:
    """Somebody whose card was just accepted: the way back, which their browser has not taken yet."""
    sign_up(house.visitor(), "caricatures-2027", {**ONE, "contact.email": f"personne-{n}@example.org"})
    session = house.stripe.client().v1.checkout.sessions.list({"limit": 1}).data[0]
    house.stripe.pay(session.id, later=True)
    return str(session.success_url)


def test_registrations_settled_in_any_sequence_are_confirmed_and_notified_once(house: House) -> None:
    known = {event["id"] for event in house.stripe.events(*EVENT_TYPES)}
    for n, order in enumerate(permutations(range(3))):
        back = purchase(house, n)
        events = [event for event in house.stripe.events(*EVENT_TYPES) if event["id"] not in known]
        known |= {event["id"] for event in events}
        assert len(events) == 3, [event["type"] for event in events]
        told = [events[i] for i in (*order, *reversed(order))]
        steps: list[Any] = [lambda event=event: house.hear(event) for event in told]
        steps.insert(n, lambda back=back: house.visitor().get(back))
        steps.insert((n + 2) % 7, lambda: reconcile(house.billing))
        steps.insert((n + 4) % 8, lambda: end_of_hold(house))
        for step in steps:
            step()
            billing_jobs.work_events(house.billing)
    house.settle()
    with house.registration.db.read() as db:
        statuses = db.execute(text("SELECT status, COUNT(*) FROM contract_registrations GROUP BY status")).all()
        taken = db.execute(
            text("SELECT SUM(taken) FROM contract_resources WHERE activity_key = 'caricatures-2027'")
        ).scalar()
    assert ([tuple(row) for row in statuses], taken) == ([("confirmed", 6)], 6)
    with house.billing.db.read() as db:
        paid = db.execute(text("SELECT status, total, paid FROM contract_orders")).all()
        numbers = db.execute(text("SELECT number FROM contract_invoices ORDER BY number")).scalars().all()
        received = db.execute(text("SELECT amount FROM contract_payments")).scalars().all()
    assert [tuple(row) for row in paid] == [("paid", 9773, 9773)] * 6
    assert numbers == [f"F-2027-0000{n}" for n in range(1, 7)]
    assert received == [9773] * 6
    for n in range(6):
        letters = [letter["X-Message-Key"].split(":")[0] for letter in house.mail.to(f"personne-{n}@example.org")]
        assert letters == ["registration_confirmed"], (n, letters)
    assert house.invariants() == []
    assert all(not any(service.pending().values()) for service in (house.registration, house.billing, house.notify))


def end_of_hold(house: House) -> None:
    """The places' time is over: registration asks billing before it frees anything."""
    with house.registration.db.write() as db:
        held = registrations.update().where(registrations.c.status == "held")
        db.execute(held.values(hold_until=house.clock(), check_at=house.clock()))
    registration_jobs.end_holds(house.registration)
