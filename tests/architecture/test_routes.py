"""Every route says who may call it, and the published interface is the one that runs."""

import json

import pytest

from kit import wiring
from kit.auth import STAFF
from tests.architecture.source import ROOT, SERVICES, app

KNOWN = {"public", "link", "stripe", "ops", *STAFF, *(f"service:{name}" for name in SERVICES)}


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_states_who_may_call_it(service: str) -> None:
    silent = [route.path for route, allowed in wiring.routes(app(service)) if allowed is None]
    assert silent == []


@pytest.mark.parametrize("service", SERVICES)
def test_roles_are_known(service: str) -> None:
    asked = {role for _, allowed in wiring.routes(app(service)) if allowed for role in allowed.roles}
    assert asked - KNOWN == set()


@pytest.mark.parametrize("service", SERVICES)
def test_no_two_routes_answer_the_same_address(service: str) -> None:
    pairs = [(method, route.path_format) for route, _ in wiring.routes(app(service)) for method in route.methods or ()]
    assert sorted({pair for pair in pairs if pairs.count(pair) > 1}) == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_of_the_published_interface_has_roles(service: str) -> None:
    paths = app(service).openapi()["paths"]
    silent = [f"{method} {path}" for path, its in paths.items() for method, op in its.items() if not op.get("x-roles")]
    assert silent == []


@pytest.mark.parametrize("service", SERVICES)
def test_the_published_interface_is_the_one_that_runs(service: str) -> None:
    """`make openapi` writes it."""
    published = json.loads((ROOT / "docs" / "api" / f"{service}.json").read_text(encoding="utf-8"))
    same = published == json.loads(json.dumps(app(service).openapi()))
    assert same, f"docs/api/{service}.json is not what {service} answers any more: run `make openapi`"
