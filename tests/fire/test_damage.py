"""What is under the houses gives way: clocks, the database, the disk, the mail server's line. All of it passes."""

import os
import resource
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from kit.clock import utc_now
from kit.errors import Busy
from kit.mailbox import Outbox
from kit.sql import column, table
from registration.registrations.models import Registration
from tests.fire.conftest import Fresh
from tests.fire.harness.checks import differences
from tests.fire.harness.people import Buyer
from tests.fire.harness.town import NAMES, Town

HOLD = {"HOLD_SECONDS": "20"}
# No file of a process may be longer: whatever it writes to its database is refused, as by a full disk.
FULL = 512


@pytest.fixture(scope="module")
def standing(fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("damage")
    with fresh(folder) as urls, commits_kept(urls), Town(urls, folder, settings=HOLD) as running:
        yield running


@contextmanager
def commits_kept(urls: Mapping[str, str]) -> Iterator[None]:
    """The tests' server is quick, and may lose what it has just committed when it dies. These databases may not."""
    for url in urls.values():
        if not url.startswith("sqlite"):
            with psycopg.connect(url, autocommit=True) as connection:
                name = sql.Identifier(url.rsplit("/", 1)[1])
                connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = on").format(name))
    yield


@pytest.fixture
def town(standing: Town) -> Iterator[Town]:
    """After each test everything drains and holds."""
    yield standing
    standing.restart()
    standing.drain()
    assert differences(standing) == []
    assert standing.bugs() == []


def at_stripe(town: Town) -> tuple[Buyer, str]:
    """Somebody who stands on Stripe's page."""
    buyer = Buyer(town)
    assert buyer.sign_up() == 201
    return buyer, buyer.pay_page()


def test_clock_three_days_ahead_leaves_nothing_behind_once_it_is_right(town: Town) -> None:
    """What a clock that ran ahead wrote down: messages that are due, and a hold that ends, in three days."""
    later, never_pays = utc_now() + timedelta(days=3), at_stripe(town)[0]
    for name in ("billing", "notify"):
        town[name].kill()
    buyer = Buyer(town, "invoice")
    assert buyer.sign_up() == 201 and buyer.state["status"] == "confirmed"
    with town.databases["registration"].write() as session:
        session.execute(sa.update(table(Outbox)).values({column(Outbox.due_at): later}))
        held = column(Registration.status) == "held"
        ahead = {column(Registration.hold_until): later, column(Registration.check_at): later}
        session.execute(sa.update(table(Registration)).where(held).values(ahead))
    town.restart("billing", "notify")
    town.until(lambda: town.mail.to(buyer.email), "the message of three days on has left", 60)
    town.until(lambda: never_pays.now()["status"] == "expired", "the hold of three days has ended", 60)


@pytest.mark.only_on("postgresql")  # SQLite lives in the services, and is killed with them.
def test_database_killed_while_somebody_pays_loses_nothing(town: Town) -> None:
    buyer, page = at_stripe(town)
    paying = threading.Thread(target=lambda: buyer.come_back(buyer.pay(page)), daemon=True)
    with town.databases["billing"].read() as session:
        server = session.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
    paying.start()
    os.kill(server, signal.SIGKILL)  # The whole of PostgreSQL begins anew when one of its processes dies so.
    for name in NAMES:
        town.databases[name].close()
    town.until(lambda: answers(town), "the database is back", 60)
    paying.join(60)
    assert not paying.is_alive()
    town.until(lambda: buyer.now()["status"] == "confirmed", "confirmed", 60)


def answers(town: Town) -> bool:
    try:
        return bool(town.rows("billing", "SELECT 1 AS n"))
    except (Busy, sa.exc.DBAPIError):
        return False


@pytest.mark.only_on("sqlite")  # The files are PostgreSQL's there: what it says is in the tests of the kit.
def test_disk_full_is_said_and_over_when_there_is_room(town: Town) -> None:
    process, buyer = town["registration"], Buyer(town, "invoice")
    _soft, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (FULL, resource.RLIM_INFINITY))
    asking = threading.Thread(target=buyer.sign_up, daemon=True)
    try:
        asking.start()
        town.until(lambda: buyer.seen.get(503), "told to come back")
        time.sleep(1)
        assert set(buyer.seen) == {503}
    finally:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, hard))
    asking.join(60)
    assert buyer.state["status"] == "confirmed"


def test_mail_server_that_cuts_the_line_delays_one_letter_and_no_other(town: Town) -> None:
    unlucky, others = Buyer(town, "invoice"), [Buyer(town, "invoice") for _ in range(3)]
    town.mail.cut.add(unlucky.email)
    try:
        for buyer in (unlucky, *others):
            assert buyer.sign_up() == 201
        town.until(lambda: all(town.mail.to(buyer.email) for buyer in others), "the others have their letters", 60)
        assert town.mail.to(unlucky.email) == []
    finally:
        town.mail.cut.clear()
    town.until(lambda: town.mail.to(unlucky.email), "tried again", 60)
