"""Letters about a registration and its places: to its contact, and to the people whose places they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from kit import text
from kit.clock import local
from kit.contracts import OrderMethod, SendMessage
from kit.contracts.letters import Ticket
from kit.contracts.letters.base import CalendarLink
from kit.contracts.letters.registrations import (
    AttendeeCancelled,
    AttendeeReplaced,
    BoughtLine,
    LetterPlace,
    PaymentAsked,
    PlacesCancelled,
    RegistrationCancelled,
    RegistrationConfirmed,
    RegistrationToConfirm,
    TicketSent,
)
from kit.contracts.messages import Attachment
from registration.catalog.calendars.view import activity_calendar
from registration.catalog.offers.view_calendar import calendar_links, map_url
from registration.catalog.view import page
from registration.letters.view import LetterContext, _to_attendee, _to_contact, cancel_rule
from registration.registrations.rules_add_ons import Bought
from registration.registrations.rules_rows import AttendeeRow, LineRow, RegistrationRow
from registration.registrations.view import place_label


@dataclass(frozen=True)
class PlacesGone:
    """What is told of places that are cancelled: by whom, how many stay, cents before taxes kept and credited."""

    by_staff: bool
    staying: int
    kept: int
    credit: int


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


def _moment(context: LetterContext, moment: datetime | None, lang: str) -> str:
    if moment is None:
        return ""
    zone = context.offer.activity.timezone
    return f"{text.day(local(moment, zone).date(), lang)}, {text.hour(local(moment, zone).time(), lang)}"


def _ticket(context: LetterContext, attendee: AttendeeRow, bought: Bought, lang: str) -> Ticket:
    return Ticket(
        code=context.links.ticket(attendee.id, attendee.ticket_version),
        text=attendee.code,
        name=attendee.full_name,
        label=place_label(context.offer, bought.with_added(attendee)).in_(lang),
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


class _WayThere(TypedDict):
    map_url: str
    calendars: tuple[CalendarLink, ...]
    calendar_url: str


def _way_there(context: LetterContext, lang: str) -> _WayThere:
    """A map, and calendars of the web. They lead to the public page, as the file does."""
    offer, url = context.offer, context.links.home + page(context.offer.activity, lang)
    links = tuple(CalendarLink(name=name, url=address) for name, address in calendar_links(offer, lang, url))
    return {
        "map_url": map_url(offer.activity),
        "calendars": links,
        "calendar_url": f"{url}.ics" if offer.sessions else "",
    }


def _bought(line: LineRow, lang: str) -> BoughtLine:
    return BoughtLine(label=line.label.in_(lang), quantity=line.quantity, amount=line.amount, cancelled=line.cancelled)


def confirmation_letters(
    context: LetterContext, registration: RegistrationRow, bought: Bought, attendees: Sequence[AttendeeRow]
) -> list[SendMessage]:
    """To the contact: what was bought, the amounts, the link, the calendar, and the tickets nobody else receives."""
    lang, activity = registration.lang, context.activity(registration.lang)
    own = [a for a in attendees if a.email and a.email != registration.contact_email]
    tickets = tuple(_ticket(context, attendee, bought, lang) for attendee in attendees if attendee not in own)
    letter = RegistrationConfirmed(
        first_name=registration.contact_first,
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
        cover_url=activity.cover_url,
        cover_alt=activity.cover_alt,
        partners=activity.partners,
        code=registration.code,
        lines=tuple(_bought(line, lang) for line in bought.lines),
        subtotal=registration.subtotal,
        tps=registration.tps,
        tvq=registration.tvq,
        total=registration.total,
        paid_by=OrderMethod(registration.method),
        invoice_number=registration.invoice_number,
        credited=registration.credited,
        received=registration.received,
        refunded=registration.refunded,
        balance=registration.balance,
        attendees=tuple(LetterPlace(name=attendee.full_name) for attendee in attendees),
        names_due=_moment(context, context.offer.activity.names_due_at, lang),
        cancel_rule=cancel_rule(context, lang),
        personal_url=context.page_of(registration),
        terms_fr=context.terms_fr(lang),
        adds=registration.amends_id is not None,
        **_way_there(context, lang),
    )
    message = _to_contact(registration, registration.id, letter)
    message = message.model_copy(update={"tickets": tickets, "attachments": _calendar(context, lang)})
    return [message, *(ticket_letter(context, registration, bought, attendee) for attendee in own)]


def confirmation_request(context: LetterContext, registration: RegistrationRow) -> SendMessage:
    """To the contact of a signup that is held until they confirm it: the one letter that says where."""
    lang, activity = registration.lang, context.activity(registration.lang)
    letter = RegistrationToConfirm(
        first_name=registration.contact_first,
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
        code=registration.code,
        company=registration.company_name,
        total=registration.total,
        held_until=_moment(context, registration.hold_until, lang),
        url=context.links.confirmation(registration.id, registration.link_version),
    )
    return _to_contact(registration, registration.id, letter)


def payment_asked(context: LetterContext, registration: RegistrationRow) -> SendMessage:
    """To the contact of what staff signed up and a card is to pay: where, and until when the places wait."""
    lang, activity = registration.lang, context.activity(registration.lang)
    letter = PaymentAsked(
        first_name=registration.contact_first,
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
        code=registration.code,
        total=registration.total,
        held_until=_moment(context, registration.hold_until, lang),
        url=context.page_of(registration) + "/pay",
    )
    return _to_contact(registration, registration.id, letter)


def ticket_letter(
    context: LetterContext, registration: RegistrationRow, bought: Bought, attendee: AttendeeRow
) -> SendMessage:
    """To one attendee: their own ticket and link; never an amount (domain.md J4)."""
    lang, activity = registration.lang, context.activity(registration.lang)
    letter = TicketSent(
        first_name=attendee.first_name,
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
        cover_url=activity.cover_url,
        cover_alt=activity.cover_alt,
        partners=activity.partners,
        attendee_name=attendee.full_name,
        personal_url=context.links.attendee(attendee.id, attendee.link_version),
        **_way_there(context, lang),
    )
    # A replacement raises the ticket, a new sending raises the registration's messages: each is said once.
    version = attendee.ticket_version * 1000 + registration.message_version
    tickets = (_ticket(context, attendee, bought, lang),)
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


def places_cancelled(
    context: LetterContext, registration: RegistrationRow, leaving: Sequence[AttendeeRow], gone: PlacesGone
) -> SendMessage:
    """To the contact: some places are cancelled. What goes back is told with its credit note."""
    activity = context.activity(registration.lang)
    letter = PlacesCancelled(
        first_name=registration.contact_first,
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
        code=registration.code,
        cancelled_by="association" if gone.by_staff else "contact",
        places=tuple(LetterPlace(name=attendee.full_name) for attendee in leaving),
        staying=gone.staying,
        kept=gone.kept,
        credit=gone.credit,
        personal_url=context.page_of(registration),
    )
    return _to_contact(registration, registration.id, letter)
