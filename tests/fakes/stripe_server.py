"""The payment simulator, spoken to over HTTP only: in a thread of the test's process, or in a process of its own."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, Self

import stripe

from simulator.app import create_app
from simulator.serving import free_socket, server
from simulator.settings import Settings

_OPEN = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


class StripeDesk:
    """A running simulator, in this process or in another, spoken to over HTTP. See ``simulator/README.md``."""

    def __init__(self, base: str, key: str = "sk_test_simulated", secret: str = "whsec_simulated") -> None:
        self.base, self.key, self.secret = base, key, secret

    @property
    def webhook_url(self) -> str:
        return str(self.call("GET", "switches")["webhook_url"])

    @webhook_url.setter
    def webhook_url(self, address: str) -> None:
        self.switch(webhook_url=address)

    def client(self, key: str | None = None, retries: int = 0) -> stripe.StripeClient:
        """The official client, pointed here."""
        return stripe.StripeClient(key or self.key, base_addresses={"api": self.base}, max_network_retries=retries)

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One of the simulator's own routes. Raises ``urllib.error.HTTPError``."""
        request = urllib.request.Request(
            f"{self.base}/_simulator/{path}",
            data=json.dumps(body or {}).encode() if method == "POST" else None,
            headers={"Content-Type": "application/json"},
            method=method,
        )
        try:
            with _OPEN(request, timeout=10) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            error.close()
            raise

    def switch(self, **changes: Any) -> dict[str, Any]:
        """``switch(lose=2)``, ``switch(cut={"path": "/v1/refunds"})``…: what is left out stays as it is."""
        state: dict[str, Any] = self.call("POST", "switches", changes)
        return state

    def reset(self) -> None:
        self.call("POST", "reset")

    def pay(self, session_id: str, *, later: bool = False) -> dict[str, Any]:
        """The visitor pays; with ``later`` all webhooks of the payment are lost."""
        session: dict[str, Any] = self.call("POST", f"sessions/{session_id}/pay", {"later": later})
        return session

    def decline(self, session_id: str) -> dict[str, Any]:
        """The visitor's card is refused; the session stays open."""
        session: dict[str, Any] = self.call("POST", f"sessions/{session_id}/decline")
        return session

    def end_refund(self, refund_id: str, status: str) -> dict[str, Any]:
        refund: dict[str, Any] = self.call("POST", f"refunds/{refund_id}", {"status": status})
        return refund

    def contest(self, payment_intent: str, amount: int | None = None, *, inquiry: bool = False) -> dict[str, Any]:
        asked = {"amount": amount, "inquiry": inquiry}
        dispute: dict[str, Any] = self.call("POST", f"payment_intents/{payment_intent}/dispute", asked)
        return dispute

    def move_dispute(self, dispute_id: str, status: str) -> dict[str, Any]:
        dispute: dict[str, Any] = self.call("POST", f"disputes/{dispute_id}", {"status": status})
        return dispute

    def events(self, *types: str) -> list[dict[str, Any]]:
        """Every event, oldest first; of these types when some are named."""
        params: dict[str, Any] = {"limit": 100} | ({"types": list(types)} if types else {})
        found = self.client().v1.events.list(params).auto_paging_iter()  # type: ignore[arg-type]
        return [event.to_dict() for event in found][::-1]

    def webhooks(self, state: str | None = None) -> list[dict[str, Any]]:
        """Every delivery: event, type, state (pending, held, delivered, lost, dead), attempts, error."""
        found: list[dict[str, Any]] = self.call("GET", "webhooks" + (f"?state={state}" if state else ""))
        return found

    def settled(self) -> None:
        """Waits until no webhook is left to send."""
        until(lambda: not self.webhooks("pending"), "every webhook is sent")

    def resend(self, event_id: str) -> None:
        self.call("POST", f"events/{event_id}/resend")

    def send_held(self, events: list[str] | None = None, order: str = "given") -> list[str]:
        """Sends what ``switch(hold=True)`` kept back; ``events`` are ids or types in the order wanted."""
        sent: list[str] = self.call("POST", "webhooks/release", {"events": events, "order": order})
        return sent

    def requests(self, path: str = "/", method: str | None = None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call(
            "GET", f"requests?path={path}" + (f"&method={method}" if method else "")
        )
        return found

    def block(self, path: str, when: str = "before", method: str | None = None) -> None:
        self.call("POST", "block", {"path": path, "when": when, "method": method})

    def blocked(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call("GET", "blocked")
        return found

    def wait_blocked(self, count: int = 1) -> None:
        """Until so many requests wait at a block."""
        until(lambda: len(self.blocked()) >= count, f"{count} requests wait")

    def release(self, path: str | None = None) -> int:
        return int(self.call("POST", "release", {"path": path})["released"])


class StripeServer(StripeDesk):
    """``base`` is what ``STRIPE_API_BASE`` takes, ``key`` and ``secret`` what the other two settings take.

    The webhook address may come later: ``server.webhook_url = billing + "/webhooks/stripe"``. ``clock`` gives epoch
    seconds; ``switch(advance=…)`` moves time too. See ``simulator/README.md`` for the switches.
    """

    def __init__(
        self,
        *,
        webhook_url: str = "",
        secret: str = "whsec_simulated",
        key: str = "sk_test_simulated",
        database: str = ":memory:",
        clock: Callable[[], float] = time.time,
        retry_base: float = 0.05,
        retry_max: float = 0.5,
        webhook_tries: int = 60,
    ) -> None:
        bound = free_socket("127.0.0.1")
        port = bound.getsockname()[1]
        super().__init__(f"http://127.0.0.1:{port}", key, secret)
        settings = Settings(
            port=port,
            database=database,
            webhook_url=webhook_url,
            webhook_secret=secret,
            api_key=key,
            retry_base=retry_base,
            retry_max=retry_max,
            webhook_tries=webhook_tries,
        )
        self._server = server(create_app(settings, clock), host="127.0.0.1", port=port, log_level="critical")
        self._thread = threading.Thread(target=self._server.run, args=([bound],), daemon=True)
        self._thread.start()
        self._socket = bound
        until(lambda: self._server.started or not self._thread.is_alive(), "the simulator starts")

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


def until(condition: Callable[[], object], what: str, seconds: float = 10.0) -> None:
    """Polls, because the thing awaited happens in another thread."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain: {what}")
        time.sleep(0.01)
