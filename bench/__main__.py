"""`python -m bench [--quick] [--db sqlite|postgresql|both]`: every figure of the goals, beside the yardstick."""

import argparse
import json
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path

import sqlalchemy as sa

from bench import scenarios as s
from bench.load import Operation, Tally, run
from bench.town import Town, town
from kit.auth import staff_pass
from kit.clock import utc_now
from kit.db import Database
from kit.settings import DEVELOPMENT_SECRET
from tests import make

CLIENTS = (1, 8, 32)
DRAIN_SECONDS = 90


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--db", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--quick", action="store_true", help="two seconds a measure instead of six")
    parser.add_argument("--growth", action="store_true", help="also 1,000 against 100,000 registrations (minutes)")
    options = parser.parse_args()
    for kind in ("postgresql", "sqlite") if options.db == "both" else (options.db,):
        with tempfile.TemporaryDirectory(prefix="guichet-bench-") as name:
            folder = Path(name)
            folder.chmod(0o755)
            with town(kind, folder) as made:
                measure(kind, made, 2.0 if options.quick else 6.0, options.growth)


def measure(kind: str, made: Town, seconds: float, growth: bool) -> None:
    print(f"\n== {kind} ==")
    print(
        "cold start: " + ", ".join(f"{name} {made.start(name):.2f} s" for name in ("registration", "billing", "notify"))
    )
    print(f"memory at rest: {made.memory_mib():.0f} MiB PSS (three services with their workers, and the database)")
    # Siblings that work at once would share the two cores: their part is measured by itself, below.
    made.stop("billing")
    made.stop("notify")
    db = Database(made.databases["registration"])
    _widen(db)
    yardstick = kind == "postgresql"
    people: list[str] = []
    if yardstick:
        made.start("yardstick", "bench.yardstick", made.databases["yardstick"], str(made.ports["yardstick"]))
    header = (
        f"{'what':<26}{'clients':>8}{'per s':>9}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms':>9}{'yardstick':>11}{'ratio':>7}"
    )
    print(header)
    rows: list[tuple[str, Operation, Operation | None]] = [
        ("activity page", s.get(s.COCKTAIL.page), s.get("/page")),
        ("signup of 4 by API", s.signup_api(), s.yardstick_signup(people)),
        ("whole public signup", s.public_signup(), None),
    ]
    for name, ours, bare in rows:
        for clients in CLIENTS:
            _line(made, name, ours, bare if yardstick else None, clients, seconds)
    door = _door(db)
    for place, clients in enumerate(CLIENTS):
        first = place * len(door.attendees) // len(CLIENTS)
        bare = s.yardstick_scan(people) if yardstick else None
        _line(made, "door scan", s.scan(door, first), bare, clients, seconds, len(door.attendees) // len(CLIENTS))
    print(f"memory after load: {made.memory_mib():.0f} MiB PSS")
    _last_places(made, db)
    _drain(made)
    if growth:
        _growth(made, db, seconds)
    db.close()
    if yardstick:
        made.stop("yardstick")


def _line(
    made: Town, name: str, ours: Operation, bare: Operation | None, clients: int, seconds: float, most: int = 10**9
) -> None:
    run("127.0.0.1", made.ports["registration"], ours, clients, 0.4, 40)
    before = made.cpu_seconds()
    tally = run("127.0.0.1", made.ports["registration"], ours, clients, seconds, most)
    cpu = 1000 * (made.cpu_seconds() - before) / max(len(tally.seconds), 1)
    beside = run("127.0.0.1", made.ports["yardstick"], bare, clients, seconds / 2).rate if bare else 0.0
    ratio = f"{tally.rate / beside:>7.2f}" if beside else f"{'–':>7}"
    _print(name, clients, tally, cpu, beside, ratio)


def _print(name: str, clients: int, tally: Tally, cpu: float, beside: float, ratio: str) -> None:
    odd = {status: n for status, n in tally.statuses.items() if status not in (200, 201)}
    print(
        f"{name:<26}{clients:>8}{tally.rate:>9.0f}{tally.percentile(0.5):>9.1f}{tally.percentile(0.99):>9.1f}"
        f"{cpu:>9.2f}{beside:>11.0f}{ratio}" + (f"  statuses {odd}" if odd else "")
    )


def _widen(db: Database) -> None:
    """Room for as many signups as can be made."""
    with db.write() as session:
        session.execute(sa.text("UPDATE resource SET capacity = 100000000"))


def _door(db: Database, target: s.Target = s.COCKTAIL) -> s.Door:
    with db.read() as session:
        activity = session.execute(
            sa.text("SELECT id FROM activity WHERE key = :key"), {"key": target.key}
        ).scalar_one()
        query = sa.text("SELECT t.id FROM attendee t WHERE t.activity_id = :id LIMIT 60000")
        ids = [str(row.id) for row in session.execute(query, {"id": activity})]
    caller = make.program(db, ["door", "coordinator"], utc_now())
    bearer = staff_pass(DEVELOPMENT_SECRET, caller, utc_now())
    return s.Door(bearer, _hyphened(str(activity)), [_hyphened(one) for one in ids])


def _drain(made: Town) -> None:
    """What billing and notify make of it all, by themselves: messages a second until every outbox is empty."""
    for name in ("billing", "notify"):
        made.start(name)
    before, begun, cpu = _pending(made), time.perf_counter(), made.cpu_seconds()
    while (left := _pending(made)) and time.perf_counter() - begun < DRAIN_SECONDS:
        time.sleep(0.5)
    took, done = time.perf_counter() - begun, before - left
    spent = 1000 * (made.cpu_seconds() - cpu) / max(done, 1)
    print(
        f"messages to billing and notify: {done} in {took:.0f} s, {done / took:.0f} a second, {spent:.1f} ms CPU each"
    )
    made.stop("billing")
    made.stop("notify")


def _pending(made: Town) -> int:
    with urllib.request.urlopen(_ops(made, "/ops/pending"), timeout=60) as answer:
        return int(json.load(answer)["outbox"])


def _growth(made: Town, db: Database, seconds: float) -> None:
    """The same operations on an activity with 1,000 and with 100,000 registrations, at one client."""
    found: dict[str, list[float]] = {}
    for count in (1_000, 100_000):
        made.command("registration", "seed", "--profile", "load", "--count", str(count))
        door = _door(db, s.CROWD)
        staff = {"accept": "application/json", "authorization": f"Bearer {door.bearer}"}
        search = f"/api/activities/{door.activity_id}/attendees?q=cendrebois+maude"
        rows = f"/api/staff/activities/{door.activity_id}/registrations"
        operations = {
            "signup of 4": s.signup_api(s.CROWD),
            "search at the door": s.get(search, **staff),
            "list of registrations": s.get(rows, **staff),
            "door scan": s.scan(door),
            "activity page": s.get(s.CROWD.page),
        }
        for name, operation in operations.items():
            tally = run("127.0.0.1", made.ports["registration"], operation, 1, seconds / 2, len(door.attendees))
            found.setdefault(name, []).append(tally.percentile(0.5))
            odd = {status: n for status, n in tally.statuses.items() if status not in (200, 201)}
            if odd:
                print(f"{name} at {count}: statuses {odd}")
    print(f"{'growth, p50 ms':<26}{'1 k':>9}{'100 k':>9}{'×':>7}")
    for name, (small, large) in found.items():
        print(f"{name:<26}{small:>9.1f}{large:>9.1f}{large / small:>7.2f}")


def _hyphened(value: str) -> str:
    return str(uuid.UUID(value))


def _last_places(made: Town, db: Database) -> None:
    """500 buyers at once for 50 places: exactly 50, everyone else refused in a clear sentence."""
    with db.write() as session:
        session.execute(sa.text("UPDATE resource SET capacity = taken + 200 WHERE key = 'places'"))
    tally = run("127.0.0.1", made.ports["registration"], s.signup_api(), 500, 60, 500)
    with urllib.request.urlopen(_ops(made, "/ops/invariants"), timeout=60) as answer:
        differences = json.load(answer)
    print(f"500 buyers, 50 places of four: {tally.statuses} in {tally.elapsed:.1f} s; invariants {differences}")


def _ops(made: Town, path: str) -> urllib.request.Request:
    headers = {"Authorization": f"Bearer {DEVELOPMENT_SECRET}"}
    return urllib.request.Request(f"http://127.0.0.1:{made.ports['registration']}{path}", headers=headers)


if __name__ == "__main__":
    main()
