"""Every route says who may call it."""

import pytest

from kit import wiring
from kit.auth import STAFF
from tests.architecture.source import SERVICES, app

KNOWN = {"public", "link", "stripe", "ops", *STAFF, *(f"service:{name}" for name in SERVICES)}


@pytest.mark.parametrize("service", SERVICES)
def test_routes_state_who_may_call_them(service: str) -> None:
    silent = [route.path for route, allowed in wiring.routes(app(service)) if allowed is None]
    assert silent == []


@pytest.mark.parametrize("service", SERVICES)
def test_roles_of_routes_are_known(service: str) -> None:
    asked = {role for _, allowed in wiring.routes(app(service)) if allowed for role in allowed.roles}
    assert asked - KNOWN == set()


@pytest.mark.parametrize("service", SERVICES)
def test_routes_have_an_address_of_their_own(service: str) -> None:
    pairs = [(method, route.path_format) for route, _ in wiring.routes(app(service)) for method in route.methods or ()]
    assert sorted({pair for pair in pairs if pairs.count(pair) > 1}) == []
