"""Covering people: by a purchase that is confirmed, in a place that was paid and is free, or in somebody's stead."""

import uuid
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import Values, column, table
from registration.history.actions import record
from registration.history.rules import Change
from registration.letters.actions import send
from registration.plans.actions import Act, list_people, lock_company
from registration.plans.eligibility.actions import grant, revoke
from registration.plans.models import Coverage
from registration.plans.queries import HELD, HERS, UNPAID, coverage_row, coverages_bought, is_held, of
from registration.plans.rules import (
    AlreadyCovered,
    CoverageRow,
    CoverageState,
    ListChanged,
    Newcomer,
    NotCovered,
    PlanEnded,
    PlanRow,
    Span,
    Whose,
)
from registration.plans.view import code_letters

AT_ONCE = 400
LISTED, COVERED = CoverageState.LISTED, CoverageState.COVERED


def attach(session: Session, whose: Whose, coverages: Sequence[uuid.UUID], registration_id: uuid.UUID) -> None:
    """A purchase pays these people of a list. Raises ListChanged when one of them is not on it any more, or is paid by
    another purchase."""
    lock_company(session, whose.company_id)
    done = 0
    for start in range(0, len(coverages), AT_ONCE):
        mine = column(Coverage.id).in_(coverages[start : start + AT_ONCE])
        paid = sa.update(table(Coverage)).where(*of(whose), mine, UNPAID).returning(column(Coverage.id))
        bought: Values = {column(Coverage.registration_id): registration_id, column(Coverage.paid_until): None}
        done += len(session.execute(paid.values(dict(bought))).all())
    if done < len(set(coverages)):
        raise ListChanged()


def release(session: Session, plan: PlanRow, registration_id: uuid.UUID, act: Act) -> list[CoverageRow]:
    """The purchase is confirmed: everybody it pays is covered from now, or from the day the plan begins, and their
    codes leave. Who is covered already stays so; those who were covered now, by name."""
    waiting = [one for one in coverages_bought(session, registration_id, LISTED) if not _ran_out(session, one, act)]
    if not waiting:
        return []
    covered = _cover(session, plan, waiting, act)
    record_covered(session, covered[0].company_id, len(covered), act)
    return covered


def fill(session: Session, whose: Whose, coverages: Sequence[uuid.UUID], act: Act) -> list[CoverageRow]:
    """People of the list take places that are paid and free, as many as there are, in this order; nothing is paid.
    Those who took one: covered, or waiting while staff hold the codes."""
    lock_company(session, whose.company_id)
    settled: list[CoverageRow] = []
    for coverage_id in coverages:
        place = _take_place(session, whose, act)
        if place is None:
            break
        mine = sa.update(table(Coverage)).where(*of(whose), column(Coverage.id) == coverage_id, UNPAID)
        taken: Values = {
            column(Coverage.registration_id): place.registration_id,
            column(Coverage.replaces_id): place.id,
            column(Coverage.paid_until): place.free_until,
        }
        row = session.execute(mine.values(dict(taken)).returning(*HERS)).first()
        if row is None:
            raise ListChanged()
        settled.append(coverage_row(row))
    if not settled or is_held(session, whose.plan.id, whose.company_id):
        return settled
    record_covered(session, whose.company_id, len(settled), act)
    return _cover(session, whose.plan, settled, act)


def replace_person(session: Session, whose: Whose, coverage_id: uuid.UUID, newcomer: Newcomer, act: Act) -> CoverageRow:
    """Somebody else is covered in this person's stead, from today or from the plan's first day, for nothing: the old
    code is valid no more from this transaction on, and the new one leaves, or waits while staff hold them. Raises
    PlanEnded, NotFound, NotCovered (or replaced meanwhile), AlreadyCovered."""
    if whose.plan.is_over(act.today):
        raise PlanEnded()
    leaving = leave(session, whose, coverage_id, CoverageState.REPLACED, act)
    listed = list_people(session, whose, [newcomer], act)
    if not listed.new:
        raise AlreadyCovered()
    one = listed.new[0]
    taken: Values = {
        column(Coverage.registration_id): leaving.registration_id,
        column(Coverage.replaces_id): leaving.id,
        column(Coverage.paid_until): leaving.ends_on or leaving.paid_until,
    }
    placed = sa.update(table(Coverage)).where(column(Coverage.id) == one.id).values(dict(taken)).returning(*HERS)
    newcomer_now = coverage_row(session.execute(placed).one())
    record(session, "company", whose.company_id, "plan.replaced", act.by, act.now)
    if is_held(session, whose.plan.id, whose.company_id):
        return newcomer_now
    return _cover(session, whose.plan, [newcomer_now], act)[0]


