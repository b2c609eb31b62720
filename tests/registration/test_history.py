"""The history: added to, and nothing else; forgotten when its seven years are over."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from kit.contracts.callers import ANYONE
from registration.history.actions import record
from registration.history.models import HistoryEntry
from registration.history.view import lines
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL


@pytest.fixture
def mine(service: Any, clock: FakeClock) -> uuid.UUID:
    """A registration whose confirmation is remembered."""
    return make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock())


@pytest.mark.usefixtures("mine")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history_entry SET action = 'registration.cancelled'",
        "UPDATE history_entry SET at = '2001-01-01 00:00:00'",
        "DELETE FROM history_entry WHERE action = 'registration.confirmed'",
    ],
)
def test_history_is_never_changed_or_removed(service: Any, statement: str) -> None:
    with pytest.raises(DBAPIError, match="history_entry is"), service.db.write() as session:
        session.execute(sa.text(statement))


@pytest.mark.usefixtures("mine")
def test_history_is_never_emptied(service: Any) -> None:
    # SQLite's way to empty a table at once is a DELETE without a condition.
    emptied = "DELETE FROM history_entry" if service.db.is_sqlite else "TRUNCATE history_entry"
    with pytest.raises(DBAPIError, match="history_entry is"), service.db.write() as session:
        session.execute(sa.text(emptied))


def test_history_older_than_its_term_may_be_forgotten(service: Any, mine: uuid.UUID) -> None:
    with service.db.write() as session:
        record(session, "registration", mine, "registration.resent", ANYONE, datetime(2011, 5, 1, 12, 0, tzinfo=UTC))
    with service.db.write() as session:
        session.execute(sa.text("DELETE FROM history_entry WHERE action = 'registration.resent'"))
        left = set(session.execute(sa.text("SELECT action FROM history_entry")).scalars())
    assert "registration.confirmed" in left and "registration.resent" not in left


@pytest.mark.parametrize(
    ("action", "actor", "who"),
    [
        ("registration.expired", "", "automatique"),
        ("registration.attendee_named", "", "par la personne inscrite"),
        ("registration.credited", "Élise Côté", "Élise Côté"),
    ],
)
def test_history_says_who_even_when_nobody_of_the_staff_did_it(service: Any, action: str, actor: str, who: str) -> None:
    entry = HistoryEntry(
        at=datetime(2027, 2, 17, tzinfo=UTC),
        subject_id=uuid.uuid4(),
        subject="registration",
        action=action,
        actor=actor,
    )
    [line] = lines([entry], service.pages.catalogue, "America/Toronto", "fr")
    assert line.who == who
