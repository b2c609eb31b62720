"""Sends webhooks, tries again with growing pauses, and notices when a session's time is up.

What has not been acknowledged is in the database, so it goes on after a restart. Pauses and due times are real
seconds: only what the objects say (``created``, ``expires_at``) follows the simulated clock.
"""

from __future__ import annotations

import http.client
import json
import ssl
import threading
import time
from urllib.parse import urlsplit

import stripe

from simulator.desk import Desk
from simulator.store import Closed, Delivery

_TICK = 0.1
_AT_ONCE = 6


class Courier:
    """One thread decides, one short-lived thread per webhook sends; a lane has only one on its way."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._settings, self._store = desk, desk.settings, desk.store
        self._busy: set[str] = set()
        self._busy_lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        with self._store.transaction():
            self._store.wake_deliveries(time.time())
        self._thread.start()

    def stop(self) -> None:
        """A webhook still on its way is not waited for: unacknowledged, it is sent again at the next start."""
        self._stopping.set()
        self._desk.wake.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._desk.wake.wait(_TICK)
            self._desk.wake.clear()
            if self._anything_overdue():
                with self._desk.work():
                    pass  # opening the desk closes the sessions that ran out
            while not self._stopping.is_set() and (delivery := self._claim()):
                threading.Thread(target=self._send, args=(delivery,), daemon=True).start()

    def _anything_overdue(self) -> bool:
        with self._store.transaction():
            return bool(self._store.overdue(self._desk.now()))

    def _claim(self) -> Delivery | None:
        if not self._desk.switches.webhook_url:
            return None
        with self._busy_lock:
            busy = set(self._busy)
        if len(busy) >= _AT_ONCE:
            return None
        with self._store.transaction():
            delivery = self._store.next_due(time.time(), busy)
        if delivery:
            with self._busy_lock:
                self._busy.add(delivery.lane)
        return delivery

    def _send(self, delivery: Delivery) -> None:
        try:
            with self._store.transaction():
                event = self._store.find("event", delivery.event)
            error = self._post(json.dumps(event, indent=2)) if event else "no such event"
            self._settle(delivery, error)
        except Closed:
            return
        finally:
            with self._busy_lock:
                self._busy.discard(delivery.lane)
            self._desk.wake.set()

    def _settle(self, delivery: Delivery, error: str | None) -> None:
        tries = delivery.attempts + 1
        with self._store.transaction():
            if error is None:
                self._store.settle_delivery(delivery.id, state="delivered")
            elif tries >= self._settings.webhook_tries:
                self._store.settle_delivery(delivery.id, state="dead", error=error)
            else:
                pause = min(self._settings.retry_max, self._settings.retry_base * 2 ** min(tries - 1, 20))
                self._store.settle_delivery(delivery.id, state="pending", due=time.time() + pause, error=error)

    def _post(self, body: str) -> str | None:
        """The reason why it was not acknowledged; ``None`` when it was. A redirect is no acknowledgement."""
        switches = self._desk.switches
        secret = switches.webhook_secret.split(",")[0].strip()
        parts = urlsplit(switches.webhook_url)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (simulated)",
            # Signed at each attempt with the real time, which the receiver compares with its own.
            "Stripe-Signature": stripe.WebhookSignature.generate_signature_header(body, secret),
        }
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection = _connection(parts.scheme, parts.hostname or "", parts.port, self._settings.webhook_timeout)
        try:
            connection.request("POST", target, body.encode(), headers)
            response = connection.getresponse()
            response.read()
            return None if 200 <= response.status < 300 else f"HTTP {response.status}"
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
        finally:
            connection.close()


def _connection(scheme: str, host: str, port: int | None, timeout: float) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=timeout)
