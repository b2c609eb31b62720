"""Calls to a sibling are signed, and bounded in time and in number."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest

from kit.auth import check_service_token
from kit.contracts.callers import Call
from kit.errors import BadToken, SiblingDown
from kit.http import AT_ONCE, Sibling, SiblingRefused
from kit.settings import Settings
from kit.signing import public_key
from tests.fakes.clock import FakeClock
from tests.keys import SIGNING_KEYS, settings_of

KEY = SIGNING_KEYS["billing"]
Answer = Callable[[httpx.Request], httpx.Response]


def to(address: str, clock: FakeClock, timeout: float, transport: httpx.BaseTransport | None = None) -> Sibling:
    settings = Settings(**settings_of("billing"), notify_url=address, http_timeout_seconds=timeout)
    return Sibling("billing", "notify", settings, clock, transport)


@contextmanager
def sibling(clock: FakeClock, answer: Answer, timeout: float = 1.0) -> Iterator[Sibling]:
    made = to("http://notify.test", clock, timeout, httpx.MockTransport(answer))
    yield made
    made.close()


def test_call_is_signed_for_its_sibling_its_address_and_its_body(clock: FakeClock) -> None:
    heard: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        heard.append(request)
        return httpx.Response(200, json={"n": 1})

    with sibling(clock, answer) as notify:
        assert notify.call("POST", "/mailbox?late=1", {"a": "é"}) == {"n": 1}
    [request] = heard
    token = request.headers["Authorization"].removeprefix("Bearer ")
    call = Call("billing", "notify", "POST", "/mailbox?late=1", request.read())
    check_service_token((public_key(KEY),), token, call, clock())
    others: list[dict[str, Any]] = [{"sender": "registration"}, {"receiver": "registration"}, {"method": "PUT"}]
    others += [{"path": "/mailbox"}, {"body": b"{}"}]
    for other in others:
        with pytest.raises(BadToken):
            check_service_token((public_key(KEY),), token, replace(call, **other), clock())


@pytest.mark.parametrize(
    "error",
    [httpx.ConnectError("no"), httpx.ReadTimeout("no"), httpx.RemoteProtocolError("cut"), httpx.PoolTimeout("")],
)
def test_call_without_an_answer_is_sibling_down(clock: FakeClock, error: httpx.HTTPError) -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        raise error

    with sibling(clock, answer) as notify, pytest.raises(SiblingDown):
        notify.call("GET", "/")


@pytest.mark.parametrize(
    ("content", "code"), [({"code": "SoldOut", "detail": "x"}, "SoldOut"), ({}, ""), (["SoldOut"], ""), (None, "")]
)
def test_call_refused_by_the_sibling_has_its_code(clock: FakeClock, content: Any, code: str) -> None:
    with sibling(clock, lambda _request: httpx.Response(409, json=content)) as notify:
        with pytest.raises(SiblingRefused) as refused:
            notify.call("PUT", "/orders/1")
        assert (refused.value.sibling_status, refused.value.sibling_code) == (409, code)


def test_call_that_hangs_is_left_after_its_time(clock: FakeClock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        notify = to(address, clock, 0.2)
        began = time.monotonic()
        with pytest.raises(SiblingDown):
            notify.call("GET", "/")
        assert 0.1 < time.monotonic() - began < 2
        notify.close()


def test_calls_that_hang_never_hold_more_than_a_few_threads(clock: FakeClock) -> None:
    """The next caller is told after the same time, and once it answers again there is room as before."""
    hanging, go_on = threading.Semaphore(0), threading.Event()

    def answer(_request: httpx.Request) -> httpx.Response:
        hanging.release()
        assert go_on.wait(10)
        return httpx.Response(200, json="late")

    answers: list[Any] = []
    with sibling(clock, answer, timeout=0.2) as notify:
        threads = [threading.Thread(target=lambda: answers.append(notify.call("GET", "/"))) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for _ in threads:
            assert hanging.acquire(timeout=10)
        with pytest.raises(SiblingDown):
            notify.call("GET", "/")
        assert not hanging.acquire(blocking=False), "it was not even asked"
        go_on.set()
        for thread in threads:
            thread.join()
        assert answers == ["late"] * AT_ONCE
        assert notify.call("GET", "/") == "late"
