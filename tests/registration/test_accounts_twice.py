"""An account closed or opened twice: the second time changes nothing and is no event."""

from typing import Any

import sqlalchemy as sa

from kit.contracts.callers import Caller
from kit.sql import column
from registration.access import actions
from registration.history.models import HistoryEntry
from tests import make
from tests.fakes.clock import FakeClock

BY = Caller(frozenset({"director"}), "u1", "Directrice fictive")


def test_account_closed_or_reopened_twice_has_one_history_entry(service: Any, clock: FakeClock) -> None:
    make.staff(service.db, "direction@example.org", ["director"], clock())
    member = make.staff(service.db, "porte@example.org", ["door"], clock())
    with service.db.write() as session:
        for act in (actions.close, actions.close, actions.reopen, actions.reopen):
            act(session, member.id, BY, clock())
        query = sa.select(column(HistoryEntry.action)).where(column(HistoryEntry.subject_id) == member.id)
        query = query.order_by(column(HistoryEntry.id))
        assert list(session.execute(query).scalars()) == ["staff.closed", "staff.reopened"]
