"""Asking Stripe, then applying its answer: the one `settle`, and what opens and ends payment pages.

The webhook's worker, the return page, the reconciler and the hold's end all call `settle`. The network is never called
while a transaction is open, and whatever is read is applied under the order's lock, forward only: their order and their
number do not matter.
"""

import logging
import uuid
from typing import Any

from sqlmodel import Session

from billing.checkout import actions, queries
from billing.checkout.models import Checkout
from billing.checkout.rules import CheckoutStatus, asked
from billing.documents.flows import link as paper_link
from billing.documents.queries import Standing
from billing.documents.rules import PaperKind
from billing.gateway import KeySpent, StripeDown, StripeRefused
from billing.invoices.models import Invoice
from billing.invoices.queries import invoice_and_orders, invoice_of
from billing.invoices.rules import owed_of
from billing.orders.actions import begin_close
from billing.orders.models import Order
from billing.orders.queries import buyer_of, lines_of, order
from billing.orders.rules import OrderStatus
from billing.port import CardNotOffered, PageLine, PageRequest, Reading
from billing.service import BillingService
from kit.auth import link_token
from kit.contracts import LEAST_BY_CARD, CloseAnswer
from kit.errors import Busy
from kit.money import rates_on
from kit.text import percent

log = logging.getLogger("guichet.checkout")
LINK = "pay"


def link(here: BillingService, page: str, order: Order) -> str:
    """Billing's own address for an order's payment (`pay`) or its way back (`return`)."""
    token = link_token(here.settings.signing_key, LINK, order.id, order.version)
    return f"{here.public_url}/{page}/{order.id}/{token}"


def pay_url(here: BillingService, order: Order) -> str:
    """Where the buyer goes to pay by card, an invoice too; empty when nothing waits for it or none can be taken."""
    waits = order.status is OrderStatus.OPEN and order.by_card and not order.closing
    return link(here, "pay", order) if here.gateway and (waits or order.status is OrderStatus.INVOICED) else ""


def invoice_pay_url(here: BillingService, standing: Standing) -> str:
    """Where what is left of an invoice is paid by card; empty when it cannot."""
    return link(here, "pay", standing.first) if here.gateway and standing.owed >= LEAST_BY_CARD else ""


def way_back(here: BillingService, session: Session, order: Order) -> str:
    """Where whoever pays an order goes back to: the page of its invoice, or the page of what is paid by card at once.
    Whoever was sent an invoice is not led to the page that changes what it is for."""
    invoice = None if order.by_card else invoice_of(session, order.id)
    return paper_page(here, session, invoice) if invoice else order.return_url


def paper_page(here: BillingService, session: Session, invoice: Invoice) -> str:
    """The page of an invoice; its link ends when those of its first order do."""
    return paper_link(here, PaperKind.INVOICE, invoice.id, order(session, invoice.order_id).version)


def open_page(here: BillingService, order_id: uuid.UUID) -> str:
    """The address of Stripe's page for this order, or for the invoice it is on: the one that is open, or a new one.

    Raises NotFound, AlreadyPaid, OrderClosed, CardNotOffered, BelowCardMinimum, StripeDown.
    """
    stripe = here.stripe
    settle(here, order_id)  # A payment whose webhook was lost must not be requested twice.
    with here.db.write() as session:
        checkout = actions.visit(session, order_id, here.clock())
    if checkout.status is CheckoutStatus.OPEN:
        return checkout.url
    try:
        reading = stripe.open_page(_page(here, checkout))
    except (KeySpent, StripeRefused) as error:
        log.error("payment page refused", extra={"order_id": str(order_id), "error": str(error)})
        with here.db.write() as session:
            actions.abandoned(session, checkout.id)
        raise StripeDown() from error
    with here.db.write() as session:
        checkout = actions.opened(session, checkout.id, reading)
    if checkout.status is not CheckoutStatus.OPEN:
        raise StripeDown()  # It took so long that the visit was given up: the next one gets a page of its own.
    return checkout.url


