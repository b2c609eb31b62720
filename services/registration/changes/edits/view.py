"""The version of each part of a registration, for whoever shows it to be changed."""

from registration.changes.edits.rules import (
    ANSWERS,
    BILLING,
    CONTACT,
    NOTE,
    billing_version,
    contact_version,
    place_version,
    version,
)
from registration.notes.rules import NoteRow
from registration.registrations.queries import Whole
from registration.registrations.rules_rows import AttendeeRow


def versions_of(whole: Whole, note: NoteRow) -> dict[str, str]:
    """By part: `contact`, `billing`, `note`, `answers`, and each attendee's id. Sealed answers must not be opened for
    it: a version says that they are others, and nothing of what they say."""
    row = whole.registration
    parts = {CONTACT: contact_version(row), BILLING: billing_version(row), NOTE: version(note.body)}
    parts[ANSWERS] = _answers_version(whole, None)
    return parts | {str(place.id): place_version(place, _answers_version(whole, place)) for place in whole.attendees}


def _answers_version(whole: Whole, place: AttendeeRow | None) -> str:
    plain = {str(question): value for question, value in whole.answers_of(place).items()}
    of = place.id if place else None
    # Answers are written anew when they change: another row is another answer.
    return version(plain, sorted(str(row.id) for row in whole.sealed if row.attendee_id == of))
