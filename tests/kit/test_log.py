"""What the logs say: one JSON object a line, ids only, and the same id in every service that a request went through."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from kit.http import Sibling
from kit.log import JsonLines, request_id
from kit.settings import Settings
from tests.fakes.clock import FakeClock

ASKED = {"X-Request-ID": "asked-by-a-test"}


@pytest.fixture
def lines() -> Iterator[Any]:
    """A function that answers what was logged so far, decoded."""
    stream = io.StringIO()
    output = logging.StreamHandler(stream)
    output.setFormatter(JsonLines("notify"))
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(output)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(output)
    root.setLevel(level)


def test_log_line_of_a_request_has_its_id(client: TestClient, lines: Any) -> None:
    client.get("/fr/bogue/?courriel=elise@example.org", headers=ASKED)
    client.get("/fr/bogue?courriel=elise@example.org", headers=ASKED)
    written = [line for line in lines() if line["logger"].startswith("guichet")]
    assert [(line["event"], line["request_id"]) for line in written] == [
        ("request", "asked-by-a-test"),
        ("bug", "asked-by-a-test"),
        ("request", "asked-by-a-test"),
    ]
    assert "elise" not in json.dumps(written) and "Élise" not in json.dumps(written, ensure_ascii=False)
    assert written[1]["exception"] == "RuntimeError" and written[1]["frames"][-1].endswith(" bug")


@pytest.mark.parametrize("given", ["", "short", "x" * 65, 'a"b\\c-0123', "line\tbreak-0123", "é0123456789"])
def test_request_id_of_a_stranger_is_accepted_only_when_harmless(client: TestClient, given: str) -> None:
    answer = client.get("/health/live", headers={"X-Request-ID": given.encode("latin-1")})
    assert answer.headers["X-Request-ID"] != given and len(answer.headers["X-Request-ID"]) == 16


def test_call_to_a_sibling_carries_the_request_id(clock: FakeClock) -> None:
    heard: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        heard.append(request.headers["X-Request-ID"])
        return httpx.Response(200, json={})

    settings = Settings(billing_url="http://b.test")
    sibling = Sibling("registration", "billing", settings, clock, httpx.MockTransport(answer))
    token = request_id.set("asked-by-a-test")
    sibling.call("GET", "/card")
    request_id.reset(token)
    sibling.call("GET", "/card")
    assert heard == ["asked-by-a-test", ""]
