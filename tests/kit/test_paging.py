"""Pages of a long list: the same rows whichever way one turns them, whether few fit or many."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from kit import paging
from kit.db import Database, new_id
from kit.idempotency import IdempotencyKey
from kit.sql import insert_all, table

NOW = datetime(2027, 2, 15, tzinfo=UTC)
keys = table(IdempotencyKey)
ORDER = (keys.c.fingerprint, keys.c.id)


@pytest.fixture
def db(make_database: Callable[[str], str]) -> Iterator[Database]:
    made = Database(make_database("notify"))
    yield made
    made.close()


def filled(db: Database, count: int) -> None:
    """Rows of any table will do: in order by `fingerprint`, of which each comes twice, then by id."""
    row = {"status": 0, "body": "", "created_at": NOW}
    with db.write() as session:
        insert_all(
            session, keys, [{**row, "id": new_id(), "key": str(n), "fingerprint": f"{n // 2:05}"} for n in range(count)]
        )


def page(db: Database, after: Any = None, before: Any = None, down: bool = False) -> paging.Slice:
    with db.read() as session:
        return paging.slice_of(session, sa.select(keys), ORDER, 40, (after, before), down)


def place(row: Any) -> tuple[str, Any]:
    return row.fingerprint, row.id


@pytest.mark.parametrize("count", [0, 1, 40, 41, 100, paging.MANY, paging.MANY + 50])
@pytest.mark.parametrize("down", [False, True])
def test_list_pages_hold_each_row_once_both_ways(db: Database, count: int, down: bool) -> None:
    filled(db, count)
    there = [page(db, down=down)]
    while there[-1].next:
        there.append(page(db, after=place(there[-1].rows[-1]), down=down))
    rows = [place(row) for one in there for row in one.rows]
    assert len(rows) == count
    assert rows == sorted(rows, reverse=down)
    assert {one.total for one in there} == {min(count, paging.MANY + 1)}
    assert [one.previous for one in there] == [False] + [True] * (len(there) - 1)
    back = there[-1]
    for earlier in reversed(there[:-1]):
        back = page(db, before=place(back.rows[0]), down=down)
        assert [row.id for row in back.rows] == [row.id for row in earlier.rows]
        assert back.next
    assert not back.previous
