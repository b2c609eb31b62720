"""`python -m bench.imports [--db sqlite|postgresql|both] [--rows 5000]`: a member list read, judged, written and undone
beside signups that go on, and the page of duplicates among as many companies; beside the goal of 60 s."""

import argparse
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from starlette.testclient import TestClient

from bench.office import HOME, database
from kit import migrate
from kit.auth import PASS_COOKIE, staff_pass
from kit.clock import utc_now
from kit.errors import Busy
from kit.sql import column, table
from registration import seed
from registration.catalog.models import Resource
from registration.main import create_app
from registration.members.writing import flows
from registration.seed.source import weeks_to_now
from registration.settings import RegistrationSettings
from tests import make
from tests.fakes.absent import nobody

GOAL_SECONDS, GOAL_PAGE_MS, TIMES = 60.0, 250.0, 5
ACTIVITY = "caricatures-2027"
HEAD = "Entreprise;NEQ;Secteur;Nb employés;Adresse;Ville;Code postal;Téléphone;Courriel de facturation;Membre depuis"
HEAD += ";Échéance;Prénom;Nom;Courriel;Rôle"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.imports")
    parser.add_argument("--db", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--rows", type=int, default=5000, help="rows of the list")
    options = parser.parse_args()
    for kind in ("postgresql", "sqlite") if options.db == "both" else (options.db,):
        with tempfile.TemporaryDirectory(prefix="guichet-imports-") as name:
            folder = Path(name)
            folder.chmod(0o755)
            with database(kind, folder) as url:
                measure(kind, url, options.rows)


def row(n: int) -> str:
    words = f"{chr(65 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676 % 26)}"
    site = f"{words.lower()}{n}.example.org"
    return (
        f"Atelier {words}mont {n};11{n:08};Services;{n % 90 + 1};{n}, rue Neuve;Alma;G8B {n % 10}A{n // 10 % 10};"
        f"418 55{n % 10}-{n:04};comptes@{site};2020-07-01;2027-06-30;Lou;Numéro{n};lou@{site};RH"
    )


def measure(kind: str, url: str, count: int) -> None:
    app = create_app(RegistrationSettings(app_env="development", database_url=url, registration_url=HOME), http=nobody)
    service = app.state.service
    migrate.upgrade(service.db, service.migrations)
    now = utc_now()
    seed.load(service.db, make.SAMPLE, now, weeks_to_now(now), demo=True)
    with service.db.write() as session:
        session.execute(sa.update(table(Resource)).values({column(Resource.capacity): 100_000}))
    client = TestClient(app, base_url=HOME, follow_redirects=False)
    caller = make.program(service.db, ["director"], now)
    client.cookies.set(PASS_COOKIE, staff_pass(service.settings.signing_key, caller, now))
    content = "\n".join([HEAD, *map(row, range(count))]).encode("cp1252")
    print(f"\n== {kind}: {count} rows ==")
    it = timed("read", lambda: client.post("/api/imports?origin=A", content=content)).json()
    one = f"/api/imports/{it['id']}"
    it = timed("judged", lambda: client.post(f"{one}/columns", json={"places": it["places"]})).json()
    print(f"  {it['kinds']}")
    timed("written", lambda: through(service, client, one, "write"), GOAL_SECONDS)
    again = client.post("/api/imports?origin=A", content=content).json()
    path = f"/api/imports/{again['id']}"
    it = timed("judged again", lambda: client.post(f"{path}/columns", json={"places": again["places"]})).json()
    print(f"  {it['kinds']}")
    client.get("/staff/duplicates")
    best = min(seconds(lambda: client.get("/staff/duplicates")) for _ in range(TIMES)) * 1000
    print(f"  duplicates among them: {best:.0f} ms{' ABOVE ' + str(GOAL_PAGE_MS) if best > GOAL_PAGE_MS else ''}")
    timed("undone", lambda: through(service, client, one, "undo"), GOAL_SECONDS)
    service.close()


def seconds(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def timed(name: str, work: Callable[[], Any], goal: float = 0.0) -> Any:
    answers: list[Any] = []
    begun = time.process_time()
    took = seconds(lambda: answers.append(work()))
    own = time.process_time() - begun
    print(f"  {name}: {took:.1f} s ({own:.1f} of this process){f' ABOVE {goal}' if goal and took > goal else ''}")
    return answers[0]


def through(service: Any, client: TestClient, one: str, verb: str) -> None:
    """To its end, while somebody signs up again and again; how long that takes, at the worst."""
    over, worst = threading.Event(), [0.0, 0.0]

    def sign_up() -> None:
        while not over.is_set():
            begun = time.perf_counter()
            with suppress(Busy):
                make.registered(service.db, ACTIVITY, "car", ["Ève Roy"], utc_now())
            worst[0], worst[1] = max(worst[0], time.perf_counter() - begun), worst[1] + 1
            time.sleep(0.05)

    crowd = threading.Thread(target=sign_up)
    crowd.start()
    answer = client.post(f"{one}/{verb}")
    assert answer.status_code == 200, answer.text
    while flows.work(service):
        pass
    over.set()
    crowd.join()
    print(f"  signups meanwhile: {worst[1]:.0f}, {worst[0] * 1000:.0f} ms at the worst")


if __name__ == "__main__":
    main()
