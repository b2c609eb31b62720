"""What staff do about money that went back without this page: have Stripe read again, or write down what they paid."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlmodel import Session

from billing.checkout import flows_returns
from billing.office import view
from billing.office.pages import act_once, order_page
from billing.office.schemas import ReturnForm
from billing.office.view_sure import Act
from billing.payments.rules import reference_of
from billing.refunds import actions_hand
from billing.refunds.actions_hand import HandReturn
from billing.service import Here, Money
from kit import app
from kit.errors import Refusal

router = APIRouter(include_in_schema=False)


@router.post("/staff/orders/{order_id}/stripe-reading")
def read_stripe(request: Request, order_id: uuid.UUID, here: Here, caller: Money) -> Response:
    """Read at Stripe, now, all that it knows of an order. Twice changes nothing."""
    try:
        flows_returns.look_again(here, order_id)
    except Refusal as refusal:
        problems = {"": f"refusal.{refusal.code}"}
        return order_page(request, here, caller, order_id, refusal.status, problems=problems, failed="reading")
    return app.see(f"{here.base}/staff/orders/{order_id}?done=reading")


@router.post("/staff/orders/{order_id}/returns")
def book_return(
    request: Request, order_id: uuid.UUID, here: Here, caller: Money, form: Annotated[ReturnForm, Form()]
) -> Response:
    """Write down money that went back by hand."""

    def act(session: Session) -> None:
        amount = view.amount_of(form.return_amount)
        made = HandReturn(amount, form.return_how, reference_of(form.return_reference, "return_reference"), caller.name)
        actions_hand.book_return(session, order_id, made, here.clock())

    address = f"{here.base}/staff/orders/{order_id}/returns"
    return act_once(request, here, caller, order_id, Act("return", address, form.model_dump(), act, form.confirmed))
