"""The way to Stripe's page and back. Both addresses are links: their token is checked against the order."""

import logging
import uuid

from fastapi import APIRouter, Request, Response

from billing.checkout.flows import LINK, open_page, settle, way_back
from billing.gateway import StripeDown, StripeRefused
from billing.invoices.queries import invoice_of
from billing.orders.models import Order
from billing.orders.queries import order
from billing.orders.rules import OrderClosed, OrderStatus
from billing.payments.rules import AlreadyPaid
from billing.port import BelowCardMinimum, CardNotOffered
from billing.service import BillingService, Here
from kit import app
from kit.auth import allow, check_link
from kit.errors import Busy, NotFound, Refusal

log = logging.getLogger("guichet.checkout")
router = APIRouter(include_in_schema=False)


@router.get("/pay/{order_id}/{token}", dependencies=[allow("link")])
def pay(order_id: uuid.UUID, token: str, request: Request, here: Here) -> Response:
    """Go on to Stripe's page; or say calmly why not, with the way back."""
    placed = _linked(here, order_id, token)
    try:
        return app.see(open_page(here, order_id))
    except (AlreadyPaid, OrderClosed, CardNotOffered, BelowCardMinimum, StripeRefused, Busy) as error:
        return _explain(request, here, placed, error)


@router.get("/return/{order_id}/{token}", dependencies=[allow("link")])
def come_back(order_id: uuid.UUID, token: str, here: Here) -> Response:
    """Back from Stripe's page: settle, tell registration at once, and go on to where one came from, come what may."""
    placed = _linked(here, order_id, token)
    try:
        settle(here, order_id)
        here.postman.deliver(subject=order_id)
        with here.db.read() as session:
            received = order(session, order_id).status is OrderStatus.PAID
    except Refusal as error:
        # The webhook or the reconciler will settle it; the page one goes to says that it is being confirmed.
        log.warning("not settled on return", extra={"order_id": str(order_id), "error": error.code})
        received = True
    with here.db.read() as session:
        back = way_back(here, session, placed)
    return app.see(back + ("?payment=received" if received else ""))


def _linked(here: BillingService, order_id: uuid.UUID, token: str) -> Order:
    """The order of a link. An order that was never placed has no link: the same answer as a wrong token, NotFound."""
    with here.db.read() as session:
        placed = order(session, order_id)
    check_link(here.settings.signing_key, LINK, order_id, placed.version, token)
    if not placed.return_url:
        raise NotFound()
    return placed


def _explain(request: Request, here: BillingService, placed: Order, error: Refusal) -> Response:
    """Whatever is wrong between Stripe and us is one thing to the buyer: a pause, with the places kept."""
    if isinstance(error, Busy | StripeRefused):
        error = StripeDown()
    lang = app.language(request, placed.lang)
    with here.db.read() as session:
        invoice = None if placed.by_card else invoice_of(session, placed.id)
        shown = {"order": placed, "invoice": invoice, "back": way_back(here, session, placed)}
    answer = app.page(request, "checkout/refused.html", lang, error.status, reason=error.code, **shown)
    if error.retry_after:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer
