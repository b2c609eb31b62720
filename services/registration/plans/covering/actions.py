"""Covering people: by a purchase that is confirmed, in a place that was paid and is free, or in somebody's stead."""

import uuid
from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import Values, column, table
from registration.history.actions import record
from registration.history.rules import Change
from registration.letters.actions import send
from registration.plans.actions import Act, list_people, lock_company
from registration.plans.eligibility.actions import grant, revoke
from registration.plans.models import Coverage
from registration.plans.queries import HERS, UNPAID, coverage_row, coverages_bought, of
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
        done += len(session.execute(paid.values({column(Coverage.registration_id): registration_id})).all())
    if done < len(set(coverages)):
        raise ListChanged()


def release(session: Session, plan: PlanRow, registration_id: uuid.UUID, act: Act) -> list[CoverageRow]:
    """The purchase is confirmed: everybody it pays is covered from now, or from the day the plan begins, and their
    codes leave. Who is covered already stays so; those who were covered now, by name."""
    waiting = coverages_bought(session, registration_id, LISTED)
    if not waiting:
        return []
    span = plan.covers(act.today)
    covered = _cover(session, plan, {one.id: one.version for one in waiting}, span, act)
    record_covered(session, covered[0].company_id, len(covered), act)
    return covered


def fill(session: Session, whose: Whose, coverages: Sequence[uuid.UUID], act: Act) -> list[CoverageRow]:
    """People of the list take places that are paid and free, as many as there are, in this order; nothing is paid. Who
    was covered so."""
    lock_company(session, whose.company_id)
    covered = []
    for coverage_id in coverages:
        place = _take_place(session, whose, act)
        if place is None:
            break
        mine = sa.update(table(Coverage)).where(*of(whose), column(Coverage.id) == coverage_id, UNPAID)
        taken: Values = {
            column(Coverage.registration_id): place.registration_id,
            column(Coverage.replaces_id): place.id,
        }
        row = session.execute(mine.values(dict(taken)).returning(*HERS)).first()
        if row is None:
            raise ListChanged()
        newcomer = coverage_row(row)
        covered += _cover(session, whose.plan, {newcomer.id: newcomer.version}, _rest(place, whose.plan, act), act)
    if covered:
        record_covered(session, whose.company_id, len(covered), act)
    return covered


def replace_person(session: Session, whose: Whose, coverage_id: uuid.UUID, newcomer: Newcomer, act: Act) -> CoverageRow:
    """Somebody else is covered in this person's stead, from today or from the plan's first day, for nothing: the old
    code is valid no more from this transaction on, and the new one leaves. Raises PlanEnded, NotFound, NotCovered (or
    replaced meanwhile), AlreadyCovered."""
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
    }
    session.execute(sa.update(table(Coverage)).where(column(Coverage.id) == one.id).values(dict(taken)))
    covered = _cover(session, whose.plan, {one.id: one.version}, _rest(leaving, whose.plan, act), act)
    record(session, "company", whose.company_id, "plan.replaced", act.by, act.now)
    return covered[0]


def end(session: Session, whose: Whose, coverage_id: uuid.UUID, act: Act) -> CoverageRow:
    """Somebody is covered no more, and the place that is paid waits for a newcomer until its last day. The code is
    valid no more from this transaction on. Raises NotFound, NotCovered."""
    ended = leave(session, whose, coverage_id, CoverageState.ENDED, act)
    record(session, "company", whose.company_id, "plan.ended", act.by, act.now)
    return ended


def leave(session: Session, whose: Whose, coverage_id: uuid.UUID, state: CoverageState, act: Act) -> CoverageRow:
    """Somebody leaves: as they were until then, with the code revoked. The lock of their row decides who comes first; a
    place that is ended is free until its last day. Raises NotCovered."""
    lock_company(session, whose.company_id)
    mine = (*of(whose), column(Coverage.id) == coverage_id, column(Coverage.state) == COVERED)
    theirs = sa.select(*HERS).where(*mine, column(Coverage.ends_on) >= act.today)
    was = session.execute(theirs.with_for_update()).first()
    if was is None:
        raise NotCovered()
    leaving = coverage_row(was)
    gone: Values = {
        column(Coverage.state): state,
        column(Coverage.ends_on): act.today,
        column(Coverage.free_until): leaving.ends_on if state is CoverageState.ENDED else None,
    }
    session.execute(sa.update(table(Coverage)).where(*mine).values(dict(gone)))
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


def _rest(place: CoverageRow, plan: PlanRow, act: Act) -> Span:
    """What is left of a place that was paid: to the day it was paid for."""
    ends = place.free_until or place.ends_on
    return Span(max(plan.starts, act.today), ends) if ends else plan.covers(act.today)


def _cover(
    session: Session, plan: PlanRow, versions: Mapping[uuid.UUID, int], span: Span, act: Act
) -> list[CoverageRow]:
    """These people have a code that is valid for these days, and it leaves."""
    granted = grant(session, act.codes, plan.id, span, versions)
    by_version: dict[int, list[uuid.UUID]] = {}
    for coverage, version in granted.items():
        by_version.setdefault(version, []).append(coverage)
    covered = []
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
    }
    mine = sa.update(table(Coverage)).where(column(Coverage.id).in_(ids), column(Coverage.state) == LISTED)
    return [coverage_row(row) for row in session.execute(mine.values(dict(values)).returning(*HERS))]
