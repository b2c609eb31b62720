"""What registration asks notify to say: one builder for each kind of message, from rows and the activity's offer.

Texts are in the message's language, amounts are cents. Nothing here decides anything.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kit import text
from kit.clock import local
from kit.contracts import Association, SendMessage
from kit.contracts.messages import Attachment
from registration.catalog.offers.rules import Offer
from registration.catalog.view import activity_calendar, cancellation, page
from registration.links import Links
from registration.registrations.rules import AttendeeRow, LineRow, RegistrationRow
from registration.shelf import Shelf


@dataclass(frozen=True)
class Desk:
    """What every letter needs: the sentences, the links, the association and the activity."""

    catalogue: text.Catalogue
    links: Links
    association: Association
    offer: Offer
    shelf: Shelf

    def say(self, lang: str, key: str, **values: Any) -> str:
        return self.catalogue.say(lang, key, **values)


def confirmed(
    desk: Desk, registration: RegistrationRow, lines: Sequence[LineRow], attendees: Sequence[AttendeeRow]
) -> list[SendMessage]:
    """To the contact: what was bought, the amounts, the link, the calendar, and the tickets nobody else receives."""
    lang = registration.lang
    own = [a for a in attendees if a.email and a.email != registration.contact_email]
    rest = [a for a in attendees if a not in own]
    values = {
        **_activity(desk, lang),
        "first_name": registration.contact_first,
        "code": registration.code,
        "lines": [{"label": line.label.in_(lang), "quantity": line.quantity, "amount": line.amount} for line in lines],
        "subtotal": registration.subtotal,
        "tps": registration.tps,
        "tvq": registration.tvq,
        "total": registration.total,
        "paid_by": registration.method,
        "attendees": [{"name": a.full_name, "named": bool(a.full_name)} for a in attendees],
        "names_due": _moment(desk, desk.offer.activity.names_due_at, lang),
        "cancel_rule": cancel_rule(desk, lang),
        "personal_url": desk.links.registration(registration.id, registration.link_version),
        "terms_fr": desk.association.terms.fr if lang == "en" else "",
    }
    message = SendMessage(
        kind="registration_confirmed",
        entity=registration.id,
        version=registration.message_version,
        to=registration.contact_email,
        to_name=registration.contact_name,
        lang=lang,
        values=values,
        tickets=tuple(_ticket(desk, attendee, lines, lang) for attendee in rest),
        attachments=_calendar(desk, lang),
    )
    return [message, *(ticket(desk, registration, lines, attendee) for attendee in own)]


def ticket(desk: Desk, registration: RegistrationRow, lines: Sequence[LineRow], attendee: AttendeeRow) -> SendMessage:
    """To one attendee: their own ticket and link; never an amount (domain.md J4)."""
    lang = registration.lang
    url = desk.links.attendee(attendee.id, attendee.link_version)
    return SendMessage(
        kind="ticket",
        entity=attendee.id,
        # A replacement raises the ticket, a new sending raises the registration's messages: each is said once.
        version=attendee.ticket_version * 1000 + registration.message_version,
        to=attendee.email,
        to_name=attendee.full_name,
        lang=lang,
        values={
            **_activity(desk, lang),
            "first_name": attendee.first_name,
            "attendee_name": attendee.full_name,
            "personal_url": url,
        },
        tickets=(_ticket(desk, attendee, lines, lang),),
        attachments=_calendar(desk, lang),
    )


def cancelled(desk: Desk, registration: RegistrationRow, by_staff: bool, kept: int) -> SendMessage:
    """To the contact: the whole registration is cancelled. What goes back is told when it is on its way."""
    values = {
        **_activity(desk, registration.lang),
        "first_name": registration.contact_first,
        "code": registration.code,
        "cancelled_by": "association" if by_staff else "contact",
        "kept": kept,
        "cancel_rule": cancel_rule(desk, registration.lang),
        "personal_url": desk.links.registration(registration.id, registration.link_version),
    }
    return _to_contact("registration_cancelled", registration, registration.id, values)


def attendee_cancelled(desk: Desk, registration: RegistrationRow, attendee: AttendeeRow) -> SendMessage:
    """To an attendee whose place was given back."""
    return _to_attendee("attendee_cancelled", desk, registration, attendee)


def attendee_replaced(desk: Desk, registration: RegistrationRow, attendee: AttendeeRow) -> SendMessage:
    """To the person who leaves; `attendee` is the row as it was."""
    return _to_attendee("attendee_replaced", desk, registration, attendee)


def invoice_issued(desk: Desk, registration: RegistrationRow, number: str, due_on: date) -> SendMessage:
    """To whoever pays: the number, the total and how to pay."""
    values = {
        **_activity(desk, registration.lang),
        "first_name": registration.contact_first,
        "number": number,
        "total": registration.total,
        "due_on": due_on.isoformat(),
        "company": registration.company_name,
        "po_number": registration.bill_to.po_number,
        "personal_url": desk.links.registration(registration.id, registration.link_version),
        "terms_fr": desk.association.terms.fr if registration.lang == "en" else "",
    }
    message = _to_contact("invoice_issued", registration, registration.id, values)
    billing = registration.bill_to.email
    return message.model_copy(update={"to": billing, "to_name": registration.company_name}) if billing else message


def payment_received(desk: Desk, registration: RegistrationRow, amount: int, method: str) -> SendMessage:
    """To the contact: an invoice was paid."""
    values = {
        **_activity(desk, registration.lang),
        "first_name": registration.contact_first,
        "number": registration.invoice_number,
        "amount": amount,
        "balance": 0,
        "method": method,
        "personal_url": desk.links.registration(registration.id, registration.link_version),
    }
    return _to_contact("payment_received", registration, registration.id, values)


def refund_made(desk: Desk, registration: RegistrationRow, refund_id: uuid.UUID, amount: int, how: str) -> SendMessage:
    """To the contact: money went back."""
    values = {
        **_activity(desk, registration.lang),
        "first_name": registration.contact_first,
        "code": registration.code,
        "amount": amount,
        "how": how,
        "personal_url": desk.links.registration(registration.id, registration.link_version),
    }
    return _to_contact("refund_made", registration, refund_id, values)


def no_room_refunded(desk: Desk, registration: RegistrationRow) -> SendMessage:
    """To a contact who paid after the hold had ended, with no room left."""
    values = {
        **_activity(desk, registration.lang),
        "first_name": registration.contact_first,
        "code": registration.code,
        "amount": registration.total,
    }
    return _to_contact("no_room_refunded", registration, registration.id, values)


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


def _activity(desk: Desk, lang: str) -> dict[str, Any]:
    return {
        "activity_title": title(desk.offer, lang),
        "activity_when": when_text(desk.offer, lang),
        "activity_place": place_text(desk.offer),
    }


def cancel_rule(desk: Desk, lang: str) -> str:
    """The activity's cancellation rule in words: one sentence for each of its steps."""
    return " ".join(cancellation(desk.catalogue, desk.offer, lang))


