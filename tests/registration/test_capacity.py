"""Whatever is signed up, paid, let go of, cancelled or paid too late, in any order: counters say what the rows say,
nothing is sold twice, and a refusal is only for want of room."""

import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kit.contracts import Envelope, OrderPaid
from kit.contracts.callers import ANYONE
from kit.mailbox import Outbox, receive
from registration.catalog.codes.models import Code
from registration.changes import actions as changes_actions
from registration.invariants import invariants
from registration.letters import flows as letters_flows
from registration.registrations import actions as registrations_actions
from registration.registrations import queries as registrations_queries
from registration.registrations.queries import attendees_of, lines_of
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.tables import attendees as attendees_table
from tests.tables import codes, registrations, resources
from tests.tables import lines as lines_table

GOLF = "golf-2027"
# Not the history, which nobody can remove: its entries are of registrations that no longer are.
TABLES = (
    "check_in",
    "answer",
    "attendee",
    "registration_line",
    "registration",
    "outbox",
    "inbox",
    "code",
    "activity_tally",
)
PRODUCTS = {
    "golf-quat": {"tee_spots": 4, "dinner_seats": 4, "carts": 2},
    "golf-ind": {"tee_spots": 1, "dinner_seats": 1},
    "golf-souper": {"dinner_seats": 1},
}

products = st.dictionaries(st.sampled_from(sorted(PRODUCTS)), st.integers(1, 3), min_size=1, max_size=2)
which = st.integers(0, 20)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("sign_up"), products, st.sampled_from(["card", "card", "invoice"]), st.booleans()),
        st.tuples(st.just("pay"), which),
        st.tuples(st.just("let_go"), which),
        st.tuples(st.just("cancel"), which, st.sets(st.integers(0, 11), max_size=6)),
    ),
    min_size=4,
    max_size=16,
)


