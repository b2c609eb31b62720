"""Plan letters, plan them anew where their day moved, and forget old ones."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.db import new_id
from kit.sql import Values, column, insert_once, named, table
from registration.schedule.models import Planned
from registration.schedule.queries import WAITS, PlannedRow
from registration.schedule.rules import KEPT, PlannedState

ROWS = 200


@dataclass(frozen=True)
class Wanted:
    """A letter that a rule wants: about what, which of its letters about it, and when."""

    entity: uuid.UUID
    occurrence: str
    at: datetime


@dataclass(frozen=True)
class PlanChange:
    """What a rule wants that its rows do not say: a row that is missing (`row` is none), or one whose day moved."""

    wanted: Wanted
    row: PlannedRow | None


def changes(wanted: Iterable[Wanted], known: Iterable[PlannedRow], now: datetime) -> list[PlanChange]:
    """What was sent stays sent. What was skipped waits again when its day was moved and is still to come."""
    kept = {(row.entity_id, row.occurrence): row for row in known}
    found = [PlanChange(one, kept.get((one.entity, one.occurrence))) for one in wanted]
    return [one for one in found if one.row is None or _moves(one.row, one.wanted, now)]


def plan(session: Session, rule: str, some: Iterable[PlanChange]) -> None:
    """Make the rows of a rule say what it wants."""
    missing = []
    for one in some:
        if one.row is None:
            missing.append(_row(rule, one.wanted))
        else:
            _move(session, one.row, one.wanted.at)
    if missing:
        insert_once(session, table(Planned), missing, column(Planned.id), ["rule", "entity_id", "occurrence"])


def _moves(row: PlannedRow, wanted: Wanted, now: datetime) -> bool:
    waits_again = row.state is PlannedState.SKIPPED and wanted.at > now
    return row.wanted_at != wanted.at and (row.state is PlannedState.PLANNED or waits_again)


def _move(session: Session, row: PlannedRow, to: datetime) -> None:
    """As it was read, or not at all: whoever writes it in this moment looks at its day again."""
    values: Values = {
        column(Planned.wanted_at): to,
        column(Planned.due_at): to,
        column(Planned.state): PlannedState.PLANNED,
        column(Planned.reason): "",
        column(Planned.settled_at): None,
    }
    same = (column(Planned.id) == row.id, column(Planned.state) == row.state)
    session.execute(sa.update(table(Planned)).where(*same).values(dict(values)))


def _row(rule: str, wanted: Wanted) -> dict[str, object]:
    row: Values = {
        column(Planned.id): new_id(),
        column(Planned.rule): rule,
        column(Planned.entity_id): wanted.entity,
        column(Planned.occurrence): wanted.occurrence,
        column(Planned.wanted_at): wanted.at,
        column(Planned.state): PlannedState.PLANNED,
        column(Planned.reason): "",
        column(Planned.due_at): wanted.at,
        column(Planned.attempts): 0,
    }
    return named(row)


def purge(session: Session, now: datetime) -> None:
    """Forget what became of letters that nothing wants any more."""
    session.execute(sa.delete(table(Planned)).where(sa.not_(WAITS), column(Planned.wanted_at) < now - KEPT))
