"""Staff pages of orders: the list to work from, one order with every cent explained, and what staff do to it."""

import hashlib
import logging
import uuid
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from sqlmodel import Session

from billing.checkout import actions as checkout
from billing.checkout import flows as settlement
from billing.checkout import queries as checkouts
from billing.collecting.queries import credits_to_return
from billing.documents.flows import link
from billing.invoices import actions as invoices
from billing.office import view as rules
from billing.office.listing import queries as orders_list
from billing.office.listing.queries import OrderFilter
from billing.office.schemas import CreditForm, PaidByHandForm, PaymentForm
from billing.office.statement import queries
from billing.office.statement.view import papers
from billing.office.view_sure import Act, Sure, sure_of
from billing.orders.rules import Balance, together
from billing.payments import actions as payments
from billing.payments.rules import BY_HAND, reason_of, reference_of
from billing.refunds import actions as refunds
from billing.refunds.models import Refund
from billing.refunds.queries import quote_amount, refund
from billing.refunds.rules import NOT_NEEDED
from billing.service import MONEY, BillingService, Here, Money, Staff
from kit import app, idempotency, lookup
from kit.clock import local_day
from kit.contracts import CreditQuote, PaidBack
from kit.contracts.callers import Caller
from kit.contracts.texts import day as day_of
from kit.db import new_id
from kit.errors import InvalidInput, Refusal
from kit.paging import ListAddress
from kit.undelivered import undelivered

log = logging.getLogger("guichet.desk")
router = APIRouter(include_in_schema=False)
STATUS_KINDS = {"open": "warn", "invoiced": "accent", "paid": "good", "void": "quiet"}
# Where a refusal of an action is shown in its form, when the form calls it otherwise.
_FIELDS = {("credit", "amount"): "credit_amount", ("credit", "reason"): "credit_reason"}
_FIELDS |= {("return", "amount"): "return_amount"}
REFUND_KINDS = {"requested": "warn", "succeeded": "good", "to_pay_by_hand": "warn", "done": "good"}
DISPUTE_KINDS = {"needs_response": "bad", "under_review": "warn", "won": "good", "lost": "quiet"}
NOTICE_KINDS = {"sent": "warn", "accepted": "accent", "paid": "good", "discarded": "quiet"}
REFUND_KINDS |= {"failed": "bad", NOT_NEEDED: "quiet"}


@router.get("/staff/orders")
def show_list(
    request: Request,
    here: Here,
    caller: Staff,
    status: str = "",
    since: str = "",
    until: str = "",
    after: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
) -> Response:
    """Orders, newest first. A status or a day that does not exist shows them all."""
    search, days = lookup.words_of(request), {"since": day_of(since), "until": day_of(until)}
    with here.db.read() as session:
        page = orders_list.listed(session, OrderFilter(search, status, **days, after=after, before=before))
        counts = orders_list.counts(session)
        given_up = checkouts.in_sight(session, here.clock()) if caller.may(*MONEY) else []
        unsent = undelivered(session)
        to_return = credits_to_return(session) if status == orders_list.REFUNDS else []
    filters = {"status": status, **days, "find": request.query_params.get("find", "") if search else ""}
    context: dict[str, Any] = {"page": page, "counts": counts, "search": search, "wanted": status, "unsent": unsent}
    context |= {"to_return": to_return}
    context |= days
    context |= {"given_up": given_up, "about": rules.about, "kinds": STATUS_KINDS, "notice_kinds": NOTICE_KINDS}
    context |= {"link": ListAddress(f"{here.base}/staff/orders", filters), **_calendar(here)}
    context |= {"export_link": ListAddress(f"{here.base}/staff/orders/export", filters)}
    return app.page(request, "office/orders.html", app.language(request, caller.lang), **context)


