"""Rearrange an activity in one transaction, record what a registration chooses, and forget it in time.

What becomes of each registration is worked off afterwards, by `flows.work`.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.clock import local
from kit.contracts.callers import Caller
from kit.db import new_id
from kit.sql import Values, column, insert_all, named, table
from registration.catalog.calendars.actions import moved as calendars_moved
from registration.catalog.moves import actions as moves
from registration.catalog.moves.queries import Standing, mark, standing
from registration.catalog.moves.rules import ChangedSince, Stand, cancelled, online, postponed
from registration.catalog.offers.rules_activity import COVERING
from registration.catalog.rules import ActivityStatus
from registration.catalog.sections.rules import wall_of
from registration.changes.actions import cancel
from registration.history.actions import record
from registration.history.rules import Change
from registration.letters.view import LetterContext
from registration.mailings import actions as mailings
from registration.mailings.rules import NewMailing, Occasion, Readers
from registration.mailings.rules_text import check
from registration.rearrangements.models import Rearrangement, RearrangementChoice
from registration.rearrangements.queries import (
    ANSWER,
    OF,
    STATE,
    choice_of,
    last_of,
    rearrangements_of,
)
from registration.rearrangements.rules import (
    KEEP_NOTHING,
    KEPT,
    OFFERED,
    Answer,
    ChoiceState,
    Kind,
    NewRearrangement,
    NothingToChoose,
    PlanHasNoDate,
    RearrangementRow,
    decide_until,
    refuse_closed,
    refuse_incomplete,
)
from registration.registrations.actions import lock_registration
from registration.registrations.models import Registration
from registration.registrations.rules import STANDING, NotInThisState, RegistrationStatus

OCCASIONS = {Kind.POSTPONE: Occasion.POSTPONED, Kind.CANCEL: Occasion.CANCELLED, Kind.ONLINE: Occasion.ONLINE}


@dataclass(frozen=True)
class Outcome:
    """The activity as it stands and as it will."""

    now: Standing
    then: Stand


def outcome(now: Standing, new: NewRearrangement, at: datetime) -> Outcome:
    """What a rearrangement makes of an activity, without doing it. Raises InvalidInput, NotShown, AlreadyCancelled."""
    moves.refuse_unless_shown(now.stand)
    refuse_incomplete(new, at, now.draft.timezone)
    check(new.subject, new.text)
    match new.kind:
        case Kind.CANCEL:
            then = cancelled(now.stand)
        case Kind.ONLINE:
            then = online(now.stand)
        case Kind.POSTPONE:
            then = _postponed(now, new, at)
    moves.refuse_impossible(now, then)
    return Outcome(now, then)


def _postponed(now: Standing, new: NewRearrangement, at: datetime) -> Stand:
    """What waits for its date since it was postponed has nothing past that was not past then."""
    zone, waits = now.draft.timezone, now.stand.status is ActivityStatus.POSTPONED
    wall = local(at, zone).replace(tzinfo=None)
    since = wall_of(now.stand.moved_at, zone) if waits else None
    then = postponed(now.stand, new.move, wall, since or wall)
    return then if waits and new.move.starts is None else then.model_copy(update={"moved_at": at})


def begin(session: Session, new: NewRearrangement, by: Caller, now: datetime) -> bool:
    """Rearrange the activity: its state and dates, the question to each registration, the letters. False when it was
    done before, under the same id. Raises NotFound, InvalidInput, NotShown, AlreadyCancelled, ChangedSince,
    DoneOtherwise, PlanHasNoDate."""
    standing_now = moves.lock(session, new.activity_id)
    known = sa.select(table(Rearrangement)).where(column(Rearrangement.id) == new.id)
    if done := session.execute(known).mappings().first():
        RearrangementRow(**done).refuse_unless_same(new)
        return False
    if new.version is not None and standing_now.version != new.version + 1:
        raise ChangedSince()
    if standing_now.draft.kind == COVERING:
        raise PlanHasNoDate()
    plan = outcome(standing_now, new, now)
    moves.write(session, new.activity_id, standing_now, plan.then)
    calendars_moved(session, new.activity_id)
    _keep(session, new, plan, by, now)
    _ask(session, new, now)
    _record_begun(session, new, plan, by, now)
    return True


def _keep(session: Session, new: NewRearrangement, plan: Outcome, by: Caller, now: datetime) -> None:
    letter = NewMailing(
        new.activity_id, OCCASIONS[new.kind], Readers(), new.subject, new.text, by.id, by.name, choice=new.asks
    )
    row: Values = {
        column(Rearrangement.id): new.id,
        column(Rearrangement.activity_id): new.activity_id,
        column(Rearrangement.kind): new.kind,
        column(Rearrangement.reason): new.reason,
        column(Rearrangement.default): new.applied,
        column(Rearrangement.decide_by): new.last_day,
        column(Rearrangement.decide_until): (
            decide_until(new.decide_by, plan.now.draft.timezone) if new.asks else None
        ),
        column(Rearrangement.before): plan.now.stand.model_dump_json(),
        column(Rearrangement.after): mark(standing(session, new.activity_id).stand),
        column(Rearrangement.mailing_id): mailings.begin(session, letter, now),
        column(Rearrangement.by_id): by.id,
        column(Rearrangement.by): by.name,
        column(Rearrangement.created_at): now,
        column(Rearrangement.undone_by): "",
    }
    insert_all(session, table(Rearrangement), [named(row)])


def _ask(session: Session, new: NewRearrangement, now: datetime) -> None:
    """Every registration that stands is asked, or refunded at once; one on its way to a payment page too, once it is
    paid. What was chosen before of its own accord stands; whoever was undecided is asked again."""
    if new.kind is Kind.ONLINE:
        return
    mine = (column(Registration.activity_id) == new.activity_id, column(Registration.status).in_(STANDING))
    registrations = session.execute(sa.select(column(Registration.id)).where(*mine)).scalars().all()
    chosen = _chosen(session, new) if new.asks else {}
    _replace(session, new)
    insert_all(
        session, table(RearrangementChoice), [_question(new, one, chosen.get(one), now) for one in registrations]
    )


def _question(
    new: NewRearrangement, registration_id: uuid.UUID, chosen: tuple[datetime, str] | None, now: datetime
) -> dict[str, object]:
    asked: Values = {
        column(RearrangementChoice.id): new_id(),
        OF: new.id,
        column(RearrangementChoice.registration_id): registration_id,
        STATE: ChoiceState.ASKED if new.asks else ChoiceState.READY,
        ANSWER: Answer.KEEP if chosen else None,
        column(RearrangementChoice.answered_at): chosen[0] if chosen else None,
        column(RearrangementChoice.answered_by): chosen[1] if chosen else "",
        column(RearrangementChoice.why): "",
        column(RearrangementChoice.due_at): now,
        column(RearrangementChoice.attempts): 0,
    }
    return named(asked)


def _chosen(session: Session, new: NewRearrangement) -> dict[uuid.UUID, tuple[datetime, str]]:
    """When and by whom registrations of the rearrangement before this one chose to stay."""
    last = last_of(session, new.activity_id, new.id)
    if last is None:
        return {}
    at = column(RearrangementChoice.answered_at)
    columns = (column(RearrangementChoice.registration_id), at, column(RearrangementChoice.answered_by))
    query = sa.select(*columns).where(OF == last.id, ANSWER == Answer.KEEP, at.is_not(None))
    return {row[0]: (row[1], row[2]) for row in session.execute(query)}


def _replace(session: Session, new: NewRearrangement) -> None:
    """What was asked before is asked by this one now."""
    ids = [row.id for row in rearrangements_of(session, new.activity_id) if row.id != new.id]
    open_ones = (OF.in_(ids), STATE.in_([ChoiceState.ASKED, ChoiceState.READY]))
    gone: Values = {STATE: ChoiceState.REPLACED, column(RearrangementChoice.replaced_by_id): new.id}
    session.execute(sa.update(table(RearrangementChoice)).where(*open_ones).values(dict(gone)))


def _record_begun(session: Session, new: NewRearrangement, plan: Outcome, by: Caller, now: datetime) -> None:
    before, then = plan.now.stand, plan.then
    changes: dict[str, Change] = {}
    if then.starts != before.starts:
        changes |= {"starts": Change(_wall(before), _wall(then))}
    if new.asks:
        changes |= {"default": Change(None, new.default)}
        changes |= {"decide_by": Change(None, new.decide_by.isoformat() if new.decide_by else None)}
    match new.kind:
        case Kind.POSTPONE:
            record(session, "activity", new.activity_id, "activity.postponed", by, now, changes)
        case Kind.CANCEL:
            record(session, "activity", new.activity_id, "activity.cancelled", by, now, changes)
        case Kind.ONLINE:
            record(session, "activity", new.activity_id, "activity.moved_online", by, now, changes)


def _wall(stand: Stand) -> str:
    return stand.starts.isoformat(" ", "minutes") if stand.starts else ""


def choose(
    session: Session, registration_id: uuid.UUID, answer: Answer, by: Caller, now: datetime, context: LetterContext
) -> None:
    """Stay, which may be changed until the end of the day; or be refunded, at once and for good.

    Raises NotFound, NotInThisState unless confirmed, NothingToChoose, ChoiceIsFinal, ChoiceIsOver.
    """
    registration = lock_registration(session, registration_id)
    found = choice_of(session, registration_id)
    if found is None or answer not in OFFERED:
        raise NothingToChoose()
    rearrangement, choice = found
    refuse_closed(choice, rearrangement.decide_until, now)
    if registration.status is not RegistrationStatus.CONFIRMED:
        raise NotInThisState()
    final = answer is Answer.REFUND
    chosen: Values = {
        STATE: ChoiceState.DONE if final else ChoiceState.ASKED,
        ANSWER: answer,
        column(RearrangementChoice.answered_at): now,
        column(RearrangementChoice.answered_by): by.name if by.id else "",
    }
    still = (column(RearrangementChoice.id) == choice.id, STATE == ChoiceState.ASKED)
    update = sa.update(table(RearrangementChoice)).where(*still).values(dict(chosen))
    if session.execute(update.returning(column(RearrangementChoice.id))).first() is None:
        raise NothingToChoose()
    if not final:
        _keep_additions(session, registration_id, rearrangement.id, chosen)
    if answer != choice.answer:
        said = {"choice": Change(choice.answer, answer)}
        record(session, "registration", registration_id, "registration.choice_made", by, now, said)
    if final:
        cancel(session, registration_id, by, now, context, percent=KEEP_NOTHING)


def _keep_additions(session: Session, registration_id: uuid.UUID, rearrangement_id: uuid.UUID, chosen: Values) -> None:
    """Who stays stays with all that was added; what was chosen for an addition of its own accord stands. (A refund of
    the first cancels its additions anyway.)"""
    added = sa.select(column(Registration.id)).where(column(Registration.amends_id) == registration_id)
    undecided = (OF == rearrangement_id, STATE == ChoiceState.ASKED, ANSWER.is_(None))
    of_them = column(RearrangementChoice.registration_id).in_(added)
    session.execute(sa.update(table(RearrangementChoice)).where(of_them, *undecided).values(dict(chosen)))


def purge(session: Session, now: datetime) -> None:
    """Forget rearrangements of which nothing is left to ask or to do, ninety days after they began."""
    busy = sa.select(OF).where(STATE.in_([ChoiceState.ASKED, ChoiceState.READY]))
    confirmed = sa.select(column(Registration.id)).where(column(Registration.status).in_(STANDING))
    busy = busy.where(column(RearrangementChoice.registration_id).in_(confirmed))
    over = (column(Rearrangement.created_at) < now - KEPT, column(Rearrangement.id).not_in(busy))
    old = list(session.execute(sa.select(column(Rearrangement.id)).where(*over)).scalars())
    if old:
        session.execute(sa.delete(table(RearrangementChoice)).where(OF.in_(old)))
        session.execute(sa.delete(table(Rearrangement)).where(column(Rearrangement.id).in_(old)))