def _page(here: BillingService, checkout: Checkout) -> PageRequest:
    with here.db.read() as session:
        placed = order(session, checkout.order_id)
        invoice = invoice_of(session, placed.id)
        lines = [_balance(here, checkout, placed, invoice)] if invoice else _lines(here, session, placed)
        buyer = buyer_of(session, placed.id)
        back = way_back(here, session, placed)
    return PageRequest(
        key=checkout.key,
        order_id=placed.id,
        lang=placed.lang,
        email=buyer.email,
        lines=lines,
        expires_at=checkout.expires_at,
        success_url=link(here, "return", placed),
        cancel_url=back,
    )


def _balance(here: BillingService, checkout: Checkout, placed: Order, invoice: Invoice) -> PageLine:
    """An invoice is paid by what is left of it, which no lines add up to any more."""
    name = here.pages.catalogue.say(placed.lang, "checkout.balance", number=invoice.number)
    return PageLine(name, asked(checkout.amount, placed.total), 1)


def _lines(here: BillingService, session: Session, placed: Order) -> list[PageLine]:
    """The lines of an order, then its taxes."""
    lines = [
        PageLine(line.label.in_(placed.lang), line.unit_amount, line.quantity) for line in lines_of(session, placed.id)
    ]
    rates, say = rates_on(placed.ordered_on), here.pages.catalogue.say
    for key, tax, rate in (("checkout.tps", placed.tps, rates.tps), ("checkout.tvq", placed.tvq, rates.tvq)):
        if tax:
            lines.append(PageLine(say(placed.lang, key, rate=percent(rate, placed.lang)), tax, 1))
    return lines


def settle(here: BillingService, order_id: uuid.UUID) -> OrderStatus:
    """Bring an order, and those of its invoice, to what Stripe says of them; its status. A page that asks something
    else than what is owed by now, after a cheque or a credit note, is ended.

    Raises NotFound, StripeDown, StripeRefused.
    """
    with here.db.read() as session:
        placed = order(session, order_id)
        owing = invoice_and_orders(session, order_id)[1] or [placed]
        status, owed, first = placed.status, owed_of(owing), owing[0]
        waiting = queries.unfinished(session, first.id)
    if not waiting:
        return status
    readings = {
        visit.id: _read(here, visit.session_id, asked(visit.amount, first.total) == owed)
        for visit in waiting
        if visit.session_id
    }
    return _apply(here, order_id, readings)


def _read(here: BillingService, session_id: str, asks_right: bool) -> Reading:
    return here.stripe.read_page(session_id) if asks_right else here.stripe.end_page(session_id)


def follow(here: BillingService, order_id: uuid.UUID) -> None:
    """What an order owes has changed, other than by card: a payment page that is open ends now if it can, or when the
    reconciler next looks; what is paid on it meanwhile goes back."""
    try:
        settle(here, order_id)
    except (Busy, StripeRefused, CardNotOffered) as error:
        log.warning("page not ended yet", extra={"order_id": str(order_id), "error": error.code})


def _apply(here: BillingService, order_id: uuid.UUID, readings: dict[uuid.UUID, Reading]) -> OrderStatus:
    with here.db.write() as session:
        return actions.apply(session, order_id, readings, here.clock()).status


def close(here: BillingService, order_id: uuid.UUID) -> CloseAnswer:
    """The hold's end (design.md §4.3): no page opens any more, those that are open end, and what became of them counts.

    `void` frees the places. `paid` means that the order stands (an accepted invoice too). Any doubt is `unknown`.
    """
    with here.db.write() as session:
        status = begin_close(session, order_id, here.clock()).status
        waiting = queries.unfinished(session, order_id)
    try:
        readings = {visit.id: here.stripe.end_page(visit.session_id) for visit in waiting if visit.session_id}
        if waiting:
            _apply(here, order_id, readings)
        with here.db.write() as session:
            status = actions.end(session, order_id, here.clock())
    except (Busy, StripeRefused, CardNotOffered) as error:
        log.warning("order not closed yet", extra={"order_id": str(order_id), "error": error.code})
        return CloseAnswer(order_id=order_id, state="unknown")
    return CloseAnswer(order_id=order_id, state=_STATES[status])


_STATES: dict[OrderStatus, Any] = {
    OrderStatus.OPEN: "unknown",
    OrderStatus.INVOICED: "paid",
    OrderStatus.PAID: "paid",
    OrderStatus.VOID: "void",
}