@router.post("/staff/orders")
def find(
    request: Request,
    here: Here,
    _caller: Staff,
    search: Annotated[str, Form(max_length=100)] = "",
    status: Annotated[str, Form(max_length=20)] = "",
    since: Annotated[str, Form(max_length=20)] = "",
    until: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """The list narrowed, with the words in no address."""
    filters = {"status": status, "since": day_of(since), "until": day_of(until)}
    return lookup.look_for(request, ListAddress(f"{here.base}/staff/orders", filters)(), search)


@router.post("/staff/stripe-events/{incoming_id}/looked-at")
def look_at(incoming_id: uuid.UUID, here: Here, caller: Money) -> Response:
    """What no order explains was looked into at Stripe; who did is in the log."""
    with here.db.write() as session:
        checkout.looked_at(session, incoming_id)
    log.info("event looked at", extra={"event": str(incoming_id), "by": caller.id})
    return app.see(f"{here.base}/staff/orders")


@router.get("/staff/orders/{order_id}")
def show(request: Request, order_id: uuid.UUID, here: Here, caller: Staff, done: str = "") -> Response:
    """One order and all that happened to it."""
    return order_page(request, here, caller, order_id, done=done)


@router.post("/staff/orders/{order_id}/payments")
def record(
    request: Request, order_id: uuid.UUID, here: Here, caller: Staff, form: Annotated[PaymentForm, Form()]
) -> Response:
    """Record a cheque or a transfer."""

    def act(session: Session) -> None:
        amount = rules.amount_of(form.amount)
        received_on = form.day()
        payments.record(
            session,
            order_id,
            form.method,
            amount,
            received_on,
            reference_of(form.reference),
            caller.name,
            here.clock(),
        )

    address = f"{here.base}/staff/orders/{order_id}/payments"
    return act_once(request, here, caller, order_id, Act("payment", address, form.model_dump(), act, form.confirmed))


@router.post("/staff/orders/{order_id}/credits")
def credit(
    request: Request, order_id: uuid.UUID, here: Here, caller: Money, form: Annotated[CreditForm, Form()]
) -> Response:
    """Say what a credit of a part would do, then, confirmed, do it. The form's key is the amendment's id."""
    if not form.confirmed and (quote := _quote(here, order_id, form)):
        return order_page(request, here, caller, order_id, asked=quote, fields=form.model_dump())

    def act(session: Session) -> None:
        amount, reason = rules.amount_of(form.credit_amount), reason_of(form.credit_reason)
        refunds.credit_part(session, order_id, form.key, amount, reason, caller.name, here.clock())

    address = f"{here.base}/staff/orders/{order_id}/credits"
    return act_once(request, here, caller, order_id, Act("credit", address, form.model_dump(), act))


def _quote(here: BillingService, order_id: uuid.UUID, form: CreditForm) -> CreditQuote | None:
    """What the form asks for; None when it cannot be done, which the act itself then says beside the field."""
    try:
        amount, _ = rules.amount_of(form.credit_amount), reason_of(form.credit_reason)
        with here.db.read() as session:
            return quote_amount(session, order_id, amount)
    except Refusal:
        return None


@router.post("/staff/refunds/{refund_id}/done")
def paid_by_hand(
    request: Request, refund_id: uuid.UUID, here: Here, caller: Money, form: Annotated[PaidByHandForm, Form()]
) -> Response:
    """A refund was paid by hand."""
    with here.db.read() as session:
        order_id = refund(session, refund_id).order_id

    def act(session: Session) -> None:
        reference = reference_of(form.refund_reference, "refund_reference")
        refunds.mark_done(session, refund_id, form.how, reference, caller.name, here.clock())

    address = f"{here.base}/staff/refunds/{refund_id}/done"
    return act_once(request, here, caller, order_id, Act("refund", address, form.model_dump(), act, form.confirmed))


def act_once(request: Request, here: BillingService, caller: Caller, order_id: uuid.UUID, act: Act) -> Response:
    """Say what it would do, then, confirmed, do it once for each form shown, and show the order; a refusal comes back
    beside its field in the form as sent."""
    key = idempotency.RequestKey(f"form-{act.fields['key']}", _content(act))
    try:
        if not act.confirmed:
            return order_page(request, here, caller, order_id, sure=_tried(here, order_id, act))
        with here.db.write() as session:
            invoices.locked_together(session, order_id)  # A double click waits here for the first: both show one act.
            idempotency.once(session, key, here.clock(), lambda: act.do(session))
        settlement.follow(here, order_id)
    except Refusal as refusal:
        problems = refusal.problems if isinstance(refusal, InvalidInput) else {}
        problems = problems or {refusal.field or "": f"refusal.{refusal.code}"}
        named = {_FIELDS.get((act.what, name), name): key for name, key in problems.items()}
        context: dict[str, Any] = {"problems": named, "fields": act.fields, "failed": act.what}
        return order_page(request, here, caller, order_id, refusal.status, **context)
    return app.see(f"{here.base}/staff/orders/{order_id}?done={act.what}")


def _content(act: Act) -> str:
    return hashlib.sha256(repr(sorted(act.kept.items())).encode()).hexdigest()


def _tried(here: BillingService, order_id: uuid.UUID, act: Act) -> Sure:
    """What it would do: it is done, its sums are read, and all of it is taken back. Raises what the act refuses."""
    with here.db.write() as session:
        before = _balance(session, order_id, act)
        with session.begin_nested() as trial:
            act.do(session)
            session.flush()
            after = _balance(session, order_id, act)
            trial.rollback()
    return sure_of(act, before, after)


def _balance(session: Session, order_id: uuid.UUID, act: Act) -> Balance:
    """The sums it may change: a payment is one of all orders of the invoice."""
    balances = {order.id: order.balance for order in invoices.locked_together(session, order_id)}
    return together(list(balances.values())) if act.what == "payment" else balances[order_id]


def order_page(
    request: Request, here: BillingService, caller: Caller, order_id: uuid.UUID, status: int = 200, **context: Any
) -> Response:
    """The page of one order; `context` adds to it, after a refusal."""
    lang, catalogue = app.language(request, caller.lang), here.pages.catalogue
    with here.db.read() as session:
        statement = queries.statement(session, order_id)
        unexplained = checkouts.unexplained(session, statement.intents, here.clock())

    def reason(text: str) -> str:
        """Codes have sentences, what a person wrote is shown as it is."""
        return catalogue.say(lang, f"desk.reason.{text}") if catalogue.has(f"desk.reason.{text}") else text

    def refund_state(refund: Refund) -> tuple[str, str]:
        """Its colour and its word; one that was not sent in the end did not fail."""
        state = NOT_NEEDED if refund.error == NOT_NEEDED else refund.status
        return REFUND_KINDS[state], catalogue.say(lang, f"desk.refund.{state}")

    shown: dict[str, Any] = {"problems": {}, "fields": {}, "failed": "", "done": ""}
    shown |= {"reason": reason, "statement": statement}
    may_refund = caller.may(*MONEY)
    shown |= {"may_refund": may_refund, "by_hand": statement.by_hand if may_refund else []}
    shown |= {
        "asked": None,
        "sure": None,
        "kinds": STATUS_KINDS,
        "refund_state": refund_state,
        "dispute_kinds": DISPUTE_KINDS,
        "notice_kinds": NOTICE_KINDS,
    }
    shown |= {"unexplained": unexplained, "may_read": bool(here.gateway and statement.intents)}
    shown |= {"received_by": list(BY_HAND), "paid_back_by": list(PaidBack), "plain_amount": rules.shown}
    shown |= {"paper_links": {one.id: link(here, one.kind, one.id, one.version) for one in papers(statement)}}
    shown |= {"new_key": new_id, **_calendar(here), **context}
    return app.page(request, "office/order.html", lang, status, **shown)


def _calendar(here: BillingService) -> dict[str, Any]:
    """Moments as days of the association."""
    zone = here.association().timezone
    days = partial(local_day, zone=zone)
    return {"zone": zone, "local_day": days, "today": days(here.clock())}
