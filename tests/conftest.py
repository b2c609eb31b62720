"""What every test may use: databases of a service (SQLite, or PostgreSQL with `--db postgresql`) and a clock."""

import importlib
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kit import migrate
from kit.db import Database
from tests.fakes.clock import FakeClock
from tests.fakes.postgres import Cluster

MakeDatabase = Callable[[str], str]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=("sqlite", "postgresql"), default="sqlite", help="the database tests run on")


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches another machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple):
            assert address[0] in ("127.0.0.1", "::1", "localhost"), f"a test tried to reach {address[0]}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster | None]:
    """A PostgreSQL of our own for this test process, or None on SQLite.

    Not in pytest's folder: a second pytest that starts closes it to everyone but us, and the server is not us.
    """
    if request.config.getoption("--db") == "sqlite":
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="guichet-") as folder, Cluster.running(Path(folder)) as running:
        yield running


@pytest.fixture(scope="session")
def templates(cluster: Cluster | None, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """An empty, migrated database of each service, made once and then copied."""
    made: dict[str, str] = {}
    folder = tmp_path_factory.mktemp("templates")

    def template(service: str) -> str:
        if service not in made:
            url = cluster.create(f"template_{service}") if cluster else f"sqlite:///{folder / service}.db"
            package = importlib.import_module(service)
            db = Database(url)
            migrate.upgrade(db, Path(str(package.__file__)).parent / "migrations")
            db.close()
            made[service] = url
        return made[service]

    return template


@pytest.fixture
def make_database(cluster: Cluster | None, templates: Callable[[str], str], tmp_path: Path) -> Iterator[MakeDatabase]:
    """`make_database("billing")` is the URL of a fresh, migrated database, gone after the test."""
    created: list[str] = []

    def make(service: str) -> str:
        template = templates(service)
        if cluster:
            created.append(cluster.copy(template))
            return created[-1]
        path = tmp_path / f"{service}-{len(created)}.db"
        created.append(str(path))
        shutil.copy(template.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"

    yield make
    if cluster:
        for url in created:
            cluster.drop(url)
