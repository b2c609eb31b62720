"""Long lists, page by page and by key: each page costs what it shows, and rows that come or go shift nothing."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlmodel import Session

from kit.text import fold

Query = sa.Select[*tuple[Any, ...]]
Columns = Sequence[Any]
# Where a page begins (after a row) or ends (before one); neither: the first page.
Places = Sequence[Sequence[object] | None]


# Rows that are counted. Nobody reads a list to its thousandth row, and counting a crowd costs more than showing it.
MANY = 1000


@dataclass(frozen=True)
class Slice:
    """The rows of one page, whether there are others before and after, and how many in all (MANY + 1: or more)."""

    rows: Sequence[sa.Row[*tuple[Any, ...]]]
    previous: bool
    next: bool
    total: int

    def keys(self, ids: Sequence[uuid.UUID]) -> dict[str, Any]:
        """`previous` is the `before` of the page before, `next` the `after` of the page after; none at the ends."""
        first, last = (ids[0], ids[-1]) if ids else (None, None)
        return {"previous": first if self.previous else None, "next": last if self.next else None, "total": self.total}


def slice_of(session: Session, query: Query, order: Columns, size: int, places: Places, down: bool = False) -> Slice:
    """One page of a query in the order of these columns, which together name a row; the last one does so alone.

    `places` are those columns of the row after which the page begins, or of the one before which it ends.
    """
    after, before = places
    back, place = after is None and before is not None, after or before
    falling, named = down is not back, query.with_only_columns(*order)
    total = counted(session, named)
    if total <= MANY:
        # PostgreSQL, given a limit, walks a whole list in its order until it has met enough of the few rows that
        # fit. Found first and put in order then, they cost what they are.
        keys = list(named.cte("found").prefix_with("MATERIALIZED", dialect="postgresql").c)
        here = _in_order(sa.select(keys[-1]), keys, place, falling).limit(size + 1)
        query = _in_order(query.where(order[-1].in_(here)), order, None, falling)
    else:
        query = _in_order(query, order, place, falling).limit(size + 1)
    rows = session.execute(query).all()
    more, shown = len(rows) > size, rows[:size]
    return Slice(shown[::-1], more, True, total) if back else Slice(shown, place is not None, more, total)


def matching(column: sa.SQLColumnExpression[str], words: str) -> list[sa.ColumnElement[bool]]:
    """What a row must fulfil to hold every one of these words; `column` holds text as `kit.text.fold` makes it.

    One or two letters are found where a word begins: inside words they make no trigram, and every row would be read.
    """
    return [_matching(column, word) for word in fold(words).split()]


def _matching(column: sa.SQLColumnExpression[str], word: str) -> sa.ColumnElement[bool]:
    if len(word) > 2:
        return column.contains(word)
    if word.isdigit():
        # The end of a code, as people write it apart. `|| ''` keeps PostgreSQL from reading a whole index for it.
        return (column + "").contains(word)
    return sa.or_(column.startswith(word), column.contains(" " + word))


def _in_order(query: Query, order: Columns, place: Sequence[object] | None, falling: bool) -> Query:
    """The rows beyond `place`, all of them without one."""
    if place is not None:
        there = sa.tuple_(*(sa.literal(value, column.type) for value, column in zip(place, order, strict=True)))
        query = query.where(sa.tuple_(*order) < there if falling else sa.tuple_(*order) > there)
    return query.order_by(*(column.desc() if falling else column.asc() for column in order))


def counted(session: Session, query: Query) -> int:
    """How many rows a query has; MANY + 1 stands for more than MANY."""
    return int(session.execute(sa.select(sa.func.count()).select_from(query.limit(MANY + 1).subquery())).scalar_one())


@dataclass(frozen=True)
class ListAddress:
    """The address of a list with what narrows it. Called, it is the same list with something changed, from its first
    page unless `after` or `before` says otherwise."""

    path: str
    filters: Mapping[str, object]

    def __call__(self, **change: object) -> str:
        wanted = {name: value for name, value in {**self.filters, **change}.items() if value not in ("", False, None)}
        return self.path + ("?" + urlencode(wanted) if wanted else "")
