"""Orders as JSON: for registration (place, read, close), for staff and integrators (list, record, credit, refund)."""

import logging
import uuid
from datetime import date, datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from billing.checkout import actions as checkout
from billing.checkout import flows as settlement
from billing.checkout import queries as checkouts
from billing.checkout.flows import pay_url
from billing.documents.flows import link
from billing.invoices.rules import InvoiceAwaited
from billing.notices.queries import notice_of
from billing.office import view_api as view
from billing.office.listing.queries import OrderFilter, listed
from billing.office.schemas import CardOffered, EventView, OrderList, PaidByHand, RecordPayment, RefundPart
from billing.office.statement import queries
from billing.office.statement import view as statements
from billing.office.statement.queries import Statement
from billing.office.statement.schemas import OrderView
from billing.orders.rules import NotFree, NothingToPay, OrderClosed, OrderDiffers, OrderNotBilled, TotalDiffers
from billing.payments import actions as payments
from billing.payments.rules import AlreadyPaid, Overpaid
from billing.refunds import actions as refunds
from billing.refunds import queries as refund_queries
from billing.refunds.rules import CreditTooLarge, RefundNotPayable, UnknownLine
from billing.service import BillingService, Here, Money, Staff
from kit import idempotency
from kit.auth import allow
from kit.contracts import CloseAnswer, CreditQuestion, CreditQuote, PlacedAnswer, PlaceOrder
from kit.db import new_id
from kit.errors import InvalidInput, NotFound, refusals
from kit.idempotency import Key

log = logging.getLogger("guichet.desk")
router = APIRouter(tags=["orders"])
Registration = allow("service:registration")


@router.get("/card", dependencies=[Registration])
def check_card(here: Here) -> CardOffered:
    """Whether a card can be taken."""
    return CardOffered(offered=here.gateway is not None)


@router.put(
    "/orders/{order_id}",
    dependencies=[Registration],
    openapi_extra=refusals(OrderDiffers, OrderClosed, TotalDiffers, NotFree, NothingToPay),
)
def place_order(order_id: uuid.UUID, message: PlaceOrder, here: Here) -> PlacedAnswer:
    """Place an order; the same again changes nothing. OrderDiffers, OrderClosed, TotalDiffers are 409."""
    if message.order_id != order_id:
        raise InvalidInput({"order_id": "order.other_id"})
    with here.db.write() as session:
        order = payments.accept(session, message, here.clock())
        sent = notice_of(session, order.id) if order.on_notice else None
    notice = sent.number if sent else ""
    return PlacedAnswer(
        order_id=order.id, status=order.status, total=order.total, pay_url=pay_url(here, order), notice=notice
    )


@router.get("/orders/{order_id}", dependencies=[Registration], openapi_extra=refusals(NotFound))
def read_placed_order(order_id: uuid.UUID, here: Here) -> OrderView:
    """The order and all that happened to it."""
    with here.db.read() as session:
        return order_view(here, queries.statement(session, order_id))


@router.post(
    "/orders/{order_id}/credit-quote",
    dependencies=[Registration],
    openapi_extra=refusals(NotFound, OrderNotBilled, OrderClosed, UnknownLine, CreditTooLarge, InvoiceAwaited),
)
def quote_credit(order_id: uuid.UUID, question: CreditQuestion, here: Here) -> CreditQuote:
    """What crediting these lines would come to now: a cancellation is shown before it is made."""
    with here.db.read() as session:
        return refund_queries.quote(session, order_id, question)


@router.post("/orders/{order_id}/close", dependencies=[Registration], openapi_extra=refusals(NotFound))
def close_order(order_id: uuid.UUID, here: Here) -> CloseAnswer:
    """The hold's end: no payment page opens any more; `void` frees the places, `unknown` keeps them."""
    return settlement.close(here, order_id)


