"""The base of this service's tables. Its own registry lets the three services live in one process (in tests)."""

from collections.abc import Callable
from typing import Any, Generic, Protocol, Self, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import registry

from kit.db import NAMING, Row

metadata = sa.MetaData(naming_convention=NAMING)


class Table(Row, registry=registry(metadata=metadata)):
    """Every table of registration."""


class Shape(Protocol):
    """A frozen thing that a JSON column holds: read from plain JSON by `of`, written back by `stored`."""

    @classmethod
    def of(cls, data: Any, /) -> Self: ...
    def as_json(self) -> Any: ...


S = TypeVar("S", bound=Shape)


class JsonOf(sa.types.TypeDecorator[Any], Generic[S]):
    """A JSON column whose value is a frozen thing, or (`many`) a tuple of them: rows are typed where they are read."""

    impl = sa.JSON
    cache_ok = True

    def __init__(self, shape: type[S], many: bool = False) -> None:
        super().__init__()
        self.shape, self.many = shape, many

    def process_bind_param(self, value: Any, _dialect: sa.Dialect) -> Any:
        return self._each(value, lambda one: (one if isinstance(one, self.shape) else self.shape.of(one)).as_json())

    def process_result_value(self, value: Any, _dialect: sa.Dialect) -> Any:
        found = self._each(value, self.shape.of)
        return tuple(found) if self.many else found

    def _each(self, value: Any, make: Callable[[Any], Any]) -> Any:
        return [make(one) for one in value] if self.many else make(value)


def index_of(name: str, rows: str, *columns: str) -> sa.Index:
    """An index of some rows only, on both databases."""
    where = sa.text(rows)
    return sa.Index(name, *columns, sqlite_where=where, postgresql_where=where)
