"""Databases with the sample association in them, for towns of real processes."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from kit.clock import utc_now
from kit.db import Database
from registration import seed
from registration.catalog.models import Activity
from registration.seed.source import weeks_to_now
from tests.fakes.postgres import Cluster
from tests.fire.harness.town import NAMES
from tests.keys import OWN
from tests.make import SAMPLE

Fresh = Callable[[Path], AbstractContextManager[dict[str, str]]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is fire."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.fire)


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[..., None]:
    """Print for whoever watches, captured output or not: of a worker of pytest-xdist, the terminal has the errors."""

    def speak(*words: object) -> None:
        with capsys.disabled():
            print("\n ", *words, end="", file=sys.stderr, flush=True)

    return speak


@pytest.fixture(scope="session")
def seeded(cluster: Cluster | None, templates: Callable[[str], str]) -> dict[str, str]:
    """Templates of the three databases, registration's with the sample association around today."""
    found = {name: templates(name) for name in NAMES}
    db, now = Database(found["registration"]), utc_now()
    seed.load(db, SAMPLE, now, weeks_to_now(now), OWN["registration"]["ticket_key"])
    # One company signs up from one address for all who are here: its invoices are taken at its word, without end.
    with db.write() as session:
        session.execute(sa.update(Activity).values(confirm_above=1_000_000, company_places=1_000_000))
    db.close()
    return found


@pytest.fixture(scope="session")
def fresh(cluster: Cluster | None, seeded: dict[str, str]) -> Fresh:
    """`with fresh(folder) as urls`: three databases of a town, gone afterwards."""

    @contextmanager
    def make(folder: Path) -> Iterator[dict[str, str]]:
        urls = {name: _copy(cluster, seeded[name], folder / f"{name}.db") for name in NAMES}
        yield urls
        for url in urls.values():
            if cluster:
                cluster.drop(url)

    return make


def _copy(cluster: Cluster | None, template: str, path: Path) -> str:
    if cluster:
        return cluster.copy(template)
    shutil.copy(template.removeprefix("sqlite:///"), path)
    return f"sqlite:///{path}"
