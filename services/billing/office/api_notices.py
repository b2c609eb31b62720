"""Notices of what nobody agreed to owe yet, for programs: say that one was accepted."""

import uuid

from fastapi import APIRouter, Response

from billing.notices import actions as notices
from billing.notices.rules import NoticeAnswered
from billing.office.api import order_view
from billing.office.statement import queries
from billing.office.statement.schemas import OrderView
from billing.service import Here, Money
from kit import idempotency
from kit.errors import NotFound, refusals
from kit.idempotency import Key

router = APIRouter(tags=["orders"])


@router.post(
    "/api/orders/{order_id}/acceptance", response_model=OrderView, openapi_extra=refusals(NotFound, NoticeAnswered)
)
def accept_notice(order_id: uuid.UUID, here: Here, caller: Money, key: Key) -> Response:
    """The buyer agreed to owe what a notice asks for: it is invoiced."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> OrderView:
            notices.accept(session, order_id, caller.name, now)
            return order_view(here, queries.statement(session, order_id))

        return idempotency.once(session, key, now, act)
