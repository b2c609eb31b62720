"""Letters that wait for their day, and what became of those that did."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.lease import Patience, is_due
from kit.sql import column
from registration.schedule.models import Planned
from registration.schedule.rules import PlannedState

PATIENCE = Patience(base=1, longest=60)
WAITS = column(Planned.state) == PlannedState.PLANNED
ENTITIES = 500


@dataclass(frozen=True)
class PlannedRow:
    """A letter as it is kept."""

    id: uuid.UUID
    entity_id: uuid.UUID
    occurrence: str
    wanted_at: datetime
    state: PlannedState
    reason: str


def due(now: datetime, rules: Iterable[str]) -> tuple[sa.ColumnElement[bool], ...]:
    """The letters of these rules whose time has come, and which nobody is just writing."""
    return (
        WAITS,
        column(Planned.rule).in_(sorted(rules)),
        column(Planned.wanted_at) <= now,
        is_due(Planned.due_at, now, PATIENCE.horizon),
    )


def is_anything_due(session: Session, now: datetime, rules: Iterable[str]) -> bool:
    return session.execute(sa.select(column(Planned.id)).where(*due(now, rules)).limit(1)).first() is not None


def planned_of(session: Session, rule: str, entities: Iterable[uuid.UUID]) -> list[PlannedRow]:
    """The letters of a rule about these things, whatever became of them."""
    ids, rows = sorted(set(entities)), []
    fields = (Planned.id, Planned.entity_id, Planned.occurrence, Planned.wanted_at, Planned.state, Planned.reason)
    for start in range(0, len(ids), ENTITIES):
        some = column(Planned.entity_id).in_(ids[start : start + ENTITIES])
        query = sa.select(*(column(one) for one in fields)).where(column(Planned.rule) == rule, some)
        rows += [PlannedRow(*row) for row in session.execute(query.order_by(column(Planned.wanted_at)))]
    return rows
