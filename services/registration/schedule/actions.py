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


def plan(session: Session, rule: str, wanted: Iterable[Wanted], known: Iterable[PlannedRow], now: datetime) -> int:
    """Make the rows of a rule say what it wants: those that are missing are added, and those whose day moved are moved.
    What was sent stays sent. What was skipped waits again when its day was moved and is still to come. How many
    changed."""
    kept = {(row.entity_id, row.occurrence): row for row in known}
    missing, moved = [], 0
    for one in wanted:
        row = kept.get((one.entity, one.occurrence))
        if row is None:
            missing.append(_row(rule, one))
        elif row.wanted_at != one.at and (row.state is PlannedState.PLANNED or _waits_again(row, one, now)):
            moved += _move(session, row, one.at)
    for start in range(0, len(missing), ROWS):
        some = missing[start : start + ROWS]
        insert_once(session, table(Planned), some, column(Planned.id), ["rule", "entity_id", "occurrence"])
    return len(missing) + moved


def _waits_again(row: PlannedRow, wanted: Wanted, now: datetime) -> bool:
    return row.state is PlannedState.SKIPPED and wanted.at > now


def _move(session: Session, row: PlannedRow, to: datetime) -> int:
    """As it was read, or not at all: whoever writes it in this moment looks at its day again."""
    values: Values = {
        column(Planned.wanted_at): to,
        column(Planned.due_at): to,
        column(Planned.state): PlannedState.PLANNED,
        column(Planned.reason): "",
        column(Planned.settled_at): None,
    }
    same = (column(Planned.id) == row.id, column(Planned.state) == row.state)
    moved = sa.update(table(Planned)).where(*same).values(dict(values)).returning(column(Planned.id))
    return len(session.execute(moved).all())


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