@router.get("/api/orders")
def list_orders(
    here: Here,
    _caller: Staff,
    search: Annotated[str, Query(max_length=100)] = "",
    status: str = "",
    since: Annotated[date | None, Query(description="Only those placed on this day or later.")] = None,
    until: Annotated[date | None, Query(description="Only those placed on this day or before.")] = None,
    after: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
) -> OrderList:
    """Orders, newest first, by code, company, person or number of document; of the days from `since` to `until`."""
    with here.db.read() as session:
        page = listed(session, OrderFilter(search, status, since, until, after, before))
    rows = [view.row(each) for each in page.rows]
    return OrderList(orders=rows, previous=page.previous, next=page.next, total=page.total)


@router.get("/api/orders/{order_id}", openapi_extra=refusals(NotFound))
def read_order(order_id: uuid.UUID, here: Here, _caller: Staff) -> OrderView:
    """The order and all that happened to it."""
    with here.db.read() as session:
        return order_view(here, queries.statement(session, order_id))


@router.post(
    "/api/orders/{order_id}/payments",
    response_model=OrderView,
    openapi_extra=refusals(NotFound, OrderNotBilled, OrderClosed, AlreadyPaid, Overpaid),
)
def record_payment(order_id: uuid.UUID, body: RecordPayment, here: Here, caller: Staff, key: Key) -> Response:
    """Record a cheque or a transfer."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> OrderView:
            payments.record(
                session, order_id, body.method, body.amount, body.received_on, body.reference, caller.name, now
            )
            return order_view(here, queries.statement(session, order_id))

        answer = idempotency.once(session, key, now, act)
    settlement.follow(here, order_id)
    return answer


@router.post(
    "/api/orders/{order_id}/credits",
    response_model=OrderView,
    openapi_extra=refusals(NotFound, OrderNotBilled, OrderClosed, CreditTooLarge, InvoiceAwaited),
)
def credit_order(order_id: uuid.UUID, body: RefundPart, here: Here, caller: Money, key: Key) -> Response:
    """Credit a part of the order; what was paid above the new balance goes back."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> OrderView:
            refunds.credit_part(session, order_id, new_id(), body.amount, body.reason, caller.name, now)
            return order_view(here, queries.statement(session, order_id))

        answer = idempotency.once(session, key, now, act)
    settlement.follow(here, order_id)
    return answer


@router.post(
    "/api/refunds/{refund_id}/done", response_model=OrderView, openapi_extra=refusals(NotFound, RefundNotPayable)
)
def record_refund(refund_id: uuid.UUID, body: PaidByHand, here: Here, caller: Money, key: Key) -> Response:
    """A refund was paid by hand."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> OrderView:
            refund = refunds.mark_done(session, refund_id, body.how, body.reference, caller.name, now)
            return order_view(here, queries.statement(session, refund.order_id))

        return idempotency.once(session, key, now, act)


@router.get("/api/stripe-events")
def list_stripe_events(here: Here, _caller: Money) -> list[EventView]:
    """What Stripe told and nothing here explains, after some minutes of tries: somebody must look."""
    with here.db.read() as session:
        return _in_sight(session, here.clock())


@router.post(
    "/api/stripe-events/{incoming_id}/looked-at", response_model=list[EventView], openapi_extra=refusals(NotFound)
)
def look_at_stripe_event(incoming_id: uuid.UUID, here: Here, caller: Money, key: Key) -> Response:
    """Somebody looked into it at Stripe: it waits for nobody any more. What still does."""
    with here.db.write() as session:

        def act() -> list[EventView]:
            checkout.looked_at(session, incoming_id)
            return _in_sight(session, here.clock())

        answer = idempotency.once(session, key, here.clock(), act)
    log.info("event looked at", extra={"event": str(incoming_id), "by": caller.id})
    return answer


def _in_sight(session: Session, now: datetime) -> list[EventView]:
    return [view.event(incoming) for incoming in checkouts.in_sight(session, now)]


def order_view(here: BillingService, statement: Statement) -> OrderView:
    """The order for programs, with the addresses it is paid at and its documents are seen at."""
    return statements.order(statement, pay_url(here, statement.order), partial(link, here))
