"""« Encaisser »: staff write down what a company sent, see what it does before it is done, and work on its credit."""

import uuid
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from sqlmodel import Session

from billing.collecting import actions_credits
from billing.collecting import queries as collecting
from billing.collecting.actions import collect, lock_account, planned
from billing.collecting.rules import COLLECTED, EnteredBefore, ResultDiffers, Wanted
from billing.office import view
from billing.office.collecting import queries
from billing.office.collecting.schemas import CollectForm, CreditReturnedForm, CreditReturnForm, CreditUseForm
from billing.office.collecting.view_forms import content, problems_of
from billing.payments.rules import reference_of
from billing.service import MONEY, BillingService, Here, Money, Staff
from kit import app, idempotency
from kit.clock import local_day
from kit.contracts import PaidBack
from kit.contracts.callers import Caller
from kit.db import new_id
from kit.errors import Refusal
from kit.idempotency import RequestKey

router = APIRouter(include_in_schema=False)


@router.get("/staff/payments/new")
def show(request: Request, here: Here, caller: Staff, order: uuid.UUID | None = None, done: str = "") -> Response:
    """Whose money it is, by one of its orders; without, what to look for it by."""
    if order is None:
        return app.page(request, "collecting/find.html", app.language(request, caller.lang), **_none())
    return account_page(request, here, caller, order, done=done)


@router.post("/staff/payments/found")
def find(request: Request, here: Here, caller: Staff, search: Annotated[str, Form(max_length=100)] = "") -> Response:
    """The accounts of a company, or of a number of invoice. They may name people, so that they are in no address."""
    with here.db.read() as session:
        rows = queries.found(session, search)
    context = _none() | {"search": search, "rows": rows, "looked": bool(search.strip())}
    return app.page(request, "collecting/find.html", app.language(request, caller.lang), **context)


def _none() -> dict[str, Any]:
    return {"search": "", "rows": [], "looked": False}


@router.post("/staff/payments/new")
def record(request: Request, here: Here, caller: Staff, form: Annotated[CollectForm, Form()]) -> Response:
    """Say what the payment would settle and what is over; then, confirmed, write it down, once for each form."""

    def act(session: Session) -> None:
        wanted = Wanted(form.invoices, form.kept, form.again)
        collect(session, collecting.payer(session, form.order), form.cheque(caller.name), wanted, here.clock())

    shown: dict[str, Any] = {"fields": form.model_dump(), "failed": "payment"}
    try:
        if not form.confirmed:
            return account_page(request, here, caller, form.order, **shown, plan=_planned(here, caller, form))
        return move(here, form.order, RequestKey(f"form-{form.key}", content(form)), act, "payment")
    except (EnteredBefore, ResultDiffers):
        # Somebody was faster: what it would do now is shown anew, with the one before.
        return account_page(request, here, caller, form.order, 409, **shown, plan=_planned(here, caller, form))
    except Refusal as refusal:
        shown |= {"problems": problems_of(refusal)}
        return account_page(request, here, caller, form.order, refusal.status, **shown)


def _planned(here: BillingService, caller: Caller, form: CollectForm) -> Any:
    with here.db.read() as session:
        payer = collecting.payer(session, form.order)
        return planned(session, payer, form.cheque(caller.name), Wanted(form.invoices), here.clock())


@router.post("/staff/credits/uses")
def use_credit(request: Request, here: Here, caller: Money, form: Annotated[CreditUseForm, Form()]) -> Response:
    """A part of the credit pays an invoice."""

    def act(session: Session) -> None:
        amount, payer = view.amount_of(form.use_amount, "use_amount"), collecting.payer(session, form.order)
        actions_credits.use(session, payer, form.invoice, amount, caller.name, here.clock())

    return _moved(request, here, caller, form, act, "use")


@router.post("/staff/credits/returns")
def return_credit(request: Request, here: Here, caller: Money, form: Annotated[CreditReturnForm, Form()]) -> Response:
    """A part of the credit is to go back by hand."""

    def act(session: Session) -> None:
        amount, payer = view.amount_of(form.return_amount, "return_amount"), collecting.payer(session, form.order)
        actions_credits.give_back(session, payer, amount, caller.name, here.clock())

    return _moved(request, here, caller, form, act, "return")


@router.post("/staff/credits/returns/{return_id}/done")
def credit_returned(
    request: Request, return_id: uuid.UUID, here: Here, caller: Money, form: Annotated[CreditReturnedForm, Form()]
) -> Response:
    """It went back."""
    with here.db.read() as session:
        order_id = collecting.payer_of_return(session, return_id).order_id

    def act(session: Session) -> None:
        reference = reference_of(form.return_reference, "return_reference")
        actions_credits.given_back(session, return_id, form.how, reference, caller.name, here.clock())

    key = RequestKey(f"form-{form.key}", content(form))
    try:
        return move(here, order_id, key, act, "returned")
    except Refusal as refusal:
        shown: dict[str, Any] = {"problems": problems_of(refusal), "failed": "returned", "fields": form.model_dump()}
        return account_page(request, here, caller, order_id, refusal.status, **shown)


def _moved(
    request: Request,
    here: BillingService,
    caller: Caller,
    form: CreditUseForm | CreditReturnForm,
    act: Callable[[Session], None],
    what: str,
) -> Response:
    try:
        return move(here, form.order, RequestKey(f"form-{form.key}", content(form)), act, what)
    except Refusal as refusal:
        problems = {f"{what}_amount" if name == "amount" else name: key for name, key in problems_of(refusal).items()}
        shown: dict[str, Any] = {"problems": problems, "failed": what, "fields": form.model_dump()}
        return account_page(request, here, caller, form.order, refusal.status, **shown)


def move(
    here: BillingService, order_id: uuid.UUID, key: RequestKey, act: Callable[[Session], None], what: str
) -> Response:
    """Do it once, and show the account. Raises what the act refuses."""
    with here.db.write() as session:
        lock_account(session, collecting.payer(session, order_id))  # A double click waits here for the first.
        idempotency.once(session, key, here.clock(), lambda: act(session))
    return app.see(f"{here.base}/staff/payments/new?order={order_id}&done={what}")


def account_page(
    request: Request, here: BillingService, caller: Caller, order_id: uuid.UUID, status: int = 200, **context: Any
) -> Response:
    """The page of one account; `context` adds to it, after a refusal or before it is confirmed."""
    with here.db.read() as session:
        account = queries.account(session, order_id)
    shown: dict[str, Any] = {"problems": {}, "fields": {}, "failed": "", "done": "", "plan": None}
    shown |= {"account": account, "order_id": order_id, "may_move": caller.may(*MONEY)}
    shown |= {"received_by": list(COLLECTED), "paid_back_by": list(PaidBack), "new_key": new_id}
    shown |= {"plain_amount": view.shown, "today": local_day(here.clock(), here.association().timezone)}
    language = app.language(request, caller.lang)
    return app.page(request, "collecting/account.html", language, status, **(shown | context))
