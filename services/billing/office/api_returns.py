"""Money that went back without us, for programs: have Stripe read again, or write down what was paid by hand."""

import uuid

from fastapi import APIRouter, Response

from billing.checkout import flows_returns
from billing.gateway import StripeDown, StripeRefused
from billing.office.api import order_view
from billing.office.schemas import ReturnMade
from billing.office.statement import queries
from billing.office.statement.schemas import OrderView
from billing.port import CardNotOffered
from billing.refunds import actions_hand
from billing.refunds.actions_hand import HandReturn
from billing.refunds.rules import MoreThanCame, ReturnTooLarge
from billing.service import Here, Money
from kit import idempotency
from kit.errors import NotFound, refusals
from kit.idempotency import Key

router = APIRouter(tags=["orders"])


@router.post(
    "/api/orders/{order_id}/stripe-reading",
    response_model=OrderView,
    openapi_extra=refusals(NotFound, CardNotOffered, MoreThanCame, StripeDown, StripeRefused),
)
def read_stripe(order_id: uuid.UUID, here: Here, _caller: Money, key: Key) -> Response:
    """Read at Stripe, now, all that it knows of an order: payments, refunds, disputes. Twice changes nothing."""
    flows_returns.look_again(here, order_id)
    with here.db.write() as session:

        def act() -> OrderView:
            return order_view(here, queries.statement(session, order_id))

        return idempotency.once(session, key, here.clock(), act)


@router.post(
    "/api/orders/{order_id}/returns", response_model=OrderView, openapi_extra=refusals(NotFound, ReturnTooLarge)
)
def book_return(order_id: uuid.UUID, body: ReturnMade, here: Here, caller: Money, key: Key) -> Response:
    """Write down money that went back by hand before anything here asked for it."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> OrderView:
            made = HandReturn(body.amount, body.how, body.reference, caller.name)
            actions_hand.book_return(session, order_id, made, now)
            return order_view(here, queries.statement(session, order_id))

        return idempotency.once(session, key, now, act)
