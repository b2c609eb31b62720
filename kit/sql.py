"""Statements of Core on typed tables: columns behind fields, and inserts that are built once for each table."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import Session, SQLModel

T = TypeVar("T")
# What is to be written, by `column(Model.field)`: mypy sees neither keyword arguments of `values()` nor quoted names.
Values = Mapping[sa.Column[Any], Any]


def table(model: type[SQLModel]) -> sa.Table:
    """The Core table behind a model: statements on it read plain rows, at a third of the cost of instances."""
    return cast(sa.Table, model.__table__)  # type: ignore[attr-defined]  # SQLModel adds it to every table.


def column(attribute: T) -> sa.Column[T]:
    """`column(Model.field)`: the Core column behind a field, so that a field renamed in its table fails mypy here.

    Unlike sqlmodel's `col`, it brings nothing of the ORM along, and costs what `table.c` does.
    """
    return cast("sa.Column[T]", _columns(attribute)[0])


def named(values: Values) -> dict[str, Any]:
    """The same values by name, as a Core insert takes them."""
    return {column.key: value for column, value in values.items()}


def add_once(session: Session, model: type[SQLModel], row: Mapping[str, Any], *key: sa.Column[Any]) -> bool:
    """Insert a row unless one with the same `key` (or any unique key, when none is named) is there; whether it was new.

    `row` is `named({…})`, or `model_dump()` of what never gets into the session.
    """
    target = table(model)
    return bool(insert_once(session, target, row, target.primary_key.columns[0], [column.key for column in key]))


def insert_once(
    session: Session,
    table: sa.Table,
    row: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    returning: sa.Column[T],
    key: Sequence[str] | None = None,
) -> list[T]:
    """Insert what is not there yet and return the values of `returning` for the rows that were new.

    `key` names the unique columns that may conflict. RETURNING, and never `rowcount`, says what happened:
    psycopg answers −1 here.
    """
    statement = _insert_once(table, session.get_bind().dialect.name, returning, tuple(key) if key else None)
    connection = session.connection()  # Past the session, which looks for mapped classes in every statement.
    if isinstance(row, Mapping):
        return list(connection.execute(statement, row).scalars())
    return list(connection.execute(statement.values(row)).scalars())


# Built once for each table: what is fixed of a statement costs more to build than to run.
@lru_cache(maxsize=64)
def _insert_once(
    table: sa.Table, dialect: str, returning: sa.Column[T], key: tuple[str, ...] | None
) -> ReturningInsert[T]:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(table).on_conflict_do_nothing(index_elements=key).returning(returning)


def insert_all(session: Session, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert every row of a list that may be empty; one row goes in as one, which costs a round trip less."""
    if rows:
        session.connection().execute(_insert(table), rows if len(rows) > 1 else rows[0])


_insert = lru_cache(maxsize=64)(sa.insert)
_columns = lru_cache(maxsize=1000)(attrgetter("property.columns"))
