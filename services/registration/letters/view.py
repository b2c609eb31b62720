"""The letters that notify sends for registration, one builder for each kind. Amounts are cents."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kit import text
from kit.clock import local
from kit.contracts import Association, OrderMethod, OrderRefunded, PaymentMethod, SendMessage
from kit.contracts.letters import AnyLetter, Ticket
from kit.contracts.letters.payments import InvoiceIssued, NoRoomRefunded, PaymentReceived, RefundMade
from kit.contracts.letters.registrations import (
    AttendeeCancelled,
    AttendeeReplaced,
    BoughtLine,
    LetterPlace,
    RegistrationCancelled,
    RegistrationConfirmed,
    TicketSent,
)
from kit.contracts.messages import Attachment
from registration.cache import BriefCache
from registration.catalog.offers.rules import Offer
from registration.catalog.view import activity_calendar, cancellation, page
from registration.links import Links
from registration.registrations.rules import AttendeeRow, LineRow, RegistrationRow


@dataclass(frozen=True)
class ActivityTexts:
    """An activity as a letter says it: its title, when and where it is."""

    title: str
    when: str
    place: str


@dataclass(frozen=True)
class LetterContext:
    """What every letter needs: the sentences, the links, the association and the activity."""

    catalogue: text.Catalogue
    links: Links
    association: Association
    offer: Offer
    cache: BriefCache

    def activity(self, lang: str) -> ActivityTexts:
        return ActivityTexts(title(self.offer, lang), when_text(self.offer, lang), place_text(self.offer))

    def page_of(self, registration: RegistrationRow) -> str:
        """The contact's page."""
        return self.links.registration(registration.id, registration.link_version)

    def terms_fr(self, lang: str) -> str:
        """The French terms, handed over to who reads English (domain.md L1)."""
        return self.association.terms.fr if lang == "en" else ""


def confirmation_letters(
    context: LetterContext, registration: RegistrationRow, lines: Sequence[LineRow], attendees: Sequence[AttendeeRow]
) -> list[SendMessage]:
    """To the contact: what was bought, the amounts, the link, the calendar, and the tickets nobody else receives."""
    lang, activity = registration.lang, context.activity(registration.lang)
    own = [a for a in attendees if a.email and a.email != registration.contact_email]
    tickets = tuple(_ticket(context, attendee, lines, lang) for attendee in attendees if attendee not in own)
    letter = RegistrationConfirmed(
        first_name=registration.contact_first,
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
        code=registration.code,
        lines=tuple(
            BoughtLine(label=line.label.in_(lang), quantity=line.quantity, amount=line.amount) for line in lines
        ),
        subtotal=registration.subtotal,
        tps=registration.tps,
        tvq=registration.tvq,
        total=registration.total,
        paid_by=OrderMethod(registration.method),
        attendees=tuple(LetterPlace(name=attendee.full_name) for attendee in attendees),
        names_due=_moment(context, context.offer.activity.names_due_at, lang),
        cancel_rule=cancel_rule(context, lang),
        personal_url=context.page_of(registration),
        terms_fr=context.terms_fr(lang),
    )
    message = _to_contact(registration, registration.id, letter)
    message = message.model_copy(update={"tickets": tickets, "attachments": _calendar(context, lang)})
    return [message, *(ticket_letter(context, registration, lines, attendee) for attendee in own)]


def ticket_letter(
    context: LetterContext, registration: RegistrationRow, lines: Sequence[LineRow], attendee: AttendeeRow
) -> SendMessage:
    """To one attendee: their own ticket and link; never an amount (domain.md J4)."""
    lang, activity = registration.lang, context.activity(registration.lang)
    letter = TicketSent(
        first_name=attendee.first_name,
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
        attendee_name=attendee.full_name,
        personal_url=context.links.attendee(attendee.id, attendee.link_version),
    )
    # A replacement raises the ticket, a new sending raises the registration's messages: each is said once.
    version = attendee.ticket_version * 1000 + registration.message_version
    tickets = (_ticket(context, attendee, lines, lang),)
    more = {"version": version, "tickets": tickets, "attachments": _calendar(context, lang)}
    return _to_attendee(registration, attendee, letter).model_copy(update=more)


def cancellation_letter(
    context: LetterContext, registration: RegistrationRow, by_staff: bool, kept: int
) -> SendMessage:
    """To the contact: the whole registration is cancelled. What goes back is told when it is on its way."""
    activity = context.activity(registration.lang)
    letter = RegistrationCancelled(
        first_name=registration.contact_first,
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
        code=registration.code,
        cancelled_by="association" if by_staff else "contact",
        kept=kept,
        cancel_rule=cancel_rule(context, registration.lang),
        personal_url=context.page_of(registration),
    )
    return _to_contact(registration, registration.id, letter)


