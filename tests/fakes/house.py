"""The whole house in one process: three real applications, three real databases, one simulated Stripe, kept mail.

The services speak to each other through their own HTTP clients; only the wire is a function call. Workers do not run by
themselves: `house.settle()` lets every message, webhook, hold and letter go through, in the open.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import stripe
from fastapi import FastAPI
from starlette.testclient import TestClient

from billing.main import create_app as billing_app
from billing.settings import BillingSettings
from kit.worker import run_once
from notify.main import create_app as notify_app
from notify.settings import NotifySettings
from registration.main import create_app as registration_app
from registration.settings import RegistrationSettings
from tests.fakes.clock import FakeClock
from tests.fakes.mail import MailTray
from tests.fakes.stripe_server import StripeServer
from tests.keys import settings_of

NAMES = ("registration", "billing", "notify")


class Wire(httpx.BaseTransport):
    """Carries a service's calls to another application of the same process; `down` makes that one unreachable."""

    def __init__(self, house: "House", to: str) -> None:
        self._house, self._to = house, to

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._to in self._house.down:
            raise httpx.ConnectError("down", request=request)
        client = self._house.clients[self._to]
        answer = client.request(
            request.method, request.url.raw_path.decode(), content=request.read(), headers=dict(request.headers)
        )
        return httpx.Response(answer.status_code, headers=dict(answer.headers), content=answer.content)


class House:
    """The three services. `down` holds the names of those that do not answer."""

    def __init__(self, databases: Callable[[str], str], clock: FakeClock, server: StripeServer | None) -> None:
        self.clock, self.stripe, self.down = clock, server, set[str]()
        self._heard: set[str] = set()
        self.mail = MailTray()
        common: dict[str, Any] = {
            "app_env": "test",
            "rate_limit": 1000,
            **{f"{name}_url": f"http://{name}.test" for name in NAMES},
        }
        card: dict[str, Any] = {}
        if server:
            card = {
                "stripe_api_key": server.key,
                "stripe_api_base": server.base,
                "stripe_webhook_secret": server.secret,
            }
        self.apps = self._open(databases, common, card)
        for app in self.apps.values():
            # A rest of two seconds would last as long as this machine makes it.
            app.state.service.postman.ticks = lambda: self.clock().timestamp()
        self.clients = {
            name: TestClient(app, base_url=f"http://{name}.test", follow_redirects=False, raise_server_exceptions=False)
            for name, app in self.apps.items()
        }

    def _open(
        self, databases: Callable[[str], str], common: dict[str, Any], card: dict[str, Any]
    ) -> dict[str, FastAPI]:
        def wire(to: str) -> Wire:
            return Wire(self, to)

        mail = {"smtp_url": "smtp://127.0.0.1:1", "mail_from": "inscriptions@example.org"}
        own = {name: {**common, **settings_of(name), "database_url": databases(name)} for name in NAMES}
        registration = RegistrationSettings(**own["registration"])
        billing = BillingSettings(**own["billing"], **card)
        notify = NotifySettings(**own["notify"], **mail)
        return {
            "registration": registration_app(registration, self.clock, wire),
            "billing": billing_app(billing, self.clock, wire),
            "notify": notify_app(notify, self.clock, wire, gateway=self.mail),
        }

    @property
    def registration(self) -> Any:
        return self.apps["registration"].state.service

    @property
    def billing(self) -> Any:
        return self.apps["billing"].state.service

    @property
    def notify(self) -> Any:
        return self.apps["notify"].state.service

    def visitor(self) -> "Visitor":
        return Visitor(self)

    def webhooks(self) -> None:
        """Let billing hear what Stripe has to say: the simulator's events, posted as Stripe posts them."""
        if self.stripe is None:
            return
        for event in self.stripe.events():
            if event["id"] not in self._heard:
                self._heard.add(event["id"])
                self.hear(event)

    def hear(self, event: dict[str, Any]) -> int:
        """One webhook, signed as Stripe signs it. Answers the status."""
        assert self.stripe is not None
        body = json.dumps(event)
        signature = stripe.WebhookSignature.generate_signature_header(body, self.stripe.secret)
        headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
        return int(self.clients["billing"].post("/webhooks/stripe", content=body, headers=headers).status_code)

    def settle(self, rounds: int = 12) -> None:
        """Run every loop of every service until nothing moves any more."""
        for _ in range(rounds):
            moved = False
            for name in NAMES:
                if name not in self.down:
                    for loop in self.apps[name].state.service.loops:
                        moved = run_once(loop) or moved
            if not moved and not self.waiting():
                return
            self.clock.advance(seconds=1)

    def waiting(self) -> int:
        """Messages that could be delivered now, in all outboxes."""
        if self.down:
            return 0
        return sum(self.apps[name].state.service.pending()["outbox"] for name in NAMES)

    def invariants(self) -> list[str]:
        return [f"{name}: {line}" for name in NAMES for line in self.apps[name].state.service.invariants()]

    def close(self) -> None:
        for app in self.apps.values():
            app.state.service.close()


@dataclass
class Page:
    """What a browser shows: where it is, the status, the text of the page."""

    url: str
    status: int
    text: str

    def has(self, sentence: str) -> bool:
        return sentence in re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.text)).replace("\u00a0", " ")

    def field(self, name: str) -> str:
        """The value of an input, by its name."""
        found = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', self.text)
        assert found, f"no field {name} on {urlsplit(self.url).path}"
        value = re.search(r'value="([^"]*)"', found.group(0))
        return value.group(1) if value else ""

    def link(self, part: str) -> str:
        found = re.search(rf'href="([^"]*{part}[^"]*)"', self.text)
        assert found, f"no link with {part}"
        return urljoin(self.url, found.group(1).replace("&amp;", "&"))


class Visitor:
    """A browser without scripts: follows redirects from one service to another and to Stripe's page, keeps cookies."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._cookies: dict[str, str] = {}
        self.page = Page("", 0, "")

    def get(self, url: str) -> Page:
        return self._go("GET", url)

    def post(self, url: str, form: dict[str, Any]) -> Page:
        return self._go("POST", url, form)

    def _go(self, method: str, url: str, form: dict[str, Any] | None = None) -> Page:
        for _ in range(12):
            answer = self._request(method, url, form)
            if answer.status_code not in (301, 302, 303, 307):
                self.page = Page(url, answer.status_code, answer.text)
                return self.page
            url, method, form = urljoin(url, answer.headers["location"]), "GET", None
        raise AssertionError("too many redirects")

    def _request(self, method: str, url: str, form: dict[str, Any] | None) -> Any:
        host = urlsplit(url).netloc
        headers = {"accept": "text/html", "cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        if form is not None:
            headers |= {"sec-fetch-site": "same-origin"}
        name = host.removesuffix(".test")
        if name not in self._house.clients:
            return httpx.request(method, url, data=form, headers={"accept": "text/html"}, trust_env=False)
        answer = self._house.clients[name].request(method, url, data=form, headers=headers)
        for cookie in answer.headers.get_list("set-cookie"):
            key, _, rest = cookie.partition("=")
            self._cookies[key] = rest.split(";")[0]
        return answer
