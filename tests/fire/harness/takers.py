"""One of two processes that take places from one row, with the guard of `take_resources` or without it.

`python -m tests.fire.harness.takers DATABASE_URL TABLE ID COUNT guarded|unguarded` says "looked", waits for a line,
and prints how many it sold and how many the database itself refused.
"""

import json
import os
import sys
import threading
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from kit.db import Database
from kit.errors import Busy


class Takers:
    """So many buyers at once, each wanting one place. Without the guard they look first, and then write."""

    def __init__(self, db: Database, table: str, row_id: str, count: int, guarded: bool) -> None:
        self.db, self.guarded, self.count = db, guarded, count
        self.table = sa.table(table, sa.column("id"), sa.column("capacity"), sa.column("taken"))
        self.row_id = sa.literal(row_id) if db.is_sqlite else sa.cast(row_id, sa.Uuid)
        self.outcomes: list[str] = []
        # Everybody has looked, in both processes, before anybody writes: what two clicks at once may always meet.
        self._looked = threading.Barrier(count, action=self._wait_for_the_others)

    def run(self) -> dict[str, Any]:
        threads = [threading.Thread(target=self._buy) for _ in range(self.count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return {"pid": os.getpid(), **{name: self.outcomes.count(name) for name in ("sold", "none left", "refused")}}

    def _buy(self) -> None:
        free = self._is_free() if not self.guarded else True
        self._looked.wait()
        self.outcomes.append(self._take() if free else "none left")

    def _wait_for_the_others(self) -> None:
        print("looked", flush=True)
        sys.stdin.readline()

    def _is_free(self) -> bool:
        while True:
            try:
                with self.db.read() as session:
                    row = session.execute(sa.select(self.table).where(self.table.c.id == self.row_id)).one()
                return bool(row.taken + 1 <= row.capacity)
            except Busy:
                continue

    def _take(self) -> str:
        """The statement of `take_resources`; its second condition is what the guard is."""
        update = sa.update(self.table).where(self.table.c.id == self.row_id)
        if self.guarded:
            update = update.where(self.table.c.taken + 1 <= self.table.c.capacity)
        while True:
            try:
                with self.db.write() as session:
                    taken = update.values(taken=self.table.c.taken + 1).returning(self.table.c.id)
                    return "sold" if session.execute(taken).first() else "none left"
            except IntegrityError:
                return "refused"
            except Busy:
                continue


if __name__ == "__main__":
    url, table, row_id, count, guard = sys.argv[1:]
    takers = Takers(Database(url), table, row_id, int(count), guard == "guarded")
    print(json.dumps(takers.run()))
