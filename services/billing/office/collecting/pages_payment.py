"""One payment: what it paid, and what staff do when it came to nothing."""

import uuid
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from billing.collecting import actions_reversals
from billing.collecting import queries as collecting
from billing.collecting.actions_reversals import Undone
from billing.collecting.rules import COLLECTED, WhyReversed
from billing.office import view
from billing.office.collecting import queries
from billing.office.collecting.pages import move
from billing.office.collecting.schemas import ChequeForm, ReversalForm
from billing.office.collecting.view_forms import content, fee_label, problems_of
from billing.service import MONEY, BillingService, Here, Money, Staff
from kit import app
from kit.clock import local_day
from kit.contracts.callers import Caller
from kit.db import new_id
from kit.errors import Refusal
from kit.idempotency import RequestKey

router = APIRouter(include_in_schema=False)


@router.get("/staff/payments/{payment_id}")
def show(request: Request, payment_id: uuid.UUID, here: Here, caller: Staff) -> Response:
    """One payment and what became of it."""
    return payment_page(request, here, caller, payment_id)


@router.post("/staff/payments/{payment_id}/reversal")
def reverse(
    request: Request, payment_id: uuid.UUID, here: Here, caller: Money, form: Annotated[ReversalForm, Form()]
) -> Response:
    """« Chèque sans provision »."""

    def act(session: Session) -> None:
        undone, fee = Undone(WhyReversed.BOUNCED, form.day(), caller.name), form.charged()
        reversal = actions_reversals.reverse(session, payment_id, undone, here.clock())
        if fee:
            label = fee_label(here.pages.catalogue.say)
            actions_reversals.charge(session, reversal, fee, label, here.clock())

    return _moved(request, here, caller, payment_id, form, form.key, act, "reversal")


@router.post("/staff/payments/{payment_id}/correction")
def correct(
    request: Request, payment_id: uuid.UUID, here: Here, caller: Money, form: Annotated[ChequeForm, Form()]
) -> Response:
    """« Corriger une saisie »."""

    def act(session: Session) -> None:
        actions_reversals.correct(session, payment_id, form.cheque(caller.name), here.clock())

    return _moved(request, here, caller, payment_id, form, form.key, act, "correction")


def _moved(
    request: Request,
    here: BillingService,
    caller: Caller,
    payment_id: uuid.UUID,
    form: BaseModel,
    key: uuid.UUID,
    act: Callable[[Session], None],
    what: str,
) -> Response:
    with here.db.read() as session:
        order_id = collecting.payer_of(session, collecting.payment(session, payment_id)).order_id
    try:
        return move(here, order_id, RequestKey(f"form-{key}", content(form)), act, what)
    except Refusal as refusal:
        shown: dict[str, Any] = {"problems": problems_of(refusal), "failed": what, "fields": form.model_dump()}
        return payment_page(request, here, caller, payment_id, refusal.status, **shown)


def payment_page(
    request: Request, here: BillingService, caller: Caller, payment_id: uuid.UUID, status: int = 200, **context: Any
) -> Response:
    """The page of one payment; `context` adds to it, after a refusal."""
    with here.db.read() as session:
        paid = queries.paid(session, payment_id)
    shown: dict[str, Any] = {"problems": {}, "fields": {}, "failed": "", "paid": paid, "may_move": caller.may(*MONEY)}
    shown |= {"received_by": list(COLLECTED), "new_key": new_id, "plain_amount": view.shown}
    shown |= {"today": local_day(here.clock(), here.association().timezone)}
    language = app.language(request, caller.lang)
    return app.page(request, "collecting/payment.html", language, status, **(shown | context))
