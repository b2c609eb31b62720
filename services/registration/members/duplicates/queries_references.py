"""Where companies and people are referred to: every column of every table of this service that names one.

Found by the tables themselves, so that a room above that keeps something of a company has it moved by a merge, and seen
as used by an import, without this room knowing it.
"""

import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from registration.members.duplicates.rules import Subject
from registration.tables import metadata

# Worked out anew from the company, or what a company is by itself: nobody's reference.
DERIVED = frozenset({"company_match", "company_fingerprint"})
# Of these, what both have stays with the one that is gone: it says the same of what is kept, which answers for itself
# where it is a consent. A list that both prepare for one plan, or that both keep until a fee is paid, waits aside with
# the one that is gone: it follows once the other list is done with, and goes back when the merge is undone.
SAID_TWICE = frozenset({"company_role", "company_alias", "declined_value", "affiliation", "plan_list", "kept_list"})


@dataclass(frozen=True)
class Place:
    """A column that names a company or a person."""

    table: sa.Table
    column: sa.Column[Any]

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column.name}"

    @property
    def id(self) -> sa.Column[Any]:
        """What tells its rows apart."""
        return self.table.c.id

    @property
    def moves(self) -> bool:
        """Whether its rows can be moved and found again: they have an id of their own."""
        return [column.name for column in self.table.primary_key] == ["id"]


@lru_cache(maxsize=4)
def places_of(subject: Subject) -> tuple[Place, ...]:
    """Every column that refers to one, by its foreign key or by its name."""
    found = [
        Place(table, column)
        for table in metadata.sorted_tables
        if table.name not in DERIVED
        for column in table.columns
        if column.name == f"{subject}_id" or any(key.column.table.name == subject for key in column.foreign_keys)
    ]
    return tuple(found)


def place_named(name: str) -> Place:
    """`table.column` as it was written down."""
    table, _, column = name.partition(".")
    found = metadata.tables[table]
    return Place(found, found.c[column])


def collides(place: Place, kept: uuid.UUID) -> sa.ColumnElement[bool]:
    """Whether a row, once it names `kept`, would be there twice."""
    uniques = [list(one.columns) for one in place.table.constraints if isinstance(one, sa.UniqueConstraint)]
    uniques += [list(one.columns) for one in place.table.indexes if one.unique]
    other = place.table.alias()
    twice = [
        sa.select(1)
        .where(other.c[place.column.name] == kept)
        .where(*(other.c[one.name] == one for one in columns if one is not place.column))
        .correlate(place.table)
        .exists()
        for columns in uniques
        if place.column in columns
    ]
    return sa.or_(sa.false(), *twice)


def counted(session: Session, subject: Subject, one: uuid.UUID) -> dict[str, int]:
    """How many rows name one, by place; places that have none are left out."""
    counts = {
        place.name: session.execute(
            sa.select(sa.func.count()).select_from(place.table).where(place.column == one)
        ).scalar_one()
        for place in places_of(subject)
        if place.moves
    }
    return {name: count for name, count in counts.items() if count}
