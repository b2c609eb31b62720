"""What staff do about a notice: write down that its buyer agreed to owe it."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlmodel import Session

from billing.notices import actions as notices
from billing.office.pages import act_once
from billing.office.schemas import AcceptanceForm
from billing.office.view_sure import Act
from billing.service import Here, Money

router = APIRouter(include_in_schema=False)


@router.post("/staff/orders/{order_id}/acceptance")
def accept(
    request: Request, order_id: uuid.UUID, here: Here, caller: Money, form: Annotated[AcceptanceForm, Form()]
) -> Response:
    """It is invoiced."""

    def act(session: Session) -> None:
        notices.accept(session, order_id, caller.name, here.clock())

    address = f"{here.base}/staff/orders/{order_id}/acceptance"
    return act_once(request, here, caller, order_id, Act("acceptance", address, form.model_dump(), act))
