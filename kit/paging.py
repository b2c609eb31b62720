"""Long lists, page by page and by key: each page costs what it shows, and rows that come or go shift nothing."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from pydantic import BaseModel
from sqlmodel import Session

# Where a page begins (after a row) or ends (before one); neither: the first page.
Places = Sequence[Sequence[Any] | None]


class ListPage(BaseModel):
    """A page of a list, for programs: `next` is the `after` of the page that follows, `previous` the `before` of the
    one that came first, if there is one; `total` is how many rows there are on all of them."""

    previous: uuid.UUID | None = None
    next: uuid.UUID | None = None
    total: int


@dataclass(frozen=True)
class Slice:
    """The rows of one page, and whether there are others before and after."""

    rows: Sequence[Any]
    previous: bool
    next: bool

    def keys(self, ids: Sequence[Any]) -> dict[str, Any]:
        """`previous` is the `before` of the page before, `next` the `after` of the page after; none at the ends."""
        first, last = (ids[0], ids[-1]) if ids else (None, None)
        return {"previous": first if self.previous else None, "next": last if self.next else None}


def turn(session: Session, query: Any, order: Sequence[Any], size: int, places: Places, down: bool = False) -> Slice:
    """One page of a query in the order of these columns, which together name a row.

    `places` are those columns of the row after which the page begins, or of the one before which it ends.
    """
    after, before = places
    back, place = after is None and before is not None, after or before
    falling = down is not back
    if place is not None:
        there = sa.tuple_(*(sa.literal(value, column.type) for value, column in zip(place, order, strict=True)))
        query = query.where(sa.tuple_(*order) < there if falling else sa.tuple_(*order) > there)
    query = query.order_by(*(column.desc() if falling else column.asc() for column in order))
    rows = session.execute(query.limit(size + 1)).all()
    more, shown = len(rows) > size, rows[:size]
    return Slice(shown[::-1], more, True) if back else Slice(shown, place is not None, more)


def count(session: Session, query: Any) -> int:
    """How many rows the query has on all its pages."""
    return int(session.execute(sa.select(sa.func.count()).select_from(query.subquery())).scalar_one())


@dataclass(frozen=True)
class ListAddress:
    """The address of a list with what narrows it. Called, it is the same list with something changed, from its first
    page unless `after` or `before` says otherwise."""

    path: str
    kept: Mapping[str, Any]

    def __call__(self, **change: Any) -> str:
        wanted = {name: value for name, value in {**self.kept, **change}.items() if value not in ("", False, None)}
        return self.path + ("?" + urlencode(wanted) if wanted else "")
