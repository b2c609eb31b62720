"""The three services behind real sockets, as `make run` has them: workers on, the real clock, a simulated Stripe.

A browser needs addresses it can go to; everything else is the same code that the journeys drive in one process.
"""

import json
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Self
from urllib.parse import quote
from urllib.request import ProxyHandler, build_opener

import sqlalchemy as sa
import uvicorn
from fastapi import FastAPI

from billing.main import create_app as billing_app
from billing.settings import BillingSettings
from kit.clock import utc_now
from notify.main import create_app as notify_app
from notify.settings import NotifySettings
from registration import seed
from registration.catalog.models import Activity, Resource
from registration.links import Links
from registration.main import create_app as registration_app
from registration.seed.source import weeks_to_now
from registration.settings import RegistrationSettings
from simulator.serving import free_socket
from tests.fakes.stripe_server import StripeServer, until
from tests.keys import OWN, SIGNING_KEYS, settings_of
from tests.make import SAMPLE

NAMES = ("registration", "billing", "notify")
SECRET = SIGNING_KEYS["registration"]
BOOTSTRAP = "bootstrap-token-of-the-tests"
_OPEN = build_opener(ProxyHandler({})).open


class Served:
    """Every address a browser may go to. `apps` are the running applications, for a test that prepares a state."""

    def __init__(self, databases: Callable[[str], str]) -> None:
        self.stripe = StripeServer()
        sockets = {name: free_socket("127.0.0.1") for name in NAMES}
        self.url = {name: f"http://127.0.0.1:{bound.getsockname()[1]}" for name, bound in sockets.items()}
        self.stripe.webhook_url = self.url["billing"] + "/webhooks/stripe"
        self.apps = self._apps(databases)
        self._servers = [_Running(self.apps[name], sockets[name]) for name in NAMES]
        self._load_sample()

    def _apps(self, databases: Callable[[str], str]) -> dict[str, FastAPI]:
        common: dict[str, Any] = {
            # Development, so that mail is kept and can be read at /dev/mail.
            "app_env": "development",
            "rate_limit": 10_000,
            **dict.fromkeys(("stranger_places", "stranger_letters", "stranger_letters_to_one"), 10_000),
            "outbox_poll_seconds": 0.1,
            "retry_base_seconds": 0.1,
            **{f"{name}_url": address for name, address in self.url.items()},
        }
        card = {
            "stripe_api_key": self.stripe.key,
            "stripe_api_base": self.stripe.base,
            "stripe_webhook_secret": self.stripe.secret,
        }
        first = {"bootstrap_admin_email": "direction@example.org", "bootstrap_admin_token": BOOTSTRAP}
        own = {name: {**common, **settings_of(name), "database_url": databases(name)} for name in NAMES}
        registration = RegistrationSettings(**own["registration"], **first)
        billing = BillingSettings(**own["billing"], **card)
        notify = NotifySettings(**own["notify"])
        return {
            "registration": registration_app(registration, worker=True),
            "billing": billing_app(billing, worker=True),
            "notify": notify_app(notify, worker=True),
        }

    def _load_sample(self) -> None:
        """As `seed --profile demo` does, with the golf tournament's sale already open: everything can be bought."""
        now = utc_now()
        seed.load(self.db, SAMPLE, now, weeks_to_now(now))
        self.change("golf-2027", sale_opens_at=now - timedelta(days=2))
        # Everybody here comes from one address, and is taken at their word.
        self.change("caricatures-2027", confirm_above=1000, company_places=1000)
        until(lambda: not self.pending(), "the siblings know the association")

    @property
    def db(self) -> Any:
        return self.apps["registration"].state.service.db

    @property
    def home(self) -> str:
        return self.url["registration"]

    @property
    def links(self) -> Links:
        return Links(self.home, OWN["registration"]["ticket_key"])

    def change(self, key: str, **values: Any) -> None:
        """Bring an activity to a state that would take days, or many people, to come by itself."""
        table: sa.Table = Activity.__table__  # type: ignore[attr-defined]
        with self.db.write() as session:
            session.execute(table.update().where(table.c.key == key).values(version=table.c.version + 1, **values))

    def resize(self, key: str, places: int | None = None) -> None:
        """Give an activity so many places of each kind; None: not one more than are taken."""
        table: sa.Table = Resource.__table__  # type: ignore[attr-defined]
        capacity = table.c.taken if places is None else places
        with self.db.write() as session:
            mine = table.c.activity_id == self.id_of("activity", key)
            session.execute(table.update().where(mine).values(capacity=capacity))

    def ask(self, query: str, service: str = "registration", **values: Any) -> list[Any]:
        with self.apps[service].state.service.db.read() as session:
            return list(session.execute(sa.text(query), values))

    def id_of(self, table: str, key: str) -> uuid.UUID:
        """The id of what the sample calls `key`."""
        [row] = self.ask(f"SELECT id FROM {table} WHERE key = :key", key=key)
        return uuid.UUID(str(row.id))

    @property
    def keys(self) -> frozenset[str]:
        """The key of every sentence."""
        catalogues = (self.apps[name].state.service.pages.catalogue for name in NAMES)
        return frozenset(key for catalogue in catalogues for key in catalogue.sentences["fr"])

    def pending(self) -> int:
        return sum(self.apps[name].state.service.pending()["outbox"] for name in NAMES)

    def mail(self, to: str, kind: str) -> dict[str, Any]:
        """The newest letter of this kind to this address; waits for it."""
        found: list[dict[str, Any]] = []

        def arrived() -> bool:
            every = self.get_json(f"{self.url['notify']}/dev/mail.json?to={quote(to)}")
            found[:] = [mail for mail in every if mail["key"].startswith(f"{kind}:")]
            return bool(found)

        until(arrived, f"a letter {kind} reaches {to}", 20)
        return max(found, key=lambda mail: mail["at"])

    def get_json(self, url: str) -> Any:
        with _OPEN(url, timeout=10) as answer:
            return json.load(answer)

    def file(self, path: str) -> bytes:
        """A part of a kept letter."""
        with _OPEN(self.url["notify"] + path, timeout=10) as answer:
            return bytes(answer.read())

    def invariants(self) -> list[str]:
        return [f"{name}: {line}" for name in NAMES for line in self.apps[name].state.service.invariants()]

    def close(self) -> None:
        for running in self._servers:
            running.stop()
        self.stripe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


class _Running:
    """One application in a thread, answering on a socket that is already bound."""

    def __init__(self, app: FastAPI, bound: Any) -> None:
        self._server = uvicorn.Server(
            uvicorn.Config(
                app, ws="none", access_log=False, log_config=None, server_header=False, timeout_graceful_shutdown=3
            )
        )
        self._socket = bound
        self._thread = threading.Thread(target=self._server.run, args=([bound],), daemon=True)
        self._thread.start()
        until(lambda: self._server.started or not self._thread.is_alive(), "a service starts")

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()
