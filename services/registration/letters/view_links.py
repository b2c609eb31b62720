"""The letter that gives somebody back the links of what they have to come."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from kit.contracts import SendMessage
from kit.contracts.letters.links import FoundLink, FoundSpace, RegistrationsFound
from registration.letters.view import LetterContext
from registration.registrations.rules import RegistrationStatus
from registration.registrations.rules_rows import AttendeeRow, RegistrationRow


@dataclass(frozen=True)
class Reader:
    """Whom the letter goes to. The names are empty when several people share the mailbox."""

    email: str
    first_name: str
    last_name: str
    lang: str


@dataclass(frozen=True)
class Found:
    """What an address has: links to what is to come (`more` are not listed), and companies' pages."""

    links: Sequence[FoundLink]
    spaces: Sequence[FoundSpace]
    more: int


def found_registration(context: LetterContext, registration: RegistrationRow, lang: str) -> FoundLink:
    """A registration of theirs: its contact's page."""
    activity = context.activity(lang)
    return FoundLink(
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
        code=registration.code,
        whose="contact",
        waits=registration.status is RegistrationStatus.HELD,
        url=context.page_of(registration),
    )


def found_attendee(context: LetterContext, attendee: AttendeeRow, lang: str) -> FoundLink:
    """A place of theirs in somebody else's registration: their own ticket, and nothing more."""
    activity = context.activity(lang)
    return FoundLink(
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
        code=attendee.code,
        whose="attendee",
        waits=False,
        url=context.links.attendee(attendee.id, attendee.link_version),
    )


def registrations_found(asked: uuid.UUID, reader: Reader, found: Found) -> SendMessage:
    """To whoever asked (`asked` is the request) for the links of what they have."""
    letter = RegistrationsFound(
        first_name=reader.first_name, links=tuple(found.links), spaces=tuple(found.spaces), more=found.more
    )
    return SendMessage(
        entity=asked,
        to=reader.email,
        to_name=f"{reader.first_name} {reader.last_name}".strip(),
        lang="en" if reader.lang == "en" else "fr",
        values=letter,
    )
