"""Stripe: the only module of the services that imports it, and only when it is first used (the import takes 0.6 s).

Every call is a network call: never make one while a transaction is open. Every call that changes something carries an
idempotency key derived from a committed row, so that a crash and a second try do it once.
"""

import json
import logging
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from billing.port import (
    Answered,
    EventSeen,
    PageRequest,
    Reading,
    RefundSeen,
    ReturnsSeen,
)
from billing.readings import (
    dispute_seen,
    event_seen,
    page_reading,
    refund_answer,
    refund_seen,
    session_params,
    signed_at,
)
from kit.clock import utc_now
from kit.errors import Busy, Refusal
from kit.settings import keys

if TYPE_CHECKING:
    import stripe

log = logging.getLogger("guichet.stripe")

TIMEOUT_SECONDS = 8.0
# Calls that may wait on Stripe at once: when it hangs, the other threads must go on serving pages.
AT_ONCE = 4
SIGNATURE_TOLERANCE_SECONDS = 300
# A page that is just being made for the same visit (a double click) is there in a moment: how long to wait for it.
PAUSES = (0.2, 0.4, 0.8, 1.6)
# The types that billing processes; others are not requested when events are read again.
EVENT_TYPES = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "charge.succeeded",
    "charge.failed",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.refund.updated",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
)


# What reading an answer or an event that is not shaped as Stripe shapes them may raise.
ODD = (AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError)


class StripeDown(Busy):
    """Stripe did not answer, or could not: nothing is known, try again later.

    `in_use`: the first call with this idempotency key has not ended.
    """

    def __init__(self, in_use: bool = False) -> None:
        super().__init__()
        self.in_use = in_use


class StripeRefused(Refusal):
    """Stripe understood and said no; `stripe_code` says why."""

    def __init__(self, stripe_code: str) -> None:
        super().__init__()
        self.stripe_code = stripe_code


class KeySpent(Refusal):
    """This idempotency key can bring nothing any more: its first answer was a failure that Stripe keeps repeating,
    or it belongs to another request. What it may have done must be looked for."""


class BadSignature(Refusal):
    """A webhook that Stripe did not sign, signed too long ago or in the future, or that is no event."""

    status = 400


