"""The house, with the sample association in it."""

from collections.abc import Callable, Iterator

import pytest

from tests import make
from tests.fakes.clock import FakeClock
from tests.fakes.house import House
from tests.fakes.stripe_server import StripeServer


@pytest.fixture
def stripe_server(clock: FakeClock) -> Iterator[StripeServer]:
    with StripeServer(clock=lambda: clock().timestamp()) as server:
        yield server


@pytest.fixture
def house(make_database: Callable[[str], str], clock: FakeClock, stripe_server: StripeServer) -> Iterator[House]:
    house = House(make_database, clock, stripe_server)
    make.sample(house.registration.db, clock())
    house.settle()
    yield house
    house.close()
