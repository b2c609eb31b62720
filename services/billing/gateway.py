"""Stripe: the only module of the services that imports it, and only when it is first used (the import takes 0.6 s).

Every call is a network call: never make one while a transaction is open. Every call that changes something carries an
idempotency key derived from a committed row, so that a crash and a second try do it once.
"""

import json
import re
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from billing.port import Answered, EventSeen, Outcome, PageRequest, PageStatus, Reading, RefundSeen
from kit.errors import Busy, Refusal
from kit.settings import keys

if TYPE_CHECKING:
    import stripe

TIMEOUT_SECONDS = 8.0
# Calls that may wait on Stripe at once: when it hangs, the other threads must go on serving pages.
AT_ONCE = 4
SIGNATURE_TOLERANCE_SECONDS = 300
# A page that is just being made for the same visit (a double click) is there in a moment: how long to wait for it.
PAUSES = (0.2, 0.4, 0.8, 1.6)
# What Stripe takes for an address; it refuses the whole page for one that it cannot write to.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}"
)
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
)
_OUTCOMES = {"succeeded": Outcome.SUCCEEDED, "failed": Outcome.FAILED, "canceled": Outcome.FAILED}


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
    """A webhook that Stripe did not sign, or signed too long ago."""

    status = 400


class Gateway:
    """Stripe with one key. `base` points the very same code at the simulator."""

    def __init__(self, key: str, base: str, webhook_secret: str) -> None:
        self._key, self._base, self._secrets = key, base, keys(webhook_secret)
        self._room = threading.BoundedSemaphore(AT_ONCE)

    @cached_property
    def _client(self) -> "stripe.StripeClient":
        import stripe

        return stripe.StripeClient(
            self._key,
            base_addresses={"api": self._base} if self._base else {},
            # One connection per thread; it closes with its thread. (The SDK's httpx client warns at every call.)
            http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
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
            return _reading(self._client.v1.checkout.sessions.create(params, {"idempotency_key": page.key}))

    def read_page(self, session_id: str) -> Reading:
        """Raises StripeDown, StripeRefused."""
        with self._calling():
            return _reading(self._client.v1.checkout.sessions.retrieve(session_id, {"expand": ["payment_intent"]}))

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
            return _answered(self._client.v1.refunds.create(params, {"idempotency_key": key}))

    def read_refund(self, stripe_refund: str) -> Answered:
        """Raises StripeDown, StripeRefused."""
        with self._calling():
            return _answered(self._client.v1.refunds.retrieve(stripe_refund))

    def refunds_of(self, payment_intent: str) -> list[RefundSeen]:
        """Every refund of a payment, ours or not, oldest first. Raises StripeDown, StripeRefused."""
        with self._calling():
            sent = self._client.v1.refunds.list({"payment_intent": payment_intent, "limit": 100}).auto_paging_iter()
            return [_refund_seen(one) for one in sent][::-1]

    def events(self, since: datetime) -> list[EventSeen]:
        """Every event we work on since a moment, oldest first. Raises StripeDown, StripeRefused."""
        params: Any = {"created": {"gte": int(since.timestamp())}, "types": list(EVENT_TYPES), "limit": 100}
        with self._calling():
            newest_first = [_seen(event.to_dict()) for event in self._client.v1.events.list(params).auto_paging_iter()]
        return newest_first[::-1]

    def verified(self, payload: bytes, signature: str) -> EventSeen:
        """The event a webhook tells of. Raises BadSignature. Its age is judged by Stripe's own code and real time."""
        import stripe

        for secret in self._secrets:
            try:
                stripe.WebhookSignature.verify_header(payload, signature, secret, SIGNATURE_TOLERANCE_SECONDS)
                return _seen(json.loads(payload))
            except (stripe.SignatureVerificationError, UnicodeDecodeError):
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


def session_params(page: PageRequest) -> dict[str, Any]:
    """What we ask Stripe to show: our lines, then TPS and TVQ as lines of their own, so that its total is ours."""
    metadata = {"order_id": str(page.order_id)}

    def item(name: str, unit_amount: int, quantity: int) -> dict[str, Any]:
        price = {"currency": "cad", "unit_amount": unit_amount, "product_data": {"name": name[:250]}}
        return {"price_data": price, "quantity": quantity}

    # Whoever signs up at the door may give no address, or one that Stripe does not take: its page then asks for it.
    known = {"customer_email": page.email} if _ADDRESS.fullmatch(page.email) else {}
    return {
        **known,
        "mode": "payment",
        # What the account's dashboard offers beside must not come in: a bank debit is decided days after the hold
        # ended, and a price in the visitor's own currency is not the one we showed.
        "allowed_payment_method_types": ["card"],
        "adaptive_pricing": {"enabled": False},
        "line_items": [item(line.name, line.unit_amount, line.quantity) for line in page.lines],
        "locale": "fr-CA" if page.lang == "fr" else "en",
        "client_reference_id": str(page.order_id),
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "expires_at": int(page.expires_at.timestamp()),
        "success_url": page.success_url,
        "cancel_url": page.cancel_url,
    }


def _reading(session: Any) -> Reading:
    intent = session.payment_intent
    expanded = intent is not None and not isinstance(intent, str)
    return Reading(
        session_id=session.id,
        status=PageStatus(session.status),
        url=session.url or "",
        order_id=session.client_reference_id or "",
        paid=session.payment_status == "paid" and expanded and intent.status == "succeeded",
        amount=session.amount_total or 0,
        received=intent.amount_received if expanded else 0,
        currency=session.currency or "",
        payment_intent=intent.id if expanded else intent,
    )


def _answered(refund: Any) -> Answered:
    return Answered(
        outcome=_OUTCOMES.get(refund.status or "", Outcome.PENDING),
        stripe_refund=refund.id,
        error=getattr(refund, "failure_reason", None) or "",
    )


def _refund_seen(refund: Any) -> RefundSeen:
    answer = _answered(refund)
    refund_id = _uuid(_metadata(refund).get("refund_id"))
    return RefundSeen(refund.id, answer.outcome, refund.amount, refund_id, answer.error)


def _metadata(thing: Any) -> dict[str, Any]:
    return thing.to_dict().get("metadata") or {}


def _seen(event: dict[str, Any]) -> EventSeen:
    thing = event["data"]["object"]
    metadata = thing.get("metadata") or {}
    intent = thing["id"] if thing.get("object") == "payment_intent" else thing.get("payment_intent")
    return EventSeen(
        id=event["id"],
        type=event["type"],
        created=datetime.fromtimestamp(event["created"], UTC),
        object_id=thing.get("id") or "",  # A balance has none.
        order_id=_uuid(metadata.get("order_id") or thing.get("client_reference_id")),
        refund_id=_uuid(metadata.get("refund_id")),
        payment_intent=intent if isinstance(intent, str) else None,
        account=event.get("account"),
    )


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None