class Gateway:
    """Stripe with one key. `base` points the very same code at the simulator."""

    def __init__(self, key: str, base: str, webhook_secret: str) -> None:
        self._key, self._base, self._secrets = key, base, keys(webhook_secret)
        self._room = threading.BoundedSemaphore(AT_ONCE)

    @cached_property
    def _client(self) -> "stripe.StripeClient":
        import requests
        import stripe

        session = requests.Session()
        session.max_redirects = 0  # Stripe's API sends nobody elsewhere: whoever does is not Stripe.
        return stripe.StripeClient(
            self._key,
            base_addresses={"api": self._base} if self._base else {},
            # The SDK's httpx client warns at every call.
            http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS, session=session),
            max_network_retries=0,  # Our jobs try again, with our keys.
        )

    def open_page(self, page: PageRequest) -> Reading:
        """Make the payment page, or get the one this key made before. Raises StripeDown, StripeRefused, KeySpent."""
        for pause in PAUSES:
            try:
                return self._make_page(page)
            except StripeDown as error:
                if not error.in_use:
                    raise
            time.sleep(pause)
        return self._make_page(page)

    def _make_page(self, page: PageRequest) -> Reading:
        params: Any = session_params(page)
        with self._calling():
            made = page_reading(self._client.v1.checkout.sessions.create(params, {"idempotency_key": page.key}))
        if not made.url.startswith("https://") and not self._may_be_plain(made.url):
            raise StripeDown()  # No browser is sent there: Stripe's pages are https, the simulator's may be http.
        return made

    def _may_be_plain(self, url: str) -> bool:
        return self._base.startswith("http://") and url.startswith("http://")

    def read_page(self, session_id: str) -> Reading:
        """Raises StripeDown, StripeRefused."""
        with self._calling():
            return page_reading(self._client.v1.checkout.sessions.retrieve(session_id, {"expand": ["payment_intent"]}))

    def end_page(self, session_id: str) -> Reading:
        """Expire a page, unless it was paid or has expired meanwhile; then what became of it."""
        try:
            with self._calling():
                self._client.v1.checkout.sessions.expire(session_id)
        except StripeRefused:
            pass  # It is not open any more: the reading tells what it is.
        return self.read_page(session_id)

    def refund(self, payment_intent: str, amount: int, refund_id: uuid.UUID, key: str) -> Answered:
        """Send money back to the card. Raises StripeDown, StripeRefused, KeySpent."""
        params: Any = {"payment_intent": payment_intent, "amount": amount, "metadata": {"refund_id": str(refund_id)}}
        with self._calling():
            return refund_answer(self._client.v1.refunds.create(params, {"idempotency_key": key}))

    def read_refund(self, stripe_refund: str) -> Answered:
        """Raises StripeDown, StripeRefused."""
        with self._calling():
            return refund_answer(self._client.v1.refunds.retrieve(stripe_refund))

    def refunds_of(self, payment_intent: str) -> list[RefundSeen]:
        """Every refund of a payment, ours or not, oldest first. Raises StripeDown, StripeRefused."""
        with self._calling():
            sent = self._client.v1.refunds.list({"payment_intent": payment_intent, "limit": 100}).auto_paging_iter()
            return [refund_seen(one) for one in sent][::-1]

    def returns_of(self, payment_intent: str) -> ReturnsSeen:
        """Every refund and every dispute of a payment. Raises StripeDown, StripeRefused."""
        refunds = self.refunds_of(payment_intent)
        with self._calling():
            contests = self._client.v1.disputes.list({"payment_intent": payment_intent, "limit": 100})
            return ReturnsSeen(refunds, [dispute_seen(one) for one in contests.auto_paging_iter()][::-1])

    def events(self, since: datetime) -> list[EventSeen]:
        """Every event we work on since a moment, oldest first. Raises StripeDown, StripeRefused."""
        params: Any = {"created": {"gte": int(since.timestamp())}, "types": list(EVENT_TYPES), "limit": 100}
        with self._calling():
            newest_first = self._client.v1.events.list(params).auto_paging_iter()
            return [event_seen(event.to_dict()) for event in newest_first][::-1]

    def verified(self, payload: bytes, signature: str) -> EventSeen:
        """The event a webhook tells of. Raises BadSignature, for what is no event too. Its age is judged by real time:
        Stripe's own code looks at old ones only."""
        import stripe

        for secret in self._secrets:
            try:
                stripe.WebhookSignature.verify_header(payload, signature, secret, SIGNATURE_TOLERANCE_SECONDS)
                if signed_at(signature) <= utc_now().timestamp() + SIGNATURE_TOLERANCE_SECONDS:
                    return event_seen(json.loads(payload))
            except (stripe.SignatureVerificationError, *ODD):
                continue
        raise BadSignature()

    @contextmanager
    def _calling(self) -> Iterator[None]:
        """Bounded in number, and with Stripe's errors as ours."""
        import stripe

        if not self._room.acquire(timeout=TIMEOUT_SECONDS):
            raise StripeDown()
        try:
            yield
        except stripe.StripeError as error:
            raise _ours(error) from error
        except ODD as error:
            # An answer that is none of Stripe's: a proxy's page, half of one, a word we do not know.
            log.error("Stripe answered what cannot be read", extra={"error": type(error).__name__})
            raise StripeDown() from error
        finally:
            self._room.release()


def _ours(error: "stripe.StripeError") -> Refusal:
    status = error.http_status or 0
    replayed = (error.headers or {}).get("idempotent-replayed") == "true"
    if (status >= 500 and replayed) or (status == 400 and type(error).__name__ == "IdempotencyError"):
        return KeySpent()
    # A wrong key or a missing right is for us to repair; meanwhile it must not look like a refusal of the payment.
    if status in (400, 402, 404):
        return StripeRefused(error.code or type(error).__name__)
    # The SDK tells no code with a 409; Stripe answers it for a key in use alone.
    return StripeDown(in_use=status == 409)
