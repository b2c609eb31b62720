"""What may be done to registrations of two activities, one verb each: for tests of what must hold after any of it."""

import uuid
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from kit.contracts import Envelope, OrderCredited, OrderPaid, OrderSums
from kit.contracts.base import Message
from kit.contracts.callers import ANYONE
from kit.mailbox import receive
from registration.amendments.actions import amend
from registration.amendments.rules import Amended
from registration.changes import actions as changes
from registration.changes.actions_people import name_attendee
from registration.changes.edits.actions import correct
from registration.changes.edits.rules import Edit
from registration.changes.rules import PersonNamed
from registration.letters.flows import letter_context
from registration.registrations.actions import release
from registration.registrations.actions_confirming import confirm_held
from registration.registrations.queries import attendees_of, registration_by_id
from registration.registrations.rules import NotInThisState, RegistrationStatus
from registration.registrations.rules_rows import RegistrationRow
from registration.signup.actions import Announcement, record_signup
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL

GOLF = "golf-2027"
PRODUCTS = {COCKTAIL: "car", GOLF: "golf-ind"}


@dataclass
class House:
    """Two activities, and what a test does with their registrations."""

    service: Any
    clock: FakeClock
    known: list[uuid.UUID] = field(default_factory=list)
    revision: int = 0

    def one(self, n: int) -> RegistrationRow | None:
        if not self.known:
            return None
        with self.service.db.read() as session:
            return registration_by_id(session, self.known[n % len(self.known)])

    def context(self, row: RegistrationRow) -> Any:
        with self.service.db.read() as session:
            return letter_context(self.service, self.service.offers.read(session, row.activity_id))

    def sign_up(self, key: str, named: list[str], method: str) -> None:
        paid = "card" if method == "card" else "invoice"
        plan = make.planned(self.service.db, key, PRODUCTS[key], named, self.clock(), method=paid)
        if method == "waits":
            plan = replace(plan, registration=waiting(plan.registration))
        with self.service.db.write() as session:
            record_signup(session, plan, Announcement(), ANYONE)
        self.known.append(plan.registration.id)

    def amend(self, n: int, named: list[str], method: str) -> None:
        row = self.one(n)
        if row is None or row.status is not RegistrationStatus.CONFIRMED or row.amends_id:
            return
        key = next(key for key in PRODUCTS if make.offer_of(self.service.db, key).activity.id == row.activity_id)
        plan = make.planned(self.service.db, key, PRODUCTS[key], named, self.clock(), method=method)
        plan = replace(plan, registration=replace(plan.registration, amends_id=row.id))
        with self.service.db.write() as session:
            amend(session, Amended(row.id, {}), plan, Announcement(), ANYONE)
        self.known.append(plan.registration.id)

    def confirm(self, n: int) -> None:
        row = self.one(n)
        if row and row.waits_for_contact:
            with self.service.db.write() as session:
                confirm_held(session, row.id, ANYONE, self.clock())

    def pay(self, n: int) -> None:
        row = self.one(n)
        if row and not row.waits_for_contact:
            self.hear(OrderPaid(order_id=row.id, paid_at=self.clock(), amount=row.total, method="card"))

    def credit(self, n: int, cents: int) -> None:
        row = self.one(n)
        if row is None:
            return
        self.revision += 1
        said = OrderSums(revision=self.revision, credited=row.credited + cents, received=0, refunded=0, balance=0)
        amounts = {"subtotal": -cents, "tps": 0, "tvq": 0, "total": -cents, "left": 0, "refund": 0}
        own = {"amendment_id": uuid.uuid4(), "number": "NC-1", "reason": "cancelled", "sums": said}
        self.hear(OrderCredited(order_id=row.id, **own, **amounts))

    def end_hold(self, n: int) -> None:
        if row := self.one(n):
            with self.service.db.write() as session:
                release(session, row.id, self.clock())

    def cancel(self, n: int, places: set[int]) -> None:
        row = self.one(n)
        if row is None or row.status is not RegistrationStatus.CONFIRMED:
            return
        with self.service.db.read() as session:
            everyone = [one for one in attendees_of(session, row.id) if one.status == "active"]
        leaving = {one.id for place, one in enumerate(everyone) if place in places} or None
        with self.service.db.write() as session:
            changes.cancel(session, row.id, ANYONE, self.clock(), self.context(row), leaving)

    def refund_all(self, n: int) -> None:
        row = self.one(n)
        if row and row.status is RegistrationStatus.CONFIRMED:
            with self.service.db.write() as session:
                changes.cancel_told(session, row.id, ANYONE, self.clock(), 0)

    def name(self, n: int, place: int, name: str) -> None:
        if (row := self.one(n)) is None:
            return
        with self.service.db.read() as session:
            everyone = attendees_of(session, row.id)
        person = PersonNamed(name, "Simard" if name else "", "")
        try:
            with self.service.db.write() as session:
                one = everyone[place % len(everyone)]
                name_attendee(session, one.id, person, ANYONE, self.clock(), self.context(row))
        except NotInThisState:
            assert row.status not in ("held", "confirmed") or one.status == "cancelled"

    def correct(self, n: int, place: int, name: str) -> None:
        row = self.one(n)
        if row is None or row.status is not RegistrationStatus.CONFIRMED:
            return
        with self.service.db.write() as session:
            everyone = attendees_of(session, row.id)
            people = {everyone[place % len(everyone)].id: PersonNamed(name, "Simard" if name else "", "")}
            correct(session, row.id, Edit(people=people), ANYONE, self.clock())

    def hear(self, message: Message) -> None:
        envelope = Envelope(id=uuid.uuid4(), type=type(message).__name__, body=message.model_dump(mode="json"))
        [receipt] = receive(self.service, self.service.reactions, [envelope], "billing")
        assert receipt.outcome == "done"


def waiting(registration: RegistrationRow) -> RegistrationRow:
    """The same signup, which waits for its contact to confirm it."""
    until = registration.created_at + timedelta(days=2)
    held = {"status": RegistrationStatus.HELD, "confirmed_at": None, "hold_until": until, "check_at": until}
    return replace(registration, **held)
