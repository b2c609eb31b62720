"""Two companies that both cover people by one plan: cards of the same number, and the same person on both lists.

A card opens by the code printed on it, and the code is made of the coverage, whichever company it is of: every card
that was handed over stays true. Its number only says to HR which card is whose. The cards of the company that is kept
keep theirs; those of the one that goes follow on, where the number is taken, and have their own again when the merge
is undone. Who is on both lists is paid twice, and stays so until HR takes one off.
"""

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from kit.db import new_id
from kit.sql import Values, column, insert_all, named, table
from registration.members.duplicates.models import MergerField
from registration.members.duplicates.queries_references import Place

CARDS = "coverage.company_id"


@dataclass(frozen=True)
class Changed:
    """What a row says from now on, in a column of which there may be one only in a company."""

    row: uuid.UUID
    column: sa.Column[Any]
    old: str
    new: str

    @property
    def field(self) -> str:
        return f"{self.column}:{self.row}"


def tell_apart(session: Session, place: Place, merger_id: uuid.UUID, gone: uuid.UUID, kept: uuid.UUID) -> None:
    """Whatever of the one that goes would be there twice is told apart, and what it said is remembered."""
    if place.name != CARDS:
        return
    changes = [*_numbers(session, place, gone, kept), *_people(session, place, gone, kept)]
    for one in changes:
        _write(session, place, one.row, one.column, one.new)
    rows: list[Values] = [
        {column(MergerField.id): new_id(), column(MergerField.merger_id): merger_id,
         column(MergerField.field): one.field, column(MergerField.old): one.old, column(MergerField.new): one.new}
        for one in changes
    ]  # fmt: skip
    insert_all(session, table(MergerField), [named(row) for row in rows])


def tell_as_before(session: Session, place: Place, merger_id: uuid.UUID, gone: uuid.UUID) -> None:
    """Rows that are back with the one that had gone say what they said, unless somebody changed it since."""
    if place.name != CARDS:
        return
    mine = (column(MergerField.merger_id) == merger_id, column(MergerField.field).like(f"{place.table.name}.%"))
    said = (column(MergerField.field), column(MergerField.old), column(MergerField.new))
    columns = {str(one): one for one in place.table.columns}
    for field, old, new in session.execute(sa.select(*said).where(*mine)).all():
        name, _, row = field.partition(":")
        still = sa.and_(place.column == gone, sa.cast(columns[name], sa.Text) == new)
        _write(session, place, uuid.UUID(row), columns[name], old, still)


def _numbers(session: Session, place: Place, gone: uuid.UUID, kept: uuid.UUID) -> list[Changed]:
    """The next numbers of each plan, for those of the one that goes which are taken, in their order."""
    of, number = place.table.c.plan_id, place.table.c.card_number
    both = sa.select(of, sa.func.max(number)).where(place.column.in_([gone, kept])).group_by(of)
    last = {plan: int(highest or 0) for plan, highest in session.execute(both).all()}
    changes = []
    for row, plan, card in _taken(session, place, number, gone, kept):
        last[plan] += 1
        changes.append(Changed(row, number, str(card), str(last[plan])))
    return changes


def _people(session: Session, place: Place, gone: uuid.UUID, kept: uuid.UUID) -> list[Changed]:
    """Whoever is on both lists is another one on each, as when HR says that two people only look the same."""
    key = place.table.c.person_key
    return [Changed(row, key, said, f"{said}|{row}") for row, _, said in _taken(session, place, key, gone, kept)]


def _taken(
    session: Session, place: Place, of: sa.Column[Any], gone: uuid.UUID, kept: uuid.UUID
) -> list[tuple[uuid.UUID, uuid.UUID, Any]]:
    """Rows of the one that goes (id, plan, value) whose value the one kept has in the same plan."""
    plan, other = place.table.c.plan_id, place.table.alias()
    same = sa.and_(other.c.plan_id == plan, other.c[of.name] == of, other.c[place.column.name] == kept)
    twice = sa.exists().where(same).correlate(place.table)
    query = sa.select(place.id, plan, of).where(place.column == gone, twice).order_by(of, place.id)
    return [(row[0], row[1], row[2]) for row in session.execute(query.with_for_update())]


def _write(
    session: Session, place: Place, row: uuid.UUID, of: sa.Column[Any], value: str, *where: sa.ColumnElement[bool]
) -> None:
    said = int(value) if isinstance(of.type, sa.Integer) else value
    session.execute(sa.update(place.table).where(place.id == row, *where).values({of: said}))
