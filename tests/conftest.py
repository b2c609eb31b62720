"""What every test may use: databases of a service (SQLite, or PostgreSQL with `--db postgresql`) and a clock."""

import importlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from kit import migrate
from kit.db import Database
from tests import ports
from tests.fakes.clock import FakeClock
from tests.fakes.postgres import Cluster

# A busy machine is slow to make examples: that says nothing of the product.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

MakeDatabase = Callable[[str], str]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=("sqlite", "postgresql"), default="sqlite", help="the database tests run on")


def pytest_configure() -> None:
    ports.guard()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test of one database (`only_on`) is run on it alone. What uses no database says on PostgreSQL what it says on
    SQLite: it is run there, once."""
    db, chosen, others = config.getoption("--db"), [], []
    for item in items:
        mark = item.get_closest_marker("only_on")
        its = mark is None or mark.args == (db,)
        uses = db == "sqlite" or "cluster" in getattr(item, "fixturenames", ())
        (chosen if its and uses else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = chosen


@pytest.fixture(autouse=True)
def _own_ports_only() -> Iterator[None]:
    """No test reaches another machine, or what it did not open on this one."""
    yield
    assert ports.strays() == []


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


@contextmanager
def copies(cluster: Cluster | None, template: Callable[[str], str], folder: Path) -> Iterator[MakeDatabase]:
    """`make("billing")` is the URL of a copy of billing's template, gone at the end."""
    created: list[str] = []

    def make(service: str) -> str:
        if cluster:
            created.append(cluster.copy(template(service)))
            return created[-1]
        path = folder / f"{service}-{len(created)}.db"
        created.append(str(path))
        shutil.copy(template(service).removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"

    yield make
    if cluster:
        for url in created:
            cluster.drop(url)


@pytest.fixture
def make_database(cluster: Cluster | None, templates: Callable[[str], str], tmp_path: Path) -> Iterator[MakeDatabase]:
    """`make_database("billing")` is the URL of a fresh, migrated database, gone after the test."""
    with copies(cluster, templates, tmp_path) as make:
        yield make
