"""`python -m notify …` as an operator runs it: real processes, their settings from the environment alone."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa

from kit import command, worker
from kit.clock import utc_now
from kit.db import Database
from kit.migrate import is_current
from notify import main
from tests.conftest import MakeDatabase
from tests.fakes.mail_server import MailServer
from tests.notify.conftest import ROOT, House, environment
from tests.notify.letters import letter
from tests.ports import free_port

STARTED = 30.0
STOPPED = 10.0  # design.md §6.


@contextmanager
def running(env: dict[str, str], *command: str) -> Iterator[subprocess.Popen[str]]:
    arguments = [sys.executable, "-m", "notify", *command]
    process = subprocess.Popen(arguments, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait(5)
        process.stdout.close()  # type: ignore[union-attr]


def answers(url: str) -> None:
    until = time.monotonic() + STARTED
    while time.monotonic() < until:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"{url} did not answer")


def stopped(process: subprocess.Popen[str]) -> tuple[float, list[dict[str, Any]]]:
    """How long it took to stop when asked to, and what it had logged."""
    started = time.monotonic()
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=30)
    return time.monotonic() - started, [json.loads(line) for line in output.splitlines()]


def test_service_with_a_hanging_mail_server_stops_in_time(house: House, mail_server: MailServer) -> None:
    house.clock.set(utc_now())
    house.tell(letter("ticket"))
    mail_server.hold.clear()
    port = free_port()
    settings = house.here.settings
    with running(environment(settings.database_url, settings.smtp_url, PORT=str(port)), "serve") as process:
        answers(f"http://127.0.0.1:{port}/health/ready")
        assert mail_server.arrived.wait(STARTED)
        took, lines = stopped(process)
    assert took < STOPPED and {line["service"] for line in lines} == {"notify"}
    assert "@" not in json.dumps(lines)


def test_stop_time_is_shared_by_the_web_server_and_its_worker() -> None:
    assert command.STOP_SECONDS + worker.STOP_SECONDS < STOPPED


def test_mail_of_a_server_without_its_worker_leaves_once_work_runs(house: House, mail_server: MailServer) -> None:
    house.clock.set(utc_now())
    house.tell(letter("ticket"))
    port = free_port()
    settings = house.here.settings
    env = environment(settings.database_url, settings.smtp_url, PORT=str(port))
    with running(env, "serve", "--no-worker") as process:
        answers(f"http://127.0.0.1:{port}/health/ready")
        time.sleep(0.3)
        took, _ = stopped(process)
        assert took < STOPPED and mail_server.mails == []
    with running(env, "work") as process:
        assert mail_server.arrived.wait(STARTED)
        took, lines = stopped(process)
    assert took < STOPPED and process.returncode == 0 and len(mail_server.mails) == 1
    assert "@" not in json.dumps(lines)


def test_migrations_at_once_are_one(make_database: MakeDatabase, tmp_path: Path) -> None:
    url = make_database("notify")
    emptied(url)
    with (
        running(environment(url, "smtp://x"), "migrate") as one,
        running(environment(url, "smtp://x"), "migrate") as two,
    ):
        assert (one.wait(STARTED), two.wait(STARTED)) == (0, 0)
    db = Database(url)
    assert is_current(db, main.HERE / "migrations")
    db.close()


def emptied(url: str) -> None:
    """Take every table and view away, as in a database just made."""
    db = Database(url)
    with db.write() as session:
        found = sa.inspect(session.connection())
        for view in found.get_view_names():
            session.execute(sa.text(f'DROP VIEW "{view}"'))
        cascade = "" if db.is_sqlite else " CASCADE"
        for table in found.get_table_names():
            session.execute(sa.text(f'DROP TABLE "{table}"{cascade}'))
    db.close()


def test_secret_missing_is_named_in_one_line() -> None:
    env = environment("sqlite:///nowhere.db", "smtp://x", SIGNING_KEY="")
    done = subprocess.run(
        [sys.executable, "-m", "notify", "serve"], env=env, cwd=ROOT, capture_output=True, text=True, timeout=STARTED
    )
    assert done.returncode == 1
    assert done.stderr.startswith("SIGNING_KEY must be set") and "Traceback" not in done.stderr
