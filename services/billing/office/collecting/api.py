"""Companies' accounts for programs: what one owes, money that it sent, its credit, cheques that bounced."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response
from sqlmodel import Session

from billing.collecting import actions_credits, actions_reversals
from billing.collecting import queries as collecting
from billing.collecting.actions import collect
from billing.collecting.actions_reversals import Undone
from billing.collecting.rules import (
    AccountMoving,
    AlreadyReversed,
    Cheque,
    CreditTooSmall,
    EnteredBefore,
    InvoiceNotOpen,
    NoAccount,
    NotReversible,
    PaymentReturned,
    ResultDiffers,
    ReturnAnswered,
    Wanted,
    WhyReversed,
)
from billing.office.collecting import queries, view
from billing.office.collecting.schemas import (
    AccountView,
    CollectPayment,
    CorrectPayment,
    CreditReturned,
    ReturnCredit,
    ReversePayment,
    UseCredit,
)
from billing.office.collecting.view_forms import fee_label
from billing.service import BillingService, Here, Money, Staff
from kit import idempotency
from kit.errors import NotFound, refusals
from kit.idempotency import Key, RequestKey

router = APIRouter(tags=["accounts"])
OrderId = Annotated[uuid.UUID, Path(description="Id of an order of the account, whichever.")]
PaymentId = Annotated[uuid.UUID, Path(description="Id of the payment.")]
ReturnId = Annotated[uuid.UUID, Path(description="Id of the credit that is to be returned.")]
# What moves an account, and says what it is since.
Move = Callable[[Session, datetime], uuid.UUID]


def _moved(here: BillingService, key: RequestKey | None, move: Move) -> Response:
    """The account of the order that it answers, once for each key."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> AccountView:
            return view.account(queries.account(session, move(session, now)))

        return idempotency.once(session, key, now, act)


@router.get("/api/accounts/{order_id}", openapi_extra=refusals(NotFound))
def read_account(order_id: OrderId, here: Here, _caller: Staff) -> AccountView:
    """The account that an order is of: open invoices, credit, last payments."""
    with here.db.read() as session:
        return view.account(queries.account(session, order_id))


@router.post(
    "/api/accounts/{order_id}/payments",
    response_model=AccountView,
    openapi_extra=refusals(NotFound, InvoiceNotOpen, NoAccount, EnteredBefore, ResultDiffers, AccountMoving),
)
def collect_payment(order_id: OrderId, body: CollectPayment, here: Here, caller: Staff, key: Key) -> Response:
    """Write down money that a company sent: it settles invoices, the oldest first, and what is over is its credit."""

    def move(session: Session, now: datetime) -> uuid.UUID:
        cheque = Cheque(body.method, body.amount, body.received_on, body.reference.strip(), caller.name)
        wanted = Wanted(body.invoices, body.kept, body.again)
        collect(session, collecting.payer(session, order_id), cheque, wanted, now)
        return order_id

    return _moved(here, key, move)


@router.post(
    "/api/accounts/{order_id}/credit-uses",
    response_model=AccountView,
    openapi_extra=refusals(NotFound, InvoiceNotOpen, CreditTooSmall, AccountMoving),
)
def use_credit(order_id: OrderId, body: UseCredit, here: Here, caller: Money, key: Key) -> Response:
    """A part of the credit pays an invoice."""

    def move(session: Session, now: datetime) -> uuid.UUID:
        payer = collecting.payer(session, order_id)
        actions_credits.use(session, payer, body.invoice_id, body.amount, caller.name, now)
        return order_id

    return _moved(here, key, move)


@router.post(
    "/api/accounts/{order_id}/credit-returns",
    response_model=AccountView,
    openapi_extra=refusals(NotFound, CreditTooSmall, AccountMoving),
)
def return_credit(order_id: OrderId, body: ReturnCredit, here: Here, caller: Money, key: Key) -> Response:
    """A part of the credit is to be returned by hand."""

    def move(session: Session, now: datetime) -> uuid.UUID:
        actions_credits.give_back(session, collecting.payer(session, order_id), body.amount, caller.name, now)
        return order_id

    return _moved(here, key, move)


@router.post(
    "/api/credit-returns/{return_id}/done",
    response_model=AccountView,
    openapi_extra=refusals(NotFound, ReturnAnswered, AccountMoving),
)
def record_credit_return(return_id: ReturnId, body: CreditReturned, here: Here, caller: Money, key: Key) -> Response:
    """A credit was returned by hand."""

    def move(session: Session, now: datetime) -> uuid.UUID:
        done = actions_credits.given_back(session, return_id, body.how, body.reference.strip(), caller.name, now)
        return _account_of(session, done.payment_id)

    return _moved(here, key, move)


@router.post(
    "/api/payments/{payment_id}/reversal",
    response_model=AccountView,
    openapi_extra=refusals(NotFound, NotReversible, AlreadyReversed, PaymentReturned, AccountMoving),
)
def reverse_payment(payment_id: PaymentId, body: ReversePayment, here: Here, caller: Money, key: Key) -> Response:
    """A cheque bounced: what it paid is owed again, since the day that it was due."""

    def move(session: Session, now: datetime) -> uuid.UUID:
        undone = Undone(WhyReversed.BOUNCED, body.reversed_on, caller.name)
        reversal = actions_reversals.reverse(session, payment_id, undone, now)
        if body.fee:
            label = fee_label(here.pages.catalogue.say)
            actions_reversals.charge(session, reversal, body.fee, label, now)
        return _account_of(session, payment_id)

    return _moved(here, key, move)


@router.post(
    "/api/payments/{payment_id}/correction",
    response_model=AccountView,
    openapi_extra=refusals(NotFound, NotReversible, AlreadyReversed, PaymentReturned, NoAccount, AccountMoving),
)
def correct_payment(payment_id: PaymentId, body: CorrectPayment, here: Here, caller: Money, key: Key) -> Response:
    """A payment was typed wrong: it is reversed, and entered anew. Both are kept."""

    def move(session: Session, now: datetime) -> uuid.UUID:
        cheque = Cheque(body.method, body.amount, body.received_on, body.reference.strip(), caller.name)
        actions_reversals.correct(session, payment_id, cheque, now)
        return _account_of(session, payment_id)

    return _moved(here, key, move)


def _account_of(session: Session, payment_id: uuid.UUID) -> uuid.UUID:
    return collecting.payer_of(session, collecting.payment(session, payment_id)).order_id
