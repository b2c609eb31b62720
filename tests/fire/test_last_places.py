"""The last places, wanted by 50 buyers at once in two real processes on one database (design.md §4.2).

First the race is shown to happen with the guard removed; then it is shown not to.
"""

import json
import os
import re
import subprocess
import sys
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.fire.conftest import Fresh
from tests.fire.harness.checks import differences
from tests.fire.harness.people import COCKTAIL, Buyer
from tests.fire.harness.process import ROOT
from tests.fire.harness.town import Town

BUYERS, PLACES = 50, 20
Say = Callable[..., None]
SIGNUPS = 'guichet_requests_total{method="POST",route="/api/activities/{key}/registrations"'


@pytest.fixture(scope="module")
def town(fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("race")
    twice = {"registration": [("serve",), ("serve",)]}
    with fresh(folder) as urls, Town(urls, folder, twice, {"HOLD_SECONDS": "8"}) as running:
        yield running


def compete(say: Say, town: Town, table: str, row_id: str, guard: str) -> list[dict[str, Any]]:
    """Two processes, 25 buyers each."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((".", "services"))}
    program = [sys.executable, "-m", "tests.fire.harness.takers", town.urls["registration"], table, row_id, "25", guard]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    running = [subprocess.Popen(program, env=env, cwd=ROOT, **pipes) for _ in range(2)]  # type: ignore[call-overload]
    assert [process.stdout.readline() for process in running] == ["looked\n"] * 2
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    found = [json.loads(process.communicate(timeout=60)[0]) for process in running]
    say(f"{guard}, on {table}: {found}")
    return found


def scratch(town: Town) -> str:
    """A row like a resource, in a table that promises nothing."""
    row_id = uuid.uuid4().hex
    kind = "CHAR(32)" if town.databases["registration"].is_sqlite else "UUID"
    town.change("registration", f"CREATE TABLE IF NOT EXISTS scratch (id {kind}, capacity INTEGER, taken INTEGER)")
    town.change("registration", "INSERT INTO scratch VALUES (:id, :places, 0)", id=row_id, places=PLACES)
    return row_id


def taken(town: Town, table: str, row_id: str) -> int:
    query = f"SELECT taken AS n FROM {table} WHERE id = :id"
    return int(town.rows("registration", query, id=uuid.UUID(row_id).hex)[0]["n"])


def test_places_without_the_guard_are_sold_to_everybody(town: Town, say: Say) -> None:
    row_id = scratch(town)
    compete(say, town, "scratch", row_id, "unguarded")
    assert taken(town, "scratch", row_id) == BUYERS > PLACES, "the race must happen, or the test below proves nothing"


def test_places_with_the_guard_are_sold_once(town: Town, say: Say) -> None:
    row_id = scratch(town)
    found = compete(say, town, "scratch", row_id, "guarded")
    assert sum(one["sold"] for one in found) == taken(town, "scratch", row_id) == PLACES


def places_left(town: Town, count: int) -> str:
    """Leave so many places at the cocktail; the id of its resource."""
    query = "SELECT id, taken FROM contract_resources WHERE activity_key = :key AND key = 'places'"
    [row] = town.rows("registration", query, key=COCKTAIL)
    capacity = row["taken"] + count
    row_id = uuid.UUID(row["id"]).hex
    town.change("registration", "UPDATE resource SET capacity = :capacity WHERE id = :id", capacity=capacity, id=row_id)
    return str(row["id"])


def test_places_without_the_guard_are_still_refused_by_our_own_table(town: Town, say: Say) -> None:
    """The CHECK of the table is the last word, whatever the code forgets."""
    row_id = uuid.UUID(places_left(town, PLACES)).hex
    before = taken(town, "resource", row_id)
    found = compete(say, town, "resource", row_id, "unguarded")
    sold = taken(town, "resource", row_id) - before
    town.change("registration", "UPDATE resource SET taken = :taken WHERE id = :id", taken=before, id=row_id)
    assert sum(one["sold"] for one in found) == sold == PLACES
    assert sum(one["refused"] for one in found) == BUYERS - PLACES


def test_places_for_50_buyers_in_two_processes_are_sold_exactly(town: Town, say: Say) -> None:
    resource = places_left(town, PLACES)
    doors = town.of("registration")
    methods = ("card", "invoice")
    buyers = [Buyer(town, methods[n // 2 % 2], home=doors[n % 2].url) for n in range(BUYERS)]
    start, statuses = threading.Barrier(BUYERS), Counter[int]()

    def buy(buyer: Buyer) -> None:
        start.wait()
        statuses[buyer.sign_up()] += 1

    threads = [threading.Thread(target=buy, args=(buyer,)) for buyer in buyers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    served = {door.pid: signups(town, door.url) for door in doors}
    seen = sum((Counter(buyer.seen) for buyer in buyers), Counter[int]())
    say(f"signups answered by each process (its pid): {served}; statuses seen: {dict(seen)}")
    assert statuses == {201: PLACES, 409: BUYERS - PLACES}
    assert {buyer.state["code"] for buyer in buyers if not buyer.state.get("personal_url")} == {"SoldOut"}
    assert set(seen) <= {201, 409, 503}
    assert all(sum(counts.values()) for counts in served.values())
    resources = town.rows("registration", "SELECT id, free FROM contract_resources")
    assert [row["free"] for row in resources if row["id"] == resource] == [0]
    town.drain()
    assert differences(town) == []
    assert town.bugs() == []


def signups(town: Town, url: str) -> dict[str, int]:
    """How many signups a process answered, by status, as it counts them itself."""
    text = town.metrics(url)
    found = re.findall(re.escape(SIGNUPS) + r',status="(\d+)"} ([\d.]+)', text)
    return {status: int(float(count)) for status, count in found}