def end(session: Session, whose: Whose, coverage_id: uuid.UUID, act: Act) -> CoverageRow:
    """Somebody is covered no more, and the place that is paid waits for a newcomer until its last day. The code is
    valid no more from this transaction on. Raises NotFound, NotCovered."""
    ended = leave(session, whose, coverage_id, CoverageState.ENDED, act)
    record(session, "company", whose.company_id, "plan.ended", act.by, act.now)
    return ended


def leave(session: Session, whose: Whose, coverage_id: uuid.UUID, state: CoverageState, act: Act) -> CoverageRow:
    """Somebody leaves: as they were until then, with the code revoked, if it ever left. The lock of their row decides
    who comes first; a place that is ended is free until its last day. Raises NotCovered."""
    lock_company(session, whose.company_id)
    mine = (*of(whose), column(Coverage.id) == coverage_id)
    covers = sa.and_(column(Coverage.state) == COVERED, column(Coverage.ends_on) >= act.today)
    theirs = sa.select(*HERS).where(*mine, sa.or_(covers, HELD))
    was = session.execute(theirs.with_for_update()).first()
    if was is None or whose.plan.is_over(act.today):
        raise NotCovered()
    leaving = coverage_row(was)
    span = leaving.span or _rest(leaving, whose.plan, act)
    gone: Values = {
        column(Coverage.state): state,
        column(Coverage.starts_on): span.starts,
        column(Coverage.ends_on): act.today,
        column(Coverage.free_until): span.ends if state is CoverageState.ENDED else None,
        column(Coverage.paid_until): None,
    }
    session.execute(sa.update(table(Coverage)).where(*mine).values(dict(gone)))
    if leaving.state is COVERED:
        revoke(session, act.codes, [(leaving.id, leaving.version)])
    return leaving


def record_covered(session: Session, company_id: uuid.UUID, people: int, act: Act) -> None:
    """How many, in the company's history; never who."""
    record(session, "company", company_id, "plan.covered", act.by, act.now, {"people": Change(None, people)})


def _take_place(session: Session, whose: Whose, act: Act) -> CoverageRow | None:
    """The free place that ends first, which is free no more; as it was."""
    until = column(Coverage.free_until)
    free = (*of(whose), until >= act.today)
    first = sa.select(*HERS).where(*free).order_by(until, column(Coverage.id)).limit(1)
    row = session.execute(first).first()
    if row is None:
        return None
    taken = sa.update(table(Coverage)).where(column(Coverage.id) == row.id, until >= act.today)
    session.execute(taken.values({until: None}))
    return coverage_row(row)


def _rest(one: CoverageRow, plan: PlanRow, act: Act) -> Span:
    """From when to when somebody is covered whose code leaves today: to the day their place was paid for."""
    span = plan.covers(act.today)
    return Span(span.starts, one.paid_until) if one.paid_until else span


def _ran_out(session: Session, one: CoverageRow, act: Act) -> bool:
    """Whether the place that somebody waited for ended before staff released the code: it is over for them too."""
    if one.paid_until is None or one.paid_until >= act.today:
        return False
    over: Values = {
        column(Coverage.state): CoverageState.ENDED,
        column(Coverage.starts_on): one.paid_until,
        column(Coverage.ends_on): one.paid_until,
        column(Coverage.paid_until): None,
    }
    session.execute(sa.update(table(Coverage)).where(column(Coverage.id) == one.id).values(dict(over)))
    return True


def _cover(session: Session, plan: PlanRow, people: Sequence[CoverageRow], act: Act) -> list[CoverageRow]:
    """These people have a code that is valid for the rest of their place, and it leaves."""
    by_span: dict[Span, dict[uuid.UUID, int]] = {}
    for one in people:
        by_span.setdefault(_rest(one, plan, act), {})[one.id] = one.version
    covered: list[CoverageRow] = []
    for span, versions in by_span.items():
        by_version: dict[int, list[uuid.UUID]] = {}
        for coverage, version in grant(session, act.codes, plan.id, span, versions).items():
            by_version.setdefault(version, []).append(coverage)
        for version, ids in by_version.items():
            for start in range(0, len(ids), AT_ONCE):
                covered += _write(session, ids[start : start + AT_ONCE], version, span)
    send(session, code_letters(covered, act.sender), act.now, covered[0].registration_id or plan.id)
    return covered


def _write(session: Session, ids: Collection[uuid.UUID], version: int, span: Span) -> list[CoverageRow]:
    values: Values = {
        column(Coverage.state): COVERED,
        column(Coverage.starts_on): span.starts,
        column(Coverage.ends_on): span.ends,
        column(Coverage.version): version,
        column(Coverage.paid_until): None,
    }
    mine = sa.update(table(Coverage)).where(column(Coverage.id).in_(ids), column(Coverage.state) == LISTED)
    return [coverage_row(row) for row in session.execute(mine.values(dict(values)).returning(*HERS))]
