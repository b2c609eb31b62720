"""The nightly forgetting: small transactions one after the other, so that it may be stopped anywhere and run again."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from sqlmodel import Session

from kit.contracts.statement import Unsettled
from kit.errors import Busy
from kit.http import SiblingRefused
from registration.privacy import actions_retention as retention
from registration.privacy.actions import BATCH, seal_plain_answers
from registration.privacy.actions_retention import DueKey

if TYPE_CHECKING:
    from registration.service import RegistrationService

Term = Callable[[Session, datetime], int]
TERMS: tuple[Term, ...] = (
    retention.erase_ordinary_answers,
    retention.erase_addresses,
    retention.erase_names_of_history,
    retention.erase_notes,
    retention.erase_invited,
    retention.erase_deliverers,
    retention.erase_given_up,
    retention.erase_history,
)


def forget(here: "RegistrationService") -> bool:
    """Everything whose term is over, each by its own. Always False: what is left is for the next night."""
    now = here.clock()
    _in_batches(here, lambda session: seal_plain_answers(session, here.vault, now))
    with here.db.read() as session:
        keys = retention.due_keys(session, now)
    forgotten = sum(_forget_sealed(here, key) for key in keys)
    forgotten += sum(_in_batches(here, partial(_term, term, now)) for term in TERMS)
    if forgotten or keys:
        _leave_no_trace(here)
    return False


def _term(term: Term, now: datetime, session: Session) -> int:
    return term(session, now)


def _forget_sealed(here: "RegistrationService", key: DueKey) -> int:
    """Waits while money of the activity is not settled: an answer may still be a reason. Says what it waits for."""
    reason = _open_matter(here, key)
    if reason:
        with here.db.write() as session:
            retention.wait(session, key, reason)
        return 0
    return _in_batches(here, lambda session: retention.erase_sealed(session, key, here.clock()))


def _open_matter(here: "RegistrationService", key: DueKey) -> str:
    """`refund`, `dispute`, `unknown` while billing cannot say, or nothing."""
    try:
        answer = here.siblings["billing"].call("GET", f"/unsettled/{key.activity_key}")
    except (Busy, SiblingRefused):
        return "unknown"
    unsettled = Unsettled.model_validate(answer)
    return "dispute" if unsettled.disputes else "refund" if unsettled.refunds else ""


def _in_batches(here: "RegistrationService", batch: Callable[[Session], int]) -> int:
    total = 0
    while True:
        with here.db.write() as session:
            count = batch(session)
        total += count
        if count < BATCH:
            return total


def _leave_no_trace(here: "RegistrationService") -> None:
    """SQLite keeps what was written in its log until that is emptied; PostgreSQL's own vacuum does its part."""
    if here.db.is_sqlite:
        with here.db.engine.connect() as connection:
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
