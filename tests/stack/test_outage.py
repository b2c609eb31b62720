"""PostgreSQL goes away for twenty seconds and comes back: visitors are told, nothing is lost, nobody does a thing."""

import time

import httpx
import pytest

from kit.settings import NAMES
from tests.stack.engine import REPLICATED, Stack
from tests.stack.visit import Browser, received, sign_up

pytestmark = pytest.mark.stack
AWAY_SECONDS = 20
ADDRESS = "absente@example.org"


def test_postgresql_away_for_twenty_seconds_costs_nobody_anything(
    stack: Stack, browsers: tuple[Browser, Browser]
) -> None:
    visitor, _ = browsers
    paying = sign_up(visitor, ADDRESS)
    restarts = {name: [one.attrs["RestartCount"] for one in stack.containers(name)] for name in REPLICATED}
    [database] = stack.containers("postgres")
    database.stop(timeout=20)
    gone = time.monotonic()
    try:
        asked = [
            httpx.get(
                f"{stack.front}/fr/activites/caricatures-2027/inscription", timeout=20, headers={"Accept": "text/html"}
            )
        ]
        asked += [httpx.get(f"{stack.front}{path}", timeout=20) for path in ("/health/ready", "/billing/health/ready")]
        assert [(answer.status_code, "Retry-After" in answer.headers) for answer in asked] == [(503, True)] * 3
        alive = [httpx.get(f"{stack.front}{path}/health/live", timeout=20).status_code for path in ("", "/notify")]
        assert alive == [200, 200], "a process that can do nothing about it is not ended for it"
        # The card is charged at Stripe while no database can be told of it.
        visitor.post(paying.url, {"action": "pay"})
        time.sleep(max(0.0, gone + AWAY_SECONDS - time.monotonic()))
    finally:
        database.start()
    stack.wait_healthy("postgres", *REPLICATED)
    back = time.monotonic() - gone
    assert received(stack, "registration_confirmed", ADDRESS)
    for service in NAMES:
        stack.settled(service)
    assert restarts == {name: [one.attrs["RestartCount"] for one in stack.containers(name)] for name in REPLICATED}
    stack.say(
        f"PostgreSQL away for {AWAY_SECONDS} s (healthy again after {back:.0f} s): a card paid meanwhile is confirmed"
    )
