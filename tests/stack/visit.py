"""Who comes to the stack: a browser without scripts, through the front door, and what they do there."""

import time
from email import message_from_string, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import urljoin

import httpx

from tests.fakes.house import Page
from tests.journeys.signing import WHO
from tests.stack.engine import Stack

FORM = {**WHO, "q.car.non_member": "1", "method": "card"}


class Browser:
    """A browser without scripts, whose every request goes through the front door."""

    def __init__(self, front: str) -> None:
        self.front = front
        self.client = httpx.Client(follow_redirects=True, timeout=20, trust_env=False, headers={"accept": "text/html"})

    def get(self, path: str) -> Page:
        return self._shown(self.client.get(urljoin(self.front, path)))

    def post(self, path: str, fields: dict[str, Any]) -> Page:
        return self._shown(self.client.post(urljoin(self.front, path), data=fields))

    def call(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """A call of the API: a POST with a body, a GET without."""
        method = "GET" if body is None else "POST"
        answer = self.client.request(
            method, urljoin(self.front, path), json=body, headers={"accept": "application/json"}
        )
        assert answer.status_code < 300, answer.text
        return answer.json()

    def _shown(self, answer: httpx.Response) -> Page:
        assert str(answer.url).startswith(self.front), f"led outside: {answer.url}"
        return Page(str(answer.url), answer.status_code, answer.text)


def sign_up(visitor: Browser, address: str = FORM["contact.email"]) -> Page:
    """Fill in the form and go on to the payment page."""
    form = "/fr/activites/caricatures-2027/inscription"
    page = visitor.get(form)
    assert page.status == 200, page.text
    page = visitor.post(form, {"form": page.field("form"), **FORM, "contact.email": address})
    assert "/c/pay/" in page.url, page.text[-3000:]
    return page


def confirmed(visitor: Browser, page: Page) -> Page:
    """The personal page once it says so: on a slow machine it first says that the payment is being confirmed."""
    end = time.monotonic() + 60
    while not page.has("C’est confirmé") and time.monotonic() < end:
        time.sleep(1)
        page = visitor.get(page.url)
    return page


def received(stack: Stack, kind: str, address: str) -> EmailMessage:
    """The mail of a kind, once it has arrived."""
    for _ in range(120):
        found = httpx.get(f"{stack.mail}/api/v1/search", params={"query": f"to:{address}"}, trust_env=False).json()
        for summary in found["messages"]:
            raw = httpx.get(f"{stack.mail}/api/v1/message/{summary['ID']}/raw", trust_env=False).text
            letter = message_from_string(raw, policy=policy.default)
            if str(letter["X-Message-Key"]).startswith(kind):
                return letter
        time.sleep(0.5)
    raise AssertionError(f"no mail of the kind {kind} within a minute")


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\u00a0", " ")
