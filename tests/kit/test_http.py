"""Calls to a sibling: whatever answers in its place, the caller learns that it is down or that it refused."""

import httpx
import pytest

from kit.errors import SiblingDown
from kit.http import Sibling, SiblingRefused
from kit.settings import Settings
from tests.fakes.clock import FakeClock

PAGE = "<html><h1>502</h1></html>"


def sibling(answer: httpx.Response, clock: FakeClock) -> Sibling:
    transport = httpx.MockTransport(lambda _request: answer)
    return Sibling("registration", "billing", Settings(billing_url="http://billing.test"), clock, transport)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, html=PAGE),
        httpx.Response(404, html=PAGE),
        httpx.Response(502, html=PAGE),
        httpx.Response(307, headers={"Location": "http://elsewhere.test/"}),
        httpx.Response(503, json={"code": "Busy"}),
        httpx.Response(429, json={"code": "TooMany"}),
    ],
)
def test_answer_that_is_not_of_our_shape_is_sibling_down(answer: httpx.Response, clock: FakeClock) -> None:
    """A proxy in between has pages of its own, whatever their status."""
    with pytest.raises(SiblingDown):
        sibling(answer, clock).call("GET", "/orders/1")


def test_refusal_of_a_sibling_has_its_code(clock: FakeClock) -> None:
    answer = httpx.Response(409, json={"code": "OtherTotal"}, headers={"Content-Type": "application/problem+json"})
    with pytest.raises(SiblingRefused) as refused:
        sibling(answer, clock).call("PUT", "/orders/1", {})
    assert (refused.value.sibling_status, refused.value.sibling_code) == (409, "OtherTotal")


def test_answer_without_a_body_is_none(clock: FakeClock) -> None:
    assert sibling(httpx.Response(204), clock).call("POST", "/orders/1/close") is None
