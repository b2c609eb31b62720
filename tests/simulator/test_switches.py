"""Switches on requests: cut, refused, held; and the process itself."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import urllib.error
from pathlib import Path
from typing import Any

import pytest
import stripe

from simulator.serving import free_socket
from simulator.settings import Refused, Settings
from tests.fakes.stripe_server import StripeServer, until
from tests.simulator.conftest import Create, order
from tests.simulator.test_sessions import refused

ROOT = Path(__file__).parents[2]


def test_cut_answer_leaves_the_work_done(create: Create, server: StripeServer, client: stripe.StripeClient) -> None:
    server.switch(cut={"path": "/v1/checkout/sessions", "next": 1})
    error = refused(lambda: create("order-12-session-1"))
    assert isinstance(error, stripe.APIConnectionError)
    (made,) = client.v1.checkout.sessions.list().data
    assert create("order-12-session-1").id == made.id, "the same key finds what was done"


def test_cut_applies_to_its_path_and_method(create: Create, server: StripeServer, client: stripe.StripeClient) -> None:
    server.switch(cut={"path": "/v1/refunds", "method": "POST", "next": "all"})
    intent = str(server.pay(create().id)["payment_intent"])
    for _ in range(2):
        error = refused(lambda: client.v1.refunds.create({"payment_intent": intent, "amount": 100}))
        assert isinstance(error, stripe.APIConnectionError)
    assert len(client.v1.refunds.list({"payment_intent": intent}).data) == 2


@pytest.mark.parametrize(("how", "kind"), [("500", stripe.APIError), ("close", stripe.APIConnectionError)])
def test_refusal_switch_does_no_work_and_uses_no_key(
    create: Create, server: StripeServer, client: stripe.StripeClient, how: str, kind: type[stripe.StripeError]
) -> None:
    server.switch(refuse={"path": "/v1/checkout", "how": how, "next": 2})
    for _ in range(2):
        assert type(refused(lambda: create("order-12-session-1"))) is kind
    assert not client.v1.checkout.sessions.list().data
    assert create("order-12-session-1").status == "open"


@pytest.mark.parametrize(("when", "done"), [("before", 0), ("after", 1)])
def test_block_switch_holds_a_request(
    create: Create, server: StripeServer, client: stripe.StripeClient, when: str, done: int
) -> None:
    intent = str(server.pay(create().id)["payment_intent"])
    server.block("/v1/refunds", when, "POST")
    given: list[str] = []
    thread = threading.Thread(target=lambda: given.append(client.v1.refunds.create({"payment_intent": intent}).id))
    thread.start()
    server.wait_blocked()
    (waiting,) = server.blocked()
    assert (waiting["path"], waiting["when"], given) == ("/v1/refunds", when, [])
    assert len(server.client().v1.refunds.list().data) == done
    assert server.release("/v1/other") == 0
    assert server.release("/v1/refunds") == 1
    thread.join(10)
    assert len(given) == 1
    assert server.blocked() == []


def test_server_stopped_hangs_up_on_requests_it_holds(tmp_path: Path) -> None:
    database = str(tmp_path / "simulator.sqlite3")
    heard: list[object] = []
    with StripeServer(database=database) as server:
        server.block("/v1/checkout/sessions", "before")
        create: Any = server.client().v1.checkout.sessions.create
        thread = threading.Thread(target=lambda: heard.append(refused(lambda: create(order()))))
        thread.start()
        server.wait_blocked()
    thread.join(10)
    assert isinstance(heard[0], stripe.APIConnectionError)
    with StripeServer(database=database) as server:
        assert not server.client().v1.checkout.sessions.list().data


def test_requests_received_are_listed(create: Create, server: StripeServer, client: stripe.StripeClient) -> None:
    create("order-12-session-1")
    client.v1.refunds.list()
    assert [(one["method"], one["path"]) for one in server.requests()] == [
        ("POST", "/v1/checkout/sessions"), ("GET", "/v1/refunds"),
    ]  # fmt: skip
    (request,) = server.requests("/v1/checkout", "POST")
    assert request["idempotency_key"] == "order-12-session-1"
    assert request["params"]["line_items[0][price_data][unit_amount]"] == "6500"


def test_reset_forgets_everything(create: Create, server: StripeServer, client: stripe.StripeClient) -> None:
    server.pay(create().id)
    server.switch(lose="all", hold=True, refuse={"path": "/v1/refunds", "next": "all"}, advance=5)
    server.reset()
    assert not client.v1.checkout.sessions.list().data and not server.events()
    assert server.call("GET", "switches") == {
        "webhook_url": "", "types": None, "lose": 0, "duplicate": 0, "delay": 0, "hold": False,
        "refund_status": "succeeded", "advance": 0, "cut": [], "refuse": [],
    }  # fmt: skip
    assert not client.v1.refunds.list().data


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [("switches", {"loose": 1}, 422), ("switches", {"duplicate": -1}, 422), ("sessions/cs_none/pay", {}, 404),
     ("refunds/re_none", {"status": "failed"}, 404), ("events/evt_none/resend", {}, 404), ("nothing", {}, 404),
     ("block", {"path": "v1"}, 422)],
)  # fmt: skip
def test_switch_that_does_not_exist_says_so(
    server: StripeServer, path: str, body: dict[str, object], status: int
) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        server.call("POST", path, body)
    assert caught.value.code == status


@pytest.mark.parametrize(
    ("environment", "word"),
    [({"APP_ENV": "production"}, "APP_ENV"), ({"PORT": "http"}, "PORT"),
     ({"STRIPE_WEBHOOK_URL": "http://b.example.org"}, "STRIPE_WEBHOOK_SECRET")],
)  # fmt: skip
def test_settings_that_are_wrong_refuse_to_start(environment: dict[str, str], word: str) -> None:
    with pytest.raises(Refused, match=word):
        Settings.from_environment(environment)


def test_settings_are_read_from_the_environment() -> None:
    settings = Settings.from_environment(
        {"PORT": "9", "STRIPE_WEBHOOK_SECRET": "a, b", "SIMULATOR_PUBLIC_URL": "http://p/"}
    )
    assert (settings.port, settings.signing_secret, settings.url) == (9, "a", "http://p")
    assert Settings.from_environment({}).url == "http://127.0.0.1:8010"


def _process(port: int, database: Path, **more: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PORT": str(port), "SIMULATOR_DATABASE": str(database), **more}
    return subprocess.Popen([sys.executable, "-m", "simulator"], cwd=ROOT, env=environment, stderr=subprocess.PIPE)


def test_process_refuses_production_and_survives_a_kill(tmp_path: Path) -> None:
    bound = free_socket("127.0.0.1")
    port = bound.getsockname()[1]
    bound.close()
    database = tmp_path / "simulator.sqlite3"
    refusing = _process(port, database, APP_ENV="production")
    client = stripe.StripeClient(
        "sk_test_any", base_addresses={"api": f"http://127.0.0.1:{port}"}, max_network_retries=0
    )

    def ready() -> bool:
        try:
            return client.v1.accounts.retrieve_current().object == "account"
        except stripe.APIConnectionError:
            time.sleep(0.05)
            return False

    made = ""
    for _life in range(2):
        process = _process(port, database)
        try:
            until(ready, "the process answers", 20)
            made = made or client.v1.checkout.sessions.create(order()).id  # type: ignore[arg-type]
            assert client.v1.checkout.sessions.retrieve(made).status == "open"
        finally:
            process.kill()
            process.communicate()
    assert b"production" in refusing.communicate(timeout=20)[1]
    assert refusing.returncode == 2
