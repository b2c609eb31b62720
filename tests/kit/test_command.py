"""The commands every service has, run as an operator runs them."""

import logging
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from billing.__main__ import COMMANDS
from kit import log, migrate
from kit.command import Commands, run
from kit.db import Database
from kit.settings import DEVELOPMENT_SECRET
from notify.__main__ import COMMANDS as NOTIFY
from registration.__main__ import COMMANDS as REGISTRATION
from tests.conftest import MakeDatabase
from tests.keys import environment_of

SECRETS = ("SIGNING_KEY", "OPS_TOKEN")


@pytest.fixture
def url(make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where the commands find a database; the process's logs are as before afterwards."""
    where = make_database("billing")
    monkeypatch.setenv("APP_ENV", "development")
    monkeypatch.setenv("DATABASE_URL", where)
    with logged():
        yield where


def test_migrate_run_again_changes_nothing(url: str) -> None:
    assert run(COMMANDS, ["migrate"]) == run(COMMANDS, ["migrate"]) == 0


def test_migrate_on_an_empty_database_makes_the_tables(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    new = Database(f"sqlite:///{tmp_path / 'new.db'}")
    folder = COMMANDS.create_service(COMMANDS.settings()).migrations
    assert not migrate.is_current(new, folder)
    assert run(COMMANDS, ["migrate"]) == 0
    assert migrate.is_current(new, folder)
    new.close()


def test_migrate_of_an_older_program_leaves_a_newer_database_as_it_is(url: str) -> None:
    """An upgrade is taken back by starting the images of before, which migrate first."""
    db = Database(url)
    with db.write() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = 'of a later release'"))
    assert run(COMMANDS, ["migrate"]) == 0
    with db.read() as session:
        assert session.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one() == "of a later release"
    assert migrate.is_current(db, COMMANDS.create_service(COMMANDS.settings()).migrations)
    db.close()


def test_migrations_in_a_folder_with_a_percent_sign_are_applied(url: str, tmp_path: Path) -> None:
    """A checkout may be anywhere, and Alembic reads the folder as a configuration file would have it."""
    new, folder = Database(f"sqlite:///{tmp_path / 'new.db'}"), tmp_path / "50%_off%d"
    shutil.copytree(COMMANDS.create_service(COMMANDS.settings()).migrations, folder)
    migrate.upgrade(new, folder)
    assert migrate.is_current(new, folder)
    new.close()


def test_invariants_broken_are_printed_and_the_command_fails(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(COMMANDS, ["invariants"]) == 0
    assert capsys.readouterr().out == ""
    db = Database(url)
    with db.write() as session:
        session.execute(sa.text("INSERT INTO series (series, year, last) VALUES ('F', 2027, 3)"))
    db.close()
    assert run(COMMANDS, ["invariants"]) == 1
    assert "no gap" in capsys.readouterr().out


def test_command_of_one_service_runs(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(COMMANDS, ["reconcile"]) == 0, "without a key there is nothing to ask"


def test_work_ends_by_itself_when_terminated(url: str) -> None:
    """What an orchestrator sends: SIGTERM, and 0 well within its patience."""
    ended = threading.Event()

    def tell() -> None:
        while not ended.wait(0.1):
            os.kill(os.getpid(), signal.SIGTERM)

    before = {one: signal.signal(one, lambda *_: None) for one in (signal.SIGTERM, signal.SIGINT)}
    teller = threading.Thread(target=tell)
    teller.start()
    began = time.monotonic()
    try:
        assert run(COMMANDS, ["work"]) == 0
        assert time.monotonic() - began < 8
    finally:
        ended.set()
        teller.join()
        for one, handler in before.items():
            signal.signal(one, handler)


@pytest.mark.parametrize("commands", [REGISTRATION, COMMANDS, NOTIFY], ids=lambda commands: commands.name)
@pytest.mark.parametrize("value", [None, "", "too short", f"a new one that is quite long enough,{DEVELOPMENT_SECRET}"])
@pytest.mark.parametrize("name", [*SECRETS, "DATABASE_URL"])
def test_start_outside_development_needs_its_own_secrets(
    url: str, monkeypatch: pytest.MonkeyPatch, commands: Commands, name: str, value: str | None
) -> None:
    given = environment_of(commands.name) | {"APP_ENV": "production", "MAIL_FROM": "a@example.org"}
    for setting, secret in (given | {"SMTP_URL": "smtp://mail.example.org"}).items():
        monkeypatch.setenv(setting, secret)
    if value is None or name == "DATABASE_URL":
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match=name) as refused:
        run(commands, ["migrate"])
    assert not any(secret in str(refused.value.code) for secret in environment_of(commands.name).values())


def test_start_needs_the_public_half_of_the_own_key(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = environment_of("billing") | {"APP_ENV": "production", "SIGNING_KEY": "a key that nobody else has heard of"}
    for setting, secret in given.items():
        monkeypatch.setenv(setting, secret)
    with pytest.raises(SystemExit, match=r"SERVICE_KEYS must hold, as billing"):
        run(COMMANDS, ["migrate"])


def test_command_unknown_lists_which_there_are(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        run(COMMANDS, ["sing"])
    assert refused.value.code == 2
    assert "'migrate'" in capsys.readouterr().err


@contextmanager
def logged() -> Iterator[logging.Logger]:
    """A process of billing that logs; afterwards this process's own logs are as before."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    log.to_stdout("billing", "INFO")
    try:
        yield logging.getLogger("guichet.test")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
