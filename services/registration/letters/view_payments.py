"""Letters about money: invoices, payments, and what goes back."""

from collections.abc import Sequence
from typing import Literal

from kit.contracts import OrderCredited, OrderInvoiced, OrderPaid, OrderRefunded, PaymentMethod, SendMessage
from kit.contracts.letters.payments import (
    CreditIssued,
    InvoicedActivity,
    InvoiceIssued,
    NoRoomRefunded,
    PaymentReceived,
    RefundMade,
)
from kit.contracts.papers import PaperQuestion
from registration.catalog.rules import ActivityStatus
from registration.letters.view import LetterContext, _to_contact
from registration.registrations.rules_rows import RegistrationRow


def invoiced_activity(context: LetterContext, registration: RegistrationRow, lang: str) -> InvoicedActivity:
    """An activity of an invoice that is for several, as its letter says it."""
    activity = context.activity(lang)
    return InvoicedActivity(
        title=activity.title, when=activity.when, place=activity.place, personal_url=context.page_of(registration)
    )


def with_papers(letters: Sequence[SendMessage], papers: Sequence[PaperQuestion]) -> list[SendMessage]:
    """Documents go with the first of the letters, which is for whoever bought."""
    return [one.model_copy(update={"papers": tuple(papers)}) for one in letters[:1]] + list(letters[1:])


def invoice_issued(
    context: LetterContext,
    registration: RegistrationRow,
    invoice: OrderInvoiced,
    others: tuple[InvoicedActivity, ...] = (),
) -> SendMessage:
    """To whoever pays: the number, the total, the other activities it is for, and how to pay."""
    activity = context.activity(registration.lang)
    letter = InvoiceIssued(
        first_name=registration.contact_first,
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
        number=invoice.number,
        total=invoice.total,
        due_on=invoice.due_on,
        company=registration.company_name,
        po_number=registration.bill_to.po_number,
        personal_url=context.page_of(registration),
        terms_fr=context.terms_fr(registration.lang),
        others=others,
    )
    message = _to_contact(registration, registration.id, letter).model_copy(update={"papers": invoice.papers})
    billing = registration.bill_to.email
    return message.model_copy(update={"to": billing, "to_name": registration.company_name}) if billing else message


def payment_received(context: LetterContext, registration: RegistrationRow, paid: OrderPaid) -> SendMessage:
    """To the contact: an invoice was paid."""
    activity = context.activity(registration.lang)
    letter = PaymentReceived(
        first_name=registration.contact_first,
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
        number=registration.invoice_number,
        amount=paid.amount,
        method=paid.method,
        personal_url=context.page_of(registration),
    )
    return _to_contact(registration, registration.id, letter).model_copy(update={"papers": paid.papers})


def refund_made(context: LetterContext, registration: RegistrationRow, refund: OrderRefunded) -> SendMessage:
    """To the contact: money went back."""
    activity = context.activity(registration.lang)
    letter = RefundMade(
        first_name=registration.contact_first,
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
        code=registration.code,
        amount=refund.amount,
        how=refund.method,
        personal_url=context.page_of(registration),
    )
    return _to_contact(registration, refund.refund_id, letter)


def credit_issued(context: LetterContext, registration: RegistrationRow, credit: OrderCredited) -> SendMessage:
    """To the contact: a credit note was issued. What goes back is told again when it went."""
    activity = context.activity(registration.lang)
    letter = CreditIssued(
        first_name=registration.contact_first,
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
        number=credit.number,
        invoice_number=registration.invoice_number,
        amount=-credit.total,
        refund=credit.refund,
        balance=registration.balance,
        by_card=registration.paid_by == PaymentMethod.CARD,
        personal_url=context.page_of(registration),
    )
    return _to_contact(registration, credit.amendment_id, letter).model_copy(update={"papers": credit.papers})


def no_room_refunded(
    context: LetterContext, registration: RegistrationRow, *, added_to_nothing: bool = False
) -> SendMessage:
    """To a contact who paid after the hold had ended: what it is for was cancelled meanwhile, or has no room left."""
    activity = context.activity(registration.lang)
    why: Literal["no_room", "activity_cancelled", "registration_cancelled"] = "no_room"
    if context.offer.activity.status is ActivityStatus.CANCELLED:
        why = "activity_cancelled"
    elif added_to_nothing:
        why = "registration_cancelled"
    letter = NoRoomRefunded(
        first_name=registration.contact_first,
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
        code=registration.code,
        amount=registration.total,
        why=why,
    )
    return _to_contact(registration, registration.id, letter)
