"""What is behind a personal link: read and the link checked, for the pages and for programs."""

import uuid

from sqlmodel import Session

from registration.catalog.queries import KnownOffers
from registration.links import Links
from registration.registrations.amended.queries import amendments_of
from registration.registrations.queries import Whole, place, registration_by_id, whole_registration
from registration.registrations.rules import STANDING, RegistrationStatus
from registration.registrations.rules_rows import AttendeeRow, RegistrationRow


def behind_contact_link(
    session: Session, known: KnownOffers, links: Links, registration_id: uuid.UUID, token: str
) -> Whole:
    """The registration behind its contact's link. Raises NotFound."""
    registration = whole_registration(session, registration_id, known)
    links.check("registration", registration_id, registration.registration.link_version, token)
    return registration


def behind_confirmation_link(
    session: Session, known: KnownOffers, links: Links, registration_id: uuid.UUID, token: str
) -> Whole:
    """The registration behind the link of the letter that asks to confirm it. Raises NotFound."""
    registration = whole_registration(session, registration_id, known)
    links.check("confirm", registration_id, registration.registration.link_version, token)
    return registration


def behind_own_link(
    session: Session, known: KnownOffers, links: Links, attendee_id: uuid.UUID, token: str
) -> tuple[Whole, AttendeeRow]:
    """One attendee's place behind their own link. Raises NotFound."""
    registration, attendee = place(session, attendee_id, known)
    links.check("attendee", attendee_id, attendee.link_version, token)
    return registration, attendee


def added_to(session: Session, whole: Whole) -> list[RegistrationRow]:
    """What was added to a registration, and stands or was cancelled; of an amendment, what it adds to."""
    registration = whole.registration
    if registration.amends_id is not None:
        return [registration_by_id(session, registration.amends_id)]
    return amendments_of(session, registration.id, *STANDING, RegistrationStatus.CANCELLED)