@dataclass
class Golf:
    """The tournament, and what a test does with it."""

    service: Any
    client: Any
    clock: FakeClock
    activity: uuid.UUID
    known: list[uuid.UUID] = field(default_factory=list)

    def start(self, capacity: dict[str, int], code_units: int) -> None:
        """Nobody signed up, so many places, and a code that serves so many units."""
        self.known.clear()
        with self.service.db.write() as session:
            for table in TABLES:
                session.execute(sa.text(f"DELETE FROM {table}"))
            for key, places in capacity.items():
                mine = (resources.c.activity_id == self.activity, resources.c.key == key)
                session.execute(resources.update().where(*mine).values(taken=0, capacity=places))
            session.add(Code(activity_id=self.activity, word="RABAIS", percent_off=15, max_units=code_units))

    def left(self) -> Counter[str]:
        """Places and uses of the code that are free, by the counters."""
        with self.service.db.read() as session:
            rows = session.execute(sa.select(resources).where(resources.c.activity_id == self.activity)).all()
            code = session.execute(sa.select(codes)).one()
        return Counter({row.key: row.capacity - row.taken for row in rows} | {"RABAIS": code.max_units - code.used})

    def used(self) -> Counter[str]:
        """What is used by people: a foursome is, as long as one of its four comes."""
        query = (
            sa.select(lines_table.c.uses, lines_table.c.id, attendees_table.c.unit)
            .join(attendees_table, attendees_table.c.line_id == lines_table.c.id)
            .join(registrations, registrations.c.id == lines_table.c.registration_id)
            .where(attendees_table.c.status == "active", registrations.c.status.in_(["held", "confirmed"]))
        )
        found: Counter[str] = Counter()
        with self.service.db.read() as session:
            taken = {(row.id, row.unit): row.uses for row in session.execute(query)}
        for uses in taken.values():
            found.update(uses)
        return found

    def one(self, n: int) -> Any:
        if not self.known:
            return None
        with self.service.db.read() as session:
            return registrations_queries.registration_by_id(session, self.known[n % len(self.known)])

    def sign_up(self, wanted: dict[str, int], method: str, coded: bool) -> None:
        body = {
            "contact": {"first_name": "Maude", "last_name": "Contact", "email": "maude@example.org"},
            "company": "Usinage Valbrume inc.",
            "contact_attends": False,
            "items": [{"product": p, "who": "non_member", "quantity": n} for p, n in wanted.items()],
            "method": method,
            "terms_accepted": True,
            "code": "rabais" if coded else "",
        }
        before = self.left()
        needs = needed(wanted)
        # A code used up is refused beside its field: nobody pays another price than the one they count on.
        room = fits(needs, before) and not (coded and sum(wanted.values()) > before["RABAIS"])
        answer = self.client.post(f"/api/activities/{GOLF}/registrations", json=body)
        assert (answer.status_code == 201) is room, answer.text
        if room:
            self.known.append(uuid.UUID(answer.json()["id"]))
        else:
            assert answer.json()["code"] in ("SoldOut", "CodeUsedUp", "InvalidInput")
            assert self.left() == before, "a refusal takes nothing"

    def pay(self, n: int) -> None:
        row = self.one(n)
        if row is None or row.method != "card":
            return
        before = self.left()
        wanted = self.wanted(row.id)
        units = sum(wanted.values()) if row.code_id else 0
        room = fits(needed(wanted), before) and units <= before["RABAIS"]
        body = OrderPaid(order_id=row.id, paid_at=self.clock(), amount=row.total, method="card")
        envelope = Envelope(id=uuid.uuid4(), type="OrderPaid", body=body.model_dump(mode="json"))
        # Told twice, as it may be.
        again = envelope.model_copy(update={"id": uuid.uuid4()})
        receipts = receive(self.service, self.service.reactions, [envelope, envelope, again], "billing")
        assert {receipt.outcome for receipt in receipts} == {"done"}
        status = self.one(n).status
        if row.status == "expired":
            assert status == ("confirmed" if room else "expired")
        else:
            assert status == {"held": "confirmed"}.get(row.status, row.status)
        with self.service.db.read() as session:
            told = session.execute(sa.select(Outbox.body).where(Outbox.type == "RefundOrder")).scalars().all()
        if status in ("expired", "cancelled"):
            # What a cancellation gives back was decided when it was made.
            assert (str(row.id) in {body["order_id"] for body in told}) is (status == "expired")

    def wanted(self, registration_id: uuid.UUID) -> dict[str, int]:
        with self.service.db.read() as session:
            offer = self.service.offers.read(session, self.activity)
            keys = {product.id: product.key for product in offer.products}
            return {keys[line.product_id]: line.quantity for line in lines_of(session, registration_id)}

    def let_go(self, n: int) -> None:
        row = self.one(n)
        if row is not None:
            with self.service.db.write() as session:
                assert registrations_actions.release(session, row.id, self.clock()) is (row.status == "held")

    def cancel(self, n: int, places: set[int]) -> None:
        row = self.one(n)
        if row is None or row.status != "confirmed":
            return
        with self.service.db.read() as session:
            everyone = attendees_of(session, row.id)
            offer = self.service.offers.read(session, self.activity)
        leaving = {each.id for each in everyone if each.position - 1 in places} or None
        staying = [each for each in everyone if each.status == "active" and leaving and each.id not in leaving]
        if leaving and not any(each.status == "active" and each.id in leaving for each in everyone):
            return
        context = letters_flows.letter_context(self.service, offer)
        with self.service.db.write() as session:
            outcome = changes_actions.cancel(session, row.id, ANYONE, self.clock(), context, leaving)
        assert outcome.whole is (not staying)
        assert self.one(n).status == ("cancelled" if outcome.whole else "confirmed")

    def check(self, capacity: dict[str, int]) -> None:
        left, used = self.left(), self.used()
        assert {key: capacity[key] - left[key] for key in capacity} == {key: used[key] for key in capacity}
        assert min(left.values()) >= 0
        assert invariants(self.service.db) == []


def needed(wanted: dict[str, int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for product, quantity in wanted.items():
        found.update({key: uses * quantity for key, uses in PRODUCTS[product].items()})
    return found


def fits(needs: Counter[str], left: Counter[str]) -> bool:
    return all(left[key] >= units for key, units in needs.items())


# A failure tells its steps as they were: making them fewer would run the product for minutes.
@settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    capacity=st.fixed_dictionaries(
        {"tee_spots": st.integers(1, 14), "dinner_seats": st.integers(1, 14), "carts": st.integers(1, 6)}
    ),
    code_units=st.integers(1, 6),
    steps=steps,
)
def test_capacity_counters_equal_the_rows_and_sell_nothing_twice(
    service: Any, browser: Browser, clock: FakeClock, capacity: dict[str, int], code_units: int, steps: list[Any]
) -> None:
    clock.set(datetime(2027, 5, 20, 16, 0, tzinfo=UTC))
    # What strangers may hold at a time is not what is counted here.
    unbounded = {"stranger_share": 100, "stranger_places": 10_000, "stranger_letters_to_one": 10_000}
    service.settings = service.settings.model_copy(update=unbounded)
    with service.db.read() as session:
        golf = Golf(service, browser(), clock, make.activity_id(session, GOLF))
    golf.start(capacity, code_units)
    for name, *given_to_it in steps:
        getattr(golf, name)(*given_to_it)
        golf.check(capacity)
        clock.advance(seconds=1)
