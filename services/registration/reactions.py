"""What each message received causes, in order, in one transaction."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from sqlmodel import Session

from kit.contracts import (
    DeliveryReported,
    OrderCredited,
    OrderInvoiced,
    OrderPaid,
    OrderPartlyPaid,
    OrderRefunded,
    OrderSums,
    SendMessage,
)
from kit.contracts.callers import ANYONE, Caller
from kit.errors import NotFound
from kit.mailbox import Reactions
from kit.sql import Values, column
from registration.history.actions import record
from registration.history.rules import Change
from registration.letters import actions as letters_actions
from registration.letters import view as letters_view
from registration.letters.flows import letter_context
from registration.letters.view_payments import (
    credit_issued,
    invoice_issued,
    invoiced_activity,
    no_room_refunded,
    payment_received,
    refund_made,
    with_papers,
)
from registration.letters.view_registrations import confirmation_letters
from registration.mailings import actions as mailings
from registration.plans.actions import mark_undelivered
from registration.plans.buying.flows_paying import cover_paid, still_waits
from registration.rearrangements.actions_late import ask_late
from registration.registrations.actions import change, confirm_paid, lock_if_known, stands
from registration.registrations.arrears.actions import mark_of
from registration.registrations.models import Registration
from registration.registrations.queries import attendees_of, bought, in_this_order
from registration.registrations.rules import RegistrationStatus
from registration.registrations.rules_rows import RegistrationRow
from registration.registrations.tallies.actions import counting
from registration.renewals.flows_answers import fee_credited, fee_invoiced, fee_paid
from registration.service import RegistrationService

OfOrder = TypeVar("OfOrder", OrderPaid, OrderPartlyPaid, OrderCredited, OrderRefunded)


def _context(here: RegistrationService, session: Session, registration: RegistrationRow) -> letters_view.LetterContext:
    offer = here.offers.read(session, registration.activity_id)
    if offer is None:
        raise NotFound()
    return letter_context(here, offer)


def _send(here: RegistrationService, session: Session, registration: RegistrationRow, *letters: SendMessage) -> None:
    letters_actions.send(session, letters, here.clock(), registration.id)


def counted(
    react: Callable[[RegistrationService, Session, OfOrder, RegistrationRow], None],
) -> Callable[[RegistrationService, Session, OfOrder], None]:
    """A reaction to what billing says of a registration's order: it is locked for it, and what becomes of it is counted
    at the end, with since when its company owes. An order may be of something else than a registration: a membership
    owes its fee."""

    @wraps(react)
    def reaction(here: RegistrationService, session: Session, message: OfOrder) -> None:
        registration = lock_if_known(session, message.order_id)
        if registration is not None:
            with counting(session, [registration]):
                react(here, session, message, registration)
            mark_of(session, [registration])

    return reaction


@counted
def paid(here: RegistrationService, session: Session, message: OrderPaid, registration: RegistrationRow) -> None:
    """A card confirms the registration (or is refunded when there is no room); an invoice is marked paid."""
    now = here.clock()
    if registration.paid_at is not None:
        change(session, registration, _sums(registration, message.sums))
        return
    context = _context(here, session, registration)
    of_plan = context.offer.activity.covers_people
    confirmed = confirm_paid(session, registration, now, there=not of_plan or still_waits(here, session, registration))
    if confirmed is None:
        change(session, registration, _sums(registration, message.sums))
        # What cannot be confirmed though there is room was added to a registration that is gone.
        gone = registration.amends_id is not None and not stands(session, registration.amends_id)
        _send(here, session, registration, no_room_refunded(context, registration, added_to_nothing=gone))
        return
    payment: Values = {
        column(Registration.paid_at): message.paid_at,
        column(Registration.paid_by): message.method,
        **_sums(
            registration,
            message.sums,
            before={column(Registration.received): message.amount, column(Registration.balance): 0},
        ),
    }
    confirmed = change(session, confirmed, payment)
    if registration.status is RegistrationStatus.EXPIRED:
        ask_late(session, confirmed, now)
    by = Caller(frozenset(), "", message.by) if message.by else ANYONE
    record(
        session, "registration", registration.id, "registration.paid", by, now, {"paid_by": Change("", message.method)}
    )
    if registration.status in (RegistrationStatus.HELD, RegistrationStatus.EXPIRED):
        first = _confirmation(here, session, context, confirmed, of_plan)
        _send(here, session, confirmed, *with_papers(first, message.papers))
    elif registration.method == "invoice":
        _send(here, session, confirmed, payment_received(context, confirmed, message))


def _confirmation(
    here: RegistrationService,
    session: Session,
    context: letters_view.LetterContext,
    confirmed: RegistrationRow,
    of_plan: bool,
) -> list[SendMessage]:
    if of_plan:
        return cover_paid(here, session, confirmed)
    taken, attendees = bought(session, confirmed.id), attendees_of(session, confirmed.id)
    return confirmation_letters(context, confirmed, taken, attendees)


@counted
def partly_paid(
    here: RegistrationService, session: Session, message: OrderPartlyPaid, registration: RegistrationRow
) -> None:
    """A part of an invoice was paid: what is left to pay is known."""
    now = here.clock()
    change(session, registration, _sums(registration, message.sums))
    changes = {"payment": Change(None, message.amount), "balance": Change(registration.balance, message.sums.balance)}
    by = Caller(frozenset(), "", message.by) if message.by else ANYONE
    record(session, "registration", registration.id, "registration.partly_paid", by, now, changes)


def _sums(registration: RegistrationRow, sums: OrderSums | None, before: Values | None = None) -> Values:
    """What billing says that an order comes to, unless something later was heard already: messages come in any order.
    `before`: what a message of a release before, which had no sums, changes."""
    if sums is None:
        return before or {}
    if sums.revision <= registration.sums_revision:
        return {}
    return {
        column(Registration.sums_revision): sums.revision,
        column(Registration.credited): sums.credited,
        column(Registration.received): sums.received,
        column(Registration.refunded): sums.refunded,
        column(Registration.balance): sums.balance,
    }


def invoiced(here: RegistrationService, session: Session, message: OrderInvoiced) -> None:
    """The invoice has its number: remembered, and sent to whoever pays by invoice. One over several registrations is
    told of for each of them, and sent with the first."""
    registration, now = lock_if_known(session, message.order_id), here.clock()
    if registration is None:
        return
    invoice: Values = {column(Registration.invoice_number): message.number, column(Registration.due_on): message.due_on}
    registration = change(session, registration, invoice)
    mark_of(session, [registration])
    changes = {"invoice_number": Change("", message.number)}
    record(session, "registration", registration.id, "registration.invoiced", ANYONE, now, changes)
    together = in_this_order(session, message.covers) or [registration]
    if registration.method == "invoice" and registration.id == together[0].id:
        others = tuple(invoiced_activity(_context(here, session, one), one, registration.lang) for one in together[1:])
        letter = invoice_issued(_context(here, session, registration), registration, message, others)
        _send(here, session, registration, letter)


@counted
def credited(
    here: RegistrationService, session: Session, message: OrderCredited, registration: RegistrationRow
) -> None:
    """A credit note was issued (its amounts are negative): its contact is told what goes back and what is left to pay.
    What went back for want of room has a letter of its own."""
    now = here.clock()
    before: Values = {column(Registration.credited): registration.credited - message.total}
    registration = change(session, registration, _sums(registration, message.sums, before))
    changes = {"credit_note": Change("", message.number), "left": Change(message.left - message.total, message.left)}
    by = Caller(frozenset(), "", message.by) if message.by else ANYONE
    record(session, "registration", registration.id, "registration.credited", by, now, changes)
    if message.reason != "no_room":
        letter = credit_issued(_context(here, session, registration), registration, message)
        _send(here, session, registration, letter)


@counted
def refunded(
    here: RegistrationService, session: Session, message: OrderRefunded, registration: RegistrationRow
) -> None:
    """Money went back, or could not: then history says so and staff look."""
    now = here.clock()
    action = "registration.refunded" if message.succeeded else "registration.refund_failed"
    changes = {"refund": Change(None, message.amount)}
    record(session, "registration", registration.id, action, ANYONE, now, changes)
    more: Values = {column(Registration.refunded): registration.refunded + message.amount} if message.succeeded else {}
    registration = change(session, registration, _sums(registration, message.sums, more))
    if not message.succeeded:
        return
    if message.reason != "no_room":
        context = _context(here, session, registration)
        letter = refund_made(context, registration, message)
        _send(here, session, registration, letter)


def reported(here: RegistrationService, session: Session, message: DeliveryReported) -> None:
    """Only what could not be delivered is worth remembering."""
    if message.outcome == "failed":
        mailings.failed(session, message.entity)
        mark_undelivered(session, message.entity)
        changes = {"message": Change(None, message.subject or message.kind)}
        record(session, "message", message.entity, "message.failed", ANYONE, here.clock(), changes)


REACTIONS: Reactions[RegistrationService] = {
    OrderPaid: [paid, fee_paid],
    OrderPartlyPaid: [partly_paid],
    OrderInvoiced: [invoiced, fee_invoiced],
    OrderCredited: [credited, fee_credited],
    OrderRefunded: [refunded],
    DeliveryReported: [reported],
}
