"""`seed --profile load` in both services: the same crowd, whole, and nothing that the invariants can see."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

import crowd as load
from billing import invariants as billing_invariants
from billing import seed as billing_seed
from kit.db import Database
from registration.invariants import invariants
from registration.registrations.models_rows import registration_row
from registration.registrations.rules_rows import BillTo
from registration.seed import crowd
from tests import make
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.tables import registrations


@pytest.fixture
def registration(make_database: MakeDatabase, clock: FakeClock) -> Iterator[Database]:
    db = Database(make_database("registration"))
    make.sample(db, clock())
    yield db
    db.close()


@pytest.fixture
def billing(make_database: MakeDatabase) -> Iterator[Database]:
    db = Database(make_database("billing"))
    yield db
    db.close()


def rows(db: Database, view: str, columns: str) -> list[Any]:
    with db.read() as session:
        return [tuple(row) for row in session.execute(sa.text(f"SELECT {columns} FROM {view} ORDER BY 1"))]


def test_crowd_is_the_same_in_both_services(registration: Database, billing: Database) -> None:
    crowd.fill(registration, 60)
    billing_seed.fill(billing, 60)
    assert invariants(registration) == []
    with billing.read() as session:
        assert billing_invariants.invariants(session, load.FIRST) == []
    columns = "code, subtotal, tps, tvq, total"
    assert rows(registration, "contract_registrations", columns) == rows(billing, "contract_orders", columns)
    invoiced = rows(registration, "contract_registrations", "invoice_number")
    assert invoiced == rows(billing, "contract_invoices", "number") and len(invoiced) == 60


def test_registration_without_an_invoice_address_has_none_but_the_province(registration: Database) -> None:
    """The crowd gives no address, so its rows read by the defaults."""
    crowd.fill(registration, 1)
    with registration.read() as session:
        [stored] = session.execute(sa.select(registrations)).all()
    assert stored.bill_to == {} and registration_row(stored).bill_to == BillTo("", "", "", "QC", "", "")


def test_crowd_interrupted_goes_on_and_is_never_doubled(registration: Database, billing: Database) -> None:
    for count in (10, 25, 25, 5):
        crowd.fill(registration, count)
        billing_seed.fill(billing, count)
    assert len(rows(registration, "contract_registrations", "id")) == 25
    assert len(rows(billing, "contract_orders", "id")) == 25
    assert invariants(registration) == []
    with billing.read() as session:
        assert billing_invariants.invariants(session, load.FIRST) == []


def test_crowd_of_attendees_have_each_a_ticket_a_place_and_a_meal(registration: Database) -> None:
    crowd.fill(registration, 20)
    people = sum(len(signup.people) for signup in load.signups(0, 20))
    assert len(rows(registration, "contract_attendees", "code")) == people
    assert len(rows(registration, "answer", "id")) == people
    taken = rows(registration, "contract_resources", "activity_key, taken")
    assert ("charge", people) in taken


def test_crowd_ids_are_in_the_order_of_time_and_all_different() -> None:
    ids = [load.row_id(kind, n) for n in range(50) for kind in load.KINDS]
    assert len(set(ids)) == len(ids) and {one.version for one in ids} == {7}
    assert [load.row_id("attendee", n) for n in range(50)] == sorted(load.row_id("attendee", n) for n in range(50))
    codes = [signup.code for signup in load.signups(0, 2000)]
    assert len(set(codes)) == 2000 and {len(code) for code in codes} == {8}
    with pytest.raises(ValueError, match="at most"):
        list(load.signups(0, load.MOST + 1))
