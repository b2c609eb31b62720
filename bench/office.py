"""`python -m bench.office [--db sqlite|postgresql|both] [--count 100000]`: staff's lists, the editor and the one search
with 300 activities, one of 40 products, and a crowd of registrations; best of several, beside the goal of 60 ms."""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlmodel import col, select
from starlette.testclient import TestClient

from kit import migrate
from kit.auth import PASS_COOKIE, staff_pass
from kit.clock import utc_now
from kit.db import new_id
from registration import seed
from registration.catalog.models import Activity, Price, Product, Resource
from registration.main import create_app
from registration.registrations.tallies.models import ActivityTally
from registration.seed import crowd
from registration.seed.source import weeks_to_now
from registration.settings import RegistrationSettings
from tests import make
from tests.counting import statements
from tests.fakes.absent import nobody
from tests.fakes.postgres import Cluster

HOME = "http://registration.test"
ACTIVITIES, PRODUCTS, GOAL_MS, TIMES = 300, 40, 60.0, 25
CROWD, WIDE = "charge", "caricatures-2027"
PAGES = {
    "where staff start": "/staff/home",
    "staff's list of activities": "/staff/activities",
    "the same, of the API": "/api/staff/activities",
    "one with the crowd: registrations": "/staff/activities/{crowd}",
    "its attendees": "/staff/activities/{crowd}/attendees",
    "editor, 40 products": "/staff/activities/{wide}/edit?at=prices",
    "editor of the crowd's": "/staff/activities/{crowd}/edit?at=questions",
    "what can be copied": "/staff/new-activity",
    "past activities": "/staff/activities?past=true",
    "companies": "/staff/members",
    "codes": "/staff/activities/{wide}/codes",
    "reserved places": "/staff/activities/{wide}/allotments",
    "codes of the crowd's": "/staff/activities/{crowd}/codes",
    "sponsors of the crowd's": "/staff/activities/{crowd}/sponsors",
    "a mailing to the crowd": "/staff/activities/{crowd}/mailings",
    "its postponement": "/staff/activities/{crowd}/rearrange",
    "taxes of the crowd's": "/staff/activities/{crowd}/taxes",
    "what waits to be confirmed": "/staff/to-confirm",
    "door": "/staff/check-in/{crowd}",
    "search, a name of many": "/api/staff/search?q=roy",
    "search, two words": "/api/staff/search?q=marie+gagnon",
    "search, nothing found": "/api/staff/search?q=zzyzx",
    "search, an address": "/api/staff/search?q=example.org",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.office")
    parser.add_argument("--db", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--count", type=int, default=100_000, help="registrations of the crowd")
    options = parser.parse_args()
    for kind in ("postgresql", "sqlite") if options.db == "both" else (options.db,):
        with tempfile.TemporaryDirectory(prefix="guichet-office-") as name:
            folder = Path(name)
            folder.chmod(0o755)
            with database(kind, folder) as url:
                measure(kind, url, options.count)


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """An empty database of this kind."""
    running = Cluster.running(folder) if kind == "postgresql" else nullcontext()
    with running as cluster:
        yield cluster.create("office") if cluster else f"sqlite:///{folder / 'registration.db'}"


def measure(kind: str, url: str, count: int) -> None:
    app = create_app(RegistrationSettings(app_env="development", database_url=url, registration_url=HOME), http=nobody)
    service = app.state.service
    migrate.upgrade(service.db, service.migrations)
    now = utc_now()
    seed.load(service.db, make.SAMPLE, now, weeks_to_now(now), demo=True)
    seconds = crowd.fill(service.db, count)
    named = {"crowd": grow(service)}
    with service.db.read() as session:
        named["wide"] = make.activity_id(session, WIDE)
    if kind == "postgresql":
        with service.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
    load = os.getloadavg()[0]
    print(f"load of the machine before: {load:.1f}")
    print(f"{kind}: {ACTIVITIES} activities, {PRODUCTS} products, {count} registrations (filled in {seconds:.0f} s)")
    caller = make.program(service.db, ["director"], now)
    client = TestClient(app, base_url=HOME, follow_redirects=False)
    client.cookies.set(PASS_COOKIE, staff_pass(service.settings.signing_key, caller, now))
    for name, address in PAGES.items():
        show(name, *asked(service, client, address.format(**named)))
    service.close()


def grow(service: Any) -> Any:
    """Activities up to the number, products of one up to theirs; the id of the crowd's."""
    with service.db.write() as session:
        known = session.exec(select(Activity)).all()
        model = next(one for one in known if one.key == WIDE)
        values = {name: getattr(model, name) for name in Activity.model_fields}
        for n in range(ACTIVITIES - len(known)):
            own = {name: f"{values[name]}-{n}" for name in ("key", "slug_fr", "slug_en")}
            made = Activity(**values | own | {"id": new_id()})
            session.add(made)
            session.flush()
            for position, (key, capacity) in enumerate((("places", 120), ("dinner_seats", 80))):
                some = {"taken": n % capacity, "capacity": capacity, "position": position}
                session.add(Resource(activity_id=made.id, key=key, **some))
            # As if people had signed up: figures of its own for each.
            session.add(ActivityTally(activity_id=made.id, registrations=n, people=3 * n, unnamed=n, expected=9773 * n))
        mine = select(Product).where(Product.activity_id == model.id).order_by(col(Product.position))
        [first, *_] = session.exec(mine).all()
        prices = session.exec(select(Price).where(Price.product_id == first.id).order_by(Price.key).limit(2)).all()
        for n in range(PRODUCTS):
            product = Product(**first.model_dump() | {"id": new_id(), "key": f"plus-{n}", "position": 100 + n})
            session.add(product)
            session.flush()
            for price in prices:
                session.add(Price(**price.model_dump() | {"id": new_id(), "product_id": product.id}))
        model.version += 1
        return make.activity_id(session, CROWD)


def asked(service: Any, client: TestClient, address: str) -> tuple[float, float, int]:
    """The best and the first of several, in milliseconds, and how many statements it asks."""
    took = []
    for _ in range(TIMES):
        service.cache.__init__(service.clock)  # Nothing is remembered of the last time.
        begun = time.perf_counter()
        answer = client.get(address, headers={"accept": "*/*" if "/api/" in address else "text/html"})
        took.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code == 200, f"{address}: {answer.status_code} {answer.text[:300]}"
    with statements(service.db) as seen:
        client.get(address)
    return min(took), took[0], len(seen)


def show(name: str, best: float, first: float, count: int) -> None:
    print(
        f"  {name:38} {best:7.1f} ms  {best / GOAL_MS:5.2f} of the goal  (first {first:7.1f} ms) {count:3} statements"
    )


if __name__ == "__main__":
    main()
