"""A mailing to the people of an activity: why it is sent, whom it reaches, and that each of them gets it once."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kit.contracts import Bilingual
from kit.errors import Refusal
from kit.text import fold

# Typed texts may name people: they go with the other lists of staff. One that nobody confirmed is forgotten soon.
KEPT = timedelta(days=90)
UNCONFIRMED = timedelta(days=7)
# How often one letter is tried before it is given up: whatever stops a process that often is no passing thing.
MOST_TRIES = 5


class Occasion(StrEnum):
    """Why it is sent: somebody wrote to the people, or something became of the activity."""

    WRITTEN = "written"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    ONLINE = "online"
    UNDONE = "undone"


class Audience(StrEnum):
    """Whom it reaches, of confirmed registrations: all; who arrived or did not; contacts of what is not paid, or whose
    places wait for names."""

    ALL = "all"
    PRESENT = "present"
    ABSENT = "absent"
    UNPAID = "unpaid"
    NAMES_MISSING = "names_missing"

    @property
    def by_arrival(self) -> bool:
        return self in (Audience.PRESENT, Audience.ABSENT)


@dataclass(frozen=True)
class Readers:
    """An audience, narrowed to what a product brings, to one company's people, or to arrivals of one session's day."""

    audience: Audience = Audience.ALL
    product_id: uuid.UUID | None = None
    session_id: uuid.UUID | None = None
    company_id: uuid.UUID | None = None


# Whoever is registered, and nothing narrower.
EVERYBODY = Readers()


@dataclass(frozen=True)
class NewMailing:
    """What is to be said to whom, and who says it. `choice`: each letter leads to a choice on the reader's page."""

    activity_id: uuid.UUID
    occasion: Occasion
    readers: Readers
    subject: Bilingual
    text: Bilingual
    by_id: str
    by: str
    choice: bool = False


class RecipientState(StrEnum):
    """One letter: ready until it is handed over (sent), has nobody to go to any more (skipped), or failed."""

    READY = "ready"
    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"


class Skipped(StrEnum):
    """Why nobody is written to any more, when a letter's turn comes."""

    CANCELLED = "cancelled"  # The registration, or the place, was given back meanwhile.
    NO_ADDRESS = "no_address"  # Whoever has the place now gave no address.
    CONTACT_HAS_IT = "contact_has_it"  # Whoever has the place now is the contact, who gets the same letter.


# Why a letter failed for good.
GIVEN_UP = "tried_too_often"
NOT_DELIVERED = "not_delivered"


@dataclass(frozen=True)
class MailingRow:
    """One mailing as it stands in its table."""

    id: uuid.UUID
    activity_id: uuid.UUID
    occasion: Occasion
    audience: Audience
    product_id: uuid.UUID | None
    session_id: uuid.UUID | None
    company_id: uuid.UUID | None
    subject_fr: str
    subject_en: str
    text_fr: str
    text_en: str
    choice: bool
    by_id: str
    by: str
    created_at: datetime
    confirmed_at: datetime | None

    @property
    def readers(self) -> Readers:
        return Readers(self.audience, self.product_id, self.session_id, self.company_id)

    @property
    def subject(self) -> Bilingual:
        return Bilingual(fr=self.subject_fr, en=self.subject_en)

    @property
    def text(self) -> Bilingual:
        return Bilingual(fr=self.text_fr, en=self.text_en)

    @property
    def mark(self) -> str:
        """Another one for other words or other readers."""
        said = (self.subject_fr, self.subject_en, self.text_fr, self.text_en)
        return hashlib.sha256(repr((*said, *map(str, vars(self.readers).values()))).encode()).hexdigest()


@dataclass(frozen=True)
class Candidate:
    """Somebody of the audience: the contact of a registration, or (with `attendee_id`) an attendee with an address."""

    registration_id: uuid.UUID
    attendee_id: uuid.UUID | None
    email: str
    name: str
    lang: str

    @property
    def person(self) -> tuple[str, str]:
        """Who it is, as far as one can tell: a name at an address."""
        return self.email.lower(), fold(self.name)


@dataclass(frozen=True)
class Reach:
    """How many letters a mailing is, and how many of them in English."""

    total: int
    english: int


@dataclass(frozen=True)
class Progress:
    """How far a mailing is, in letters."""

    total: int
    sent: int
    skipped: int
    failed: int

    @property
    def waiting(self) -> int:
        return self.total - self.sent - self.skipped - self.failed


class AlreadySent(Refusal):
    """It was confirmed: what was said is said."""


class SaidOtherwise(Refusal):
    """It was said differently since it was looked at: nobody lets leave what they have not read."""


class NoAddressOfYours(Refusal):
    """Whoever asks for a test has no address: a program's token has none."""


class NothingToSend(Refusal):
    """Nobody with an address is in this audience."""


def recipients(candidates: Iterable[Candidate], each_registration: bool) -> list[Candidate]:
    """One letter for a person at an address. Contacts come first; an attendee who is reached at their contact's address
    gets no second one. `each_registration`: a contact of several gets one for each, since each chooses."""
    every = [one for one in candidates if one.email]
    contacts = [one for one in every if one.attendee_id is None]
    mailboxes = {(one.registration_id, one.email.lower()) for one in contacts}
    chosen: dict[object, Candidate] = {}
    for contact in contacts:
        chosen.setdefault((contact.registration_id, "contact") if each_registration else contact.person, contact)
    people = {one.person for one in chosen.values()}
    for one in every:
        if one.attendee_id is None or one.person in people or (one.registration_id, one.email.lower()) in mailboxes:
            continue
        people.add(one.person)
        chosen[one.person] = one
    return list(chosen.values())


def reach(chosen: Iterable[Candidate]) -> Reach:
    """What is said before it leaves: « 287 personnes, 41 en anglais »."""
    langs = [one.lang for one in chosen]
    return Reach(len(langs), langs.count("en"))
