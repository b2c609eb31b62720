"""The house, with the sample association in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from tests import make
from tests.conftest import copies
from tests.fakes.clock import FakeClock
from tests.fakes.house import NAMES, House
from tests.fakes.postgres import Cluster
from tests.fakes.stripe_server import StripeServer


@dataclass(frozen=True)
class Furnished:
    """Where the databases of a house are that has the sample association, of which its three services know, and what
    its clock said then."""

    urls: dict[str, str]
    now: datetime


@pytest.fixture(scope="session")
def furnished(
    cluster: Cluster | None, templates: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Furnished]:
    """Made once and then copied."""
    clock = FakeClock()
    with (
        copies(cluster, templates, tmp_path_factory.mktemp("furnished")) as database,
        StripeServer(clock=lambda: clock().timestamp()) as server,
    ):
        urls = {name: database(name) for name in NAMES}
        house = House(urls.__getitem__, clock, server)
        make.sample(house.registration.db, clock())
        house.settle()
        house.close()
        yield Furnished(urls, clock())


@pytest.fixture
def stripe_server(clock: FakeClock) -> Iterator[StripeServer]:
    with StripeServer(clock=lambda: clock().timestamp()) as server:
        yield server


@pytest.fixture
def house(
    cluster: Cluster | None, furnished: Furnished, clock: FakeClock, stripe_server: StripeServer, tmp_path: Path
) -> Iterator[House]:
    clock.set(furnished.now)
    with copies(cluster, furnished.urls.__getitem__, tmp_path) as database:
        house = House(database, clock, stripe_server)
        yield house
        house.close()
