"""What billing tells of a fee: invoiced, paid, credited. An order that is no fee is none of ours."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session

from kit.clock import local_day
from kit.contracts import OrderCredited, OrderInvoiced, OrderPaid, PaymentReversed
from kit.contracts.callers import ANYONE, Caller
from kit.text import money
from registration.history.actions import record
from registration.history.rules import Change
from registration.letters.actions import send
from registration.members.models import Company, Membership
from registration.renewals import actions, view
from registration.renewals.models import Renewal
from registration.renewals.queries import addressees, locked

if TYPE_CHECKING:
    from registration.service import RegistrationService

# What is paid is invoiced in the same moment, and told in two messages: who has paid is not sent a bill.
LISTEN = timedelta(seconds=30)


def context_of(here: "RegistrationService", session: Session, renewal: Renewal) -> view.RenewalContext:
    """What its order and letters are written with."""
    company = session.get_one(Company, renewal.company_id)
    people = addressees(session, company, here.member_terms().day)
    return view.RenewalContext(here.pages.catalogue, here.links, here.association(), company, people)


def fee_invoiced(here: "RegistrationService", session: Session, message: OrderInvoiced) -> None:
    """It was agreed to: its period begins. The invoice is sent in a moment, unless it is paid by then."""
    renewal, now = locked(session, message.order_id), here.clock()
    if renewal is None:
        return
    period = actions.stand(session, renewal, ANYONE, now)
    period.fee_due_on = max(message.due_on, renewal.fee_due_on)
    renewal.invoice_number, renewal.invoice_due_on = message.number, period.fee_due_on
    renewal.due_at = now + LISTEN
    session.add_all((period, renewal))
    changes = {"invoice_number": Change("", message.number)}
    record(session, "company", renewal.company_id, "company.fee_invoiced", ANYONE, now, changes)


def fee_paid(here: "RegistrationService", session: Session, message: OrderPaid) -> None:
    """It was paid: agreed to by that, when nobody had said so."""
    renewal, now = locked(session, message.order_id), here.clock()
    if renewal is None:
        return
    by = Caller(frozenset(), "", message.by) if message.by else ANYONE
    period = actions.stand(session, renewal, by, now)
    if period.fee_paid_on is not None:
        return
    period.fee_paid_on = local_day(message.paid_at, here.association().timezone)
    renewal.invoice_told_at = renewal.invoice_told_at or now
    session.add_all((period, renewal))
    changes = {"payment": Change("", money(message.amount, "fr")), "paid_by": Change("", message.method)}
    record(session, "company", renewal.company_id, "company.fee_paid", by, now, changes)
    send(session, view.paid_letters(context_of(here, session, renewal), renewal), now, renewal.id)


def fee_reversed(here: "RegistrationService", session: Session, message: PaymentReversed) -> None:
    """Its money came to nothing: it is owed again, since the day that it was due."""
    renewal, now = locked(session, message.order_id), here.clock()
    period = session.get(Membership, renewal.id) if renewal else None
    if renewal is None or period is None or message.sums.balance <= 0:
        return
    period.fee_paid_on = None
    session.add(period)
    by = Caller(frozenset(), "", message.by) if message.by else ANYONE
    changes = {"payment": Change(money(message.amount, "fr"), "")}
    record(session, "company", renewal.company_id, "company.fee_reversed", by, now, changes)


def fee_credited(here: "RegistrationService", session: Session, message: OrderCredited) -> None:
    """A part of it, or all, is not owed any more; nothing is overdue of what is owed no more."""
    renewal, now = locked(session, message.order_id), here.clock()
    period = session.get(Membership, renewal.id) if renewal else None
    if renewal is None or period is None:
        return
    if message.left == 0:
        period.fee_due_on = None
    session.add(period)
    before, left = money(message.left - message.total, "fr"), money(message.left, "fr")
    changes = {"credit_note": Change("", message.number), "left": Change(before, left)}
    by = Caller(frozenset(), "", message.by) if message.by else ANYONE
    record(session, "company", renewal.company_id, "company.fee_credited", by, now, changes)


def tell_invoice(here: "RegistrationService", session: Session, renewal_id: uuid.UUID) -> None:
    """Send the invoice of a fee, once."""
    renewal, now = locked(session, renewal_id), here.clock()
    if renewal is None or renewal.invoice_told_at is not None or renewal.invoice_due_on is None:
        return
    renewal.invoice_told_at = now
    session.add(renewal)
    letters = view.invoiced_letters(context_of(here, session, renewal), renewal, renewal.invoice_due_on)
    send(session, letters, now, renewal.id)
