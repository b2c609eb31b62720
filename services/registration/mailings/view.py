"""The letter of a mailing to one reader, written when it leaves."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from kit.contracts import SendMessage
from kit.contracts.letters.base import CalendarLink, one_line
from kit.contracts.letters.mailings import ActivityMessage
from kit.contracts.messages import Attachment
from registration.catalog.calendars.rules import Withdrawn
from registration.catalog.calendars.view import activity_calendar, withdrawn_calendar
from registration.catalog.offers.view_calendar import calendar_links, map_url
from registration.catalog.rules import ActivityStatus
from registration.catalog.view import page
from registration.letters.view import LetterContext
from registration.mailings.rules import MailingRow, Occasion
from registration.mailings.rules_text import Variable, filled, paragraphs
from registration.registrations.rules_rows import AttendeeRow, RegistrationRow


@dataclass(frozen=True)
class Reader:
    """Who reads a letter: the contact of a registration or one attendee, with the page that is theirs."""

    email: str
    first_name: str
    full_name: str
    lang: Literal["fr", "en"]
    whose: Literal["contact", "attendee"]
    page_url: str


def reader_of(
    context: LetterContext, registration: RegistrationRow, attendee: AttendeeRow | None, page_url: str = ""
) -> Reader:
    """The contact, or (with one) the attendee as they are now; `page_url` is shown in place of their own page."""
    lang: Literal["fr", "en"] = "en" if registration.lang == "en" else "fr"
    if attendee is None:
        url = page_url or context.page_of(registration)
        return Reader(
            registration.contact_email, registration.contact_first, registration.contact_name, lang, "contact", url
        )
    url = page_url or context.links.attendee(attendee.id, attendee.link_version)
    return Reader(attendee.email, attendee.first_name, attendee.full_name, lang, "attendee", url)


def message(context: LetterContext, mailing: MailingRow, reader: Reader) -> ActivityMessage:
    """What the letter says: in the reader's language, in French alone when there is no other text."""
    said = "en" if reader.lang == "en" and mailing.text.en else "fr"
    activity, offer = context.activity(reader.lang), context.offer
    in_text = context.activity(said)
    values = {
        Variable.FIRST_NAME: one_line(reader.first_name),
        Variable.ACTIVITY: in_text.title,
        Variable.DATE: in_text.when,
        Variable.PLACE: in_text.place,
        Variable.LINK: reader.page_url,
    }
    stands = offer.activity.status is not ActivityStatus.CANCELLED
    public = context.links.home + page(offer.activity, reader.lang)
    links = calendar_links(offer, reader.lang, public) if stands and offer.sessions else ()
    return ActivityMessage(
        first_name=reader.first_name,
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
        cover_url=activity.cover_url,
        cover_alt=activity.cover_alt,
        map_url=map_url(offer.activity) if stands else "",
        calendars=tuple(CalendarLink(name=name, url=url) for name, url in links),
        calendar_url=f"{public}.ics" if stands and offer.sessions else "",
        occasion=mailing.occasion.value,
        subject=one_line(filled(mailing.subject.fr if said == "fr" else mailing.subject.en, said, values)) or "—",
        paragraphs=paragraphs(mailing.text.fr if said == "fr" else mailing.text.en, said, values),
        french_only=reader.lang == "en" and said == "fr",
        whose=reader.whose,
        choice=mailing.choice and reader.whose == "contact",
        personal_url=reader.page_url,
    )


def letter(
    context: LetterContext, mailing: MailingRow, reader: Reader, recipient_id: uuid.UUID, gone: Sequence[Withdrawn] = ()
) -> SendMessage:
    """The letter to one reader; the row of the recipient is its key, so that notify says it once. `gone` are sessions
    that calendars must let go."""
    return SendMessage(
        entity=recipient_id,
        to=reader.email,
        to_name=reader.full_name,
        lang=reader.lang,
        values=message(context, mailing, reader),
        attachments=() if mailing.occasion is Occasion.WRITTEN else _calendars(context, gone, reader.lang),
    )


def test_letters(
    context: LetterContext, mailing: MailingRow, email: str, name: str, new_id: Callable[[], uuid.UUID]
) -> list[SendMessage]:
    """What a member of staff gets to see it as a reader would, once in each language it is written in."""
    langs: tuple[Literal["fr", "en"], ...] = ("fr", "en") if mailing.text.en else ("fr",)
    letters = []
    for lang in langs:
        public = context.links.home + page(context.offer.activity, lang)
        reader = Reader(email, name.partition(" ")[0], name, lang, "contact", public)
        letters.append(letter(context, mailing, reader, new_id()))
    return letters


def _calendars(context: LetterContext, gone: Sequence[Withdrawn], lang: str) -> tuple[Attachment, ...]:
    """What moves the entry in the reader's calendar: the dates as they stand now, or that they stand no more. Sessions
    that were taken out go in a file of their own, for a calendar file says one thing."""
    offer, french = context.offer, lang == "fr"
    activity, url = offer.activity, context.links.home + page(offer.activity, lang)
    files = []
    if offer.sessions:
        content = context.cache.get(
            ("calendar", activity.id, activity.version, lang), lambda: activity_calendar(offer, lang, url)
        )
        files.append(("calendrier.ics" if french else "calendar.ics", content))
    if gone:
        name = "seances-retirees.ics" if french else "removed-sessions.ics"
        files.append((name, withdrawn_calendar(offer, gone, lang, url)))
    return tuple(Attachment(name=name, content_type="text/calendar", text=text) for name, text in files)