def _moment(desk: Desk, moment: datetime | None, lang: str) -> str:
    if moment is None:
        return ""
    zone = desk.offer.activity.timezone
    return f"{text.day(local(moment, zone).date(), lang)}, {text.hour(local(moment, zone).time(), lang)}"


def _ticket(desk: Desk, attendee: AttendeeRow, lines: Sequence[LineRow], lang: str) -> dict[str, str]:
    line = next(line for line in lines if line.id == attendee.line_id)
    return {
        "code": desk.links.ticket(attendee.id, attendee.ticket_version),
        "text": attendee.code,
        "name": attendee.full_name,
        "label": line.label.in_(lang),
    }


def _calendar(desk: Desk, lang: str) -> tuple[Attachment, ...]:
    """The same for everybody, so it is written once for a crowd; it leads to the public page, because calendars are
    shared with colleagues and a personal link is not. None when there is no date to put in it."""
    if not desk.offer.sessions:
        return ()
    activity = desk.offer.activity
    content = desk.shelf.get(
        ("calendar", activity.id, activity.version, lang),
        lambda: activity_calendar(desk.offer, lang, desk.links.home + page(activity, lang)),
    )
    name = "calendrier.ics" if lang == "fr" else "calendar.ics"
    return (Attachment(name=name, content_type="text/calendar", text=content),)


def _to_contact(kind: str, registration: RegistrationRow, entity: uuid.UUID, values: dict[str, Any]) -> SendMessage:
    return SendMessage(
        kind=kind,
        entity=entity,
        version=registration.message_version,
        to=registration.contact_email,
        to_name=registration.contact_name,
        lang=registration.lang,
        values=values,
    )


def _to_attendee(kind: str, desk: Desk, registration: RegistrationRow, attendee: AttendeeRow) -> SendMessage:
    lang = registration.lang
    return SendMessage(
        kind=kind,
        entity=attendee.id,
        version=attendee.ticket_version,
        to=attendee.email,
        to_name=attendee.full_name,
        lang=lang,
        values={**_activity(desk, lang), "first_name": attendee.first_name},
    )