def attendee_cancelled(context: LetterContext, registration: RegistrationRow, attendee: AttendeeRow) -> SendMessage:
    """To an attendee whose place was given back."""
    activity = context.activity(registration.lang)
    letter = AttendeeCancelled(
        first_name=attendee.first_name,
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
    )
    return _to_attendee(registration, attendee, letter)


def attendee_replaced(context: LetterContext, registration: RegistrationRow, attendee: AttendeeRow) -> SendMessage:
    """To the person who leaves; `attendee` is the row as it was."""
    activity = context.activity(registration.lang)
    letter = AttendeeReplaced(
        first_name=attendee.first_name,
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
    )
    return _to_attendee(registration, attendee, letter)


def invoice_issued(context: LetterContext, registration: RegistrationRow, number: str, due_on: date) -> SendMessage:
    """To whoever pays: the number, the total and how to pay."""
    activity = context.activity(registration.lang)
    letter = InvoiceIssued(
        first_name=registration.contact_first,
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
        number=number,
        total=registration.total,
        due_on=due_on,
        company=registration.company_name,
        po_number=registration.bill_to.po_number,
        personal_url=context.page_of(registration),
        terms_fr=context.terms_fr(registration.lang),
    )
    message = _to_contact(registration, registration.id, letter)
    billing = registration.bill_to.email
    return message.model_copy(update={"to": billing, "to_name": registration.company_name}) if billing else message


def payment_received(
    context: LetterContext, registration: RegistrationRow, amount: int, method: PaymentMethod
) -> SendMessage:
    """To the contact: an invoice was paid."""
    activity = context.activity(registration.lang)
    letter = PaymentReceived(
        first_name=registration.contact_first,
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
        number=registration.invoice_number,
        amount=amount,
        method=method,
        personal_url=context.page_of(registration),
    )
    return _to_contact(registration, registration.id, letter)


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


def no_room_refunded(context: LetterContext, registration: RegistrationRow) -> SendMessage:
    """To a contact who paid after the hold had ended, with no room left."""
    activity = context.activity(registration.lang)
    letter = NoRoomRefunded(
        first_name=registration.contact_first,
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
        code=registration.code,
        amount=registration.total,
    )
    return _to_contact(registration, registration.id, letter)


def place_text(offer: Offer) -> str:
    """Where it is, on one line."""
    place = offer.activity.place
    return ", ".join(part for part in (place.name, place.address, place.city) if part)


def when_text(offer: Offer, lang: str) -> str:
    """When it is: from the first moment to the last."""
    activity = offer.activity
    if activity.starts_at is None or activity.ends_at is None:
        return ""
    return text.span(activity.starts_at, activity.ends_at, activity.timezone, lang)


def title(offer: Offer, lang: str) -> str:
    return offer.activity.title.in_(lang)


def cancel_rule(context: LetterContext, lang: str) -> str:
    """The activity's cancellation rule in words: one sentence for each of its steps."""
    return " ".join(cancellation(context.catalogue, context.offer, lang))


def _moment(context: LetterContext, moment: datetime | None, lang: str) -> str:
    if moment is None:
        return ""
    zone = context.offer.activity.timezone
    return f"{text.day(local(moment, zone).date(), lang)}, {text.hour(local(moment, zone).time(), lang)}"


def _ticket(context: LetterContext, attendee: AttendeeRow, lines: Sequence[LineRow], lang: str) -> Ticket:
    line = next(line for line in lines if line.id == attendee.line_id)
    return Ticket(
        code=context.links.ticket(attendee.id, attendee.ticket_version),
        text=attendee.code,
        name=attendee.full_name,
        label=line.label.in_(lang),
    )


def _calendar(context: LetterContext, lang: str) -> tuple[Attachment, ...]:
    """The same for everybody, so it is written once for a crowd; it leads to the public page, because calendars are
    shared with colleagues and a personal link is not. None when there is no date to put in it."""
    if not context.offer.sessions:
        return ()
    activity = context.offer.activity
    content = context.cache.get(
        ("calendar", activity.id, activity.version, lang),
        lambda: activity_calendar(context.offer, lang, context.links.home + page(activity, lang)),
    )
    name = "calendrier.ics" if lang == "fr" else "calendar.ics"
    return (Attachment(name=name, content_type="text/calendar", text=content),)


def _to_contact(registration: RegistrationRow, entity: uuid.UUID, letter: AnyLetter) -> SendMessage:
    return SendMessage(
        entity=entity,
        version=registration.message_version,
        to=registration.contact_email,
        to_name=registration.contact_name,
        lang="en" if registration.lang == "en" else "fr",
        values=letter,
    )


def _to_attendee(registration: RegistrationRow, attendee: AttendeeRow, letter: AnyLetter) -> SendMessage:
    return SendMessage(
        entity=attendee.id,
        version=attendee.ticket_version,
        to=attendee.email,
        to_name=attendee.full_name,
        lang="en" if registration.lang == "en" else "fr",
        values=letter,
    )
