"""What the database says of codes and of coverages to whoever holds it."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from kit.errors import Refusal
from kit.sql import table
from registration.invariants import invariants
from registration.plans.covering.actions import end
from registration.plans.eligibility.actions import shuffle
from registration.plans.eligibility.models import Eligibility
from registration.plans.models import Coverage, KeptList, Plan, PlanHold
from registration.plans.rules import (
    SEALED,
)
from tests.covering import (
    acting,
    bought,
    covered,
    enrolled,
    person,
    renewed,
    scalar,
)
from tests.fakes.clock import FakeClock
from tests.registration.test_coverages import at_once


@pytest.fixture(autouse=True)
def in_march(clock: FakeClock, service: Any) -> None:
    clock.set(datetime(2027, 3, 8, 16, tzinfo=UTC))
    renewed(service)


def test_eligibility_leads_to_nobody_by_column_time_or_order(service: Any) -> None:
    columns = {column.name: str(column.type) for column in sa.inspect(Eligibility).columns}
    assert set(columns) == {"digest", "plan_id", "valid_from", "valid_to"}
    assert columns["valid_from"] == columns["valid_to"] == "DATE"
    others = [table(model).c for model in (Coverage, KeptList, Plan, PlanHold)]
    leads = [str(key.column) for its in others for column in its for key in column.foreign_keys]
    assert not [one for one in leads if one.startswith("eligibility.")]
    assert not [column for its in others for column in its if "digest" in column.name or "code" in column.name]
    for n in range(4):
        bought(service, "c15", [person(10 * n + one) for one in range(3)])
    with service.db.write() as session:
        shuffle(session)
    with service.db.read() as session:
        order = "rowid" if service.db.is_sqlite else "ctid"
        if service.db.is_sqlite:
            with pytest.raises(sa.exc.OperationalError):
                session.execute(sa.text("SELECT rowid FROM eligibility"))
        else:
            rows = session.execute(sa.text(f"SELECT digest, xmin::text FROM eligibility ORDER BY {order}")).all()
            assert [row.digest for row in rows] == sorted(row.digest for row in rows)
            assert len({row.xmin for row in rows}) == 1
    assert scalar(service, "SELECT count(*) FROM eligibility") == 12
    assert invariants(service.db) == []


def test_revocation_waits_for_whoever_writes_the_codes_anew(service: Any) -> None:
    done = bought(service, "c15", [person(n) for n in range(30)])
    whose = enrolled(service).whose

    def shuffled() -> None:
        for _ in range(5):
            with service.db.write() as session:
                shuffle(session)

    def ended() -> None:
        for one in done.covered:
            with service.db.write() as session:
                end(session, whose, one.id, acting(service))

    assert [one for one in at_once(shuffled, ended) if isinstance(one, Refusal)] == []
    assert covered(service, whose) == [] and scalar(service, "SELECT count(*) FROM eligibility") == 0
    assert invariants(service.db) == []


def test_contract_view_of_coverages_names_nobody(service: Any) -> None:
    bought(service, "c15", [person(1, employer_ref="NUM-77"), SEALED])
    with service.db.read() as session:
        rows = session.execute(sa.text("SELECT * FROM contract_coverages")).mappings().all()
    assert {(row["state"], row["sealed"], row["by_mail"]) for row in rows} == {("covered", 0, 1), ("covered", 1, 0)}
    said = str([dict(row) for row in rows])
    assert not [word for word in ("Prénom", "Fictif", "@", "NUM-77") if word in said]


def test_coverages_astray_are_seen(service: Any) -> None:
    bought(service, "c15", [person(1), person(2)])
    with service.db.write() as session:
        session.execute(sa.text("DELETE FROM eligibility"))
        session.execute(sa.text("UPDATE registration_line SET cancelled = 1"))
    found = invariants(service.db)
    assert any("0 codes, 2 people" in line for line in found), found
    assert any("pays 1 coverages, 2 have them" in line for line in found), found
