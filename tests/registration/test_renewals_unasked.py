"""Companies to which no notice can be sent: nothing leaves in vain, and staff are told."""

from typing import Any

import pytest
import sqlalchemy as sa

from kit.sql import column, table
from registration.members.models import CompanyRole, Membership
from registration.renewals import flows
from registration.renewals.rules import NotAsked
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.registration.renewing import BY, at, change, period, scale, turn
from tests.registration.test_renewals import renewals


def unasked(browser: Browser) -> int:
    tasks = browser("coordinator").get("/api/staff/home").json()["tasks"]
    return sum(task["count"] for task in tasks if task["key"] == "unasked")


def test_company_with_nobody_to_write_to_is_not_asked_and_is_once_it_has(
    service: Any, clock: FakeClock, browser: Browser
) -> None:
    """A notice that is sent to nobody would let a member lapse without a word."""
    mine = period(service.db, "c01")
    with service.db.write() as session:
        company = session.get_one(Membership, mine).company_id
        session.execute(sa.delete(table(CompanyRole)).where(column(CompanyRole.company_id) == company))
    change(service.db, "c01", billing_email="")
    with pytest.raises(NotAsked) as refused, service.db.write() as session:
        flows.ask(service, session, mine, BY)
    assert refused.value.values == {"why": "no_address"}
    scale(service.db, clock(), automatic=True)
    at(clock, 5, 1)
    turn(service)
    assert company not in {row.company_id for row in renewals(service.db)}
    assert unasked(browser) == 1, "staff are told that something is missing"
    change(service.db, "c01", billing_email="comptes@example.org")
    at(clock, 5, 31)
    turn(service)
    assert company in {row.company_id for row in renewals(service.db)} and unasked(browser) == 0
