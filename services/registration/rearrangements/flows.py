"""The work of a rearrangement: each registration by itself, claimed first, then done in one transaction with its own
record. A process that dies in between leaves a claim that ends, and each registration is acted on once.
"""

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts.callers import ANYONE, Caller
from kit.errors import Busy, Refusal
from kit.lease import Patience, claim, is_due, move
from kit.sql import Values, column, table
from registration.changes.actions import cancel, cancel_told
from registration.history.actions import record
from registration.history.rules import Change
from registration.letters.flows import letter_context
from registration.rearrangements.models import RearrangementChoice
from registration.rearrangements.queries import ANSWER, STATE, ended, is_work, ready, rearrangement_of, still_confirmed
from registration.rearrangements.queries_told import untold, was_told
from registration.rearrangements.rules import (
    GIVEN_UP,
    KEEP_NOTHING,
    MOST_TRIES,
    Answer,
    ChoiceState,
    Kind,
    RearrangementRow,
)
from registration.registrations.queries import registration_by_id

if TYPE_CHECKING:
    from registration.service import RegistrationService

LEASE = timedelta(seconds=30)
PATIENCE = Patience(base=1, longest=60)
# How many one turn of the worker does before it looks up.
TURN = 50


def work(here: "RegistrationService", rearrangement_id: uuid.UUID | None = None, most: int = TURN) -> bool:
    """Let days end, and do what waits, of one rearrangement or of all; True when there may be more."""
    now = here.clock()
    with here.db.read() as session:
        if not is_work(session, now):
            return False
    with here.db.write() as session:
        end_days(session, now)
    for _ in range(most):
        choice = _claimed(here, rearrangement_id)
        if choice is None:
            return False
        _do(here, choice)
    return True


def end_days(session: Session, now: datetime) -> None:
    """The day by which to choose is over: who chose to stay, and is still there, stays; what goes without saying is
    applied to the others, one by one."""
    over = ended(now)
    stays = sa.update(table(RearrangementChoice)).where(over, ANSWER == Answer.KEEP, still_confirmed())
    session.execute(stays.values({STATE: ChoiceState.DONE}))
    begun: Values = {STATE: ChoiceState.READY, column(RearrangementChoice.due_at): now}
    session.execute(sa.update(table(RearrangementChoice)).where(over).values(dict(begun)))


def _claimed(here: "RegistrationService", rearrangement_id: uuid.UUID | None) -> RearrangementChoice | None:
    """The next one. Whoever is to be told by a letter is told first: it says why."""
    now = here.clock()
    due = (*ready(rearrangement_id), sa.not_(untold()), is_due(RearrangementChoice.due_at, now, PATIENCE.horizon))
    with here.db.write() as session:
        found = claim(session, RearrangementChoice, *due, until=now + LEASE)
        return found[0] if found else None


def _do(here: "RegistrationService", choice: RearrangementChoice) -> None:
    """One registration. A refusal is kept in words; what was only busy is tried again when the claim ends."""
    if choice.attempts > MOST_TRIES:
        _refuse(here, choice, GIVEN_UP)
        return
    try:
        with here.db.write() as session:
            rearrangement = rearrangement_of(session, choice.rearrangement_id)
            if _move(session, choice, ChoiceState.DONE, rearrangement.default):
                _act(here, session, rearrangement, choice.registration_id)
    except Busy:
        raise
    except Refusal as refusal:
        _refuse(here, choice, refusal.code)


def _act(
    here: "RegistrationService", session: Session, rearrangement: RearrangementRow, registration_id: uuid.UUID
) -> None:
    now, by = here.clock(), Caller(frozenset({"staff"}), rearrangement.by_id, rearrangement.by)
    if rearrangement.kind is Kind.POSTPONE:
        said = {"choice": Change(None, rearrangement.default)}
        record(session, "registration", registration_id, "registration.choice_by_default", ANYONE, now, said)
    if rearrangement.default is not Answer.REFUND:
        return
    registration = registration_by_id(session, registration_id)
    if rearrangement.kind is Kind.CANCEL and was_told(session, rearrangement, registration):
        cancel_told(session, registration_id, by, now, KEEP_NOTHING)
        return
    context = letter_context(here, here.offer(session, rearrangement.activity_id))
    cancel(session, registration_id, by, now, context, percent=KEEP_NOTHING)


def _refuse(here: "RegistrationService", choice: RearrangementChoice, why: str) -> None:
    with here.db.write() as session:
        _move(session, choice, ChoiceState.REFUSED, None, why)


def _move(
    session: Session, choice: RearrangementChoice, state: ChoiceState, answer: Answer | None, why: str = ""
) -> bool:
    """Whether the claim still held."""
    moved: Values = {STATE: state, ANSWER: answer, column(RearrangementChoice.why): why}
    return move(session, choice, moved, *ready())
