"""Letters that wait for their day: planned from what the database says, and sent once when it has come.

A rule says which letters it wants and when. Its rows are compared with that at every sweep, and each letter once more
in the transaction in which it leaves: so nothing has to tell the plan that a date was moved or a registration
cancelled, and a letter is never sent for what is no longer so. `registration/jobs.py` lists the rules.
"""

import logging
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session

from kit.contracts import SendMessage
from kit.errors import Busy
from kit.lease import claim, move
from kit.sql import Values, column
from registration.letters.actions import send
from registration.schedule import actions
from registration.schedule.actions import Wanted
from registration.schedule.models import Planned
from registration.schedule.queries import WAITS, due, is_anything_due, planned_of
from registration.schedule.rules import AHEAD, MOST_TRIES, PlannedState, Reason, Verdict, verdict

if TYPE_CHECKING:
    from registration.service import RegistrationService

LEASE = timedelta(seconds=30)
# How many letters one turn of the worker claims before it looks up.
TURN = 50
log = logging.getLogger("guichet.schedule")


@dataclass(frozen=True)
class Rule:
    """A kind of letter that waits for its day. All three are given the service, the transaction and a moment.

    `wanted`: the letters to come about everything, within `rules.AHEAD`, or all letters about one thing, by its id.
    `useless`: why a letter about a thing says nothing any more; empty: it is wanted.
    `letters`: what leaves, written now; of which occurrence. It may change rows too: it is called once.
    """

    name: str
    wanted: Callable[["RegistrationService", Session, uuid.UUID | None, datetime], Iterable[Wanted]]
    useless: Callable[["RegistrationService", Session, uuid.UUID, datetime], str]
    letters: Callable[["RegistrationService", Session, uuid.UUID, str], Sequence[SendMessage]]


def sweep(here: "RegistrationService", rules: Sequence[Rule]) -> bool:
    """Compare what is planned with what the rules want within a fortnight; a few rows at a time, for others write
    too."""
    for rule in rules:
        now = here.clock()
        with here.db.read() as session:
            wanted = [one for one in rule.wanted(here, session, None, now) if one.at <= now + AHEAD]
            known = planned_of(session, rule.name, (one.entity for one in wanted))
        changes = actions.changes(wanted, known, now)
        for start in range(0, len(changes), actions.ROWS):
            with here.db.write() as session:
                actions.plan(session, rule.name, changes[start : start + actions.ROWS])
    return False


def work(here: "RegistrationService", rules: Sequence[Rule], most: int = TURN) -> bool:
    """Send what is due, up to so many letters; True when there may be more."""
    now, by_name = here.clock(), {rule.name: rule for rule in rules}
    with here.db.read() as session:
        if not is_anything_due(session, now, by_name):
            return False
    with here.db.write() as session:
        claimed = claim(session, Planned, *due(now, by_name), until=now + LEASE, most=most)
    for planned in claimed:
        _settle(here, by_name[planned.rule], planned)
    return len(claimed) == most


def _settle(here: "RegistrationService", rule: Rule, planned: Planned) -> None:
    """One letter. Whatever fails it is tried again when the claim ends, a few times; the others leave meanwhile."""
    try:
        with here.db.write() as session:
            now = here.clock()
            if planned.attempts > MOST_TRIES:
                _close(session, planned, Verdict(skipped=Reason.TRIED_TOO_OFTEN), now)
            else:
                _write(here, session, rule, planned)
    except Busy:
        raise
    except Exception:
        log.exception("planned letter not written", extra={"planned": str(planned.id), "rule": rule.name})


def _write(here: "RegistrationService", session: Session, rule: Rule, planned: Planned) -> None:
    now, entity = here.clock(), planned.entity_id
    times = {one.occurrence: one.at for one in rule.wanted(here, session, entity, now)}
    judged = verdict(planned.occurrence, times, rule.useless(here, session, entity, now), now)
    if _close(session, planned, judged, now) and not judged.skipped and judged.until is None:
        send(session, rule.letters(here, session, entity, planned.occurrence), now, entity)


def _close(session: Session, planned: Planned, judged: Verdict, now: datetime) -> bool:
    """Whether the claim still held."""
    if judged.until is not None:
        later: Values = {
            column(Planned.wanted_at): judged.until,
            column(Planned.due_at): judged.until,
            column(Planned.attempts): 0,
        }
        return move(session, planned, later, WAITS)
    state = PlannedState.SKIPPED if judged.skipped else PlannedState.SENT
    values: Values = {
        column(Planned.state): state,
        column(Planned.reason): judged.skipped,
        column(Planned.settled_at): now,
    }
    return move(session, planned, values, WAITS)
