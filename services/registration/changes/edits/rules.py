"""What staff change of one registration, part by part: what may be wrong with it, and how somebody who was slower than
a colleague is told so."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from kit.contracts.addresses import Reach, problem
from kit.contracts.problems import Where
from kit.contracts.texts import ANSWER, LINE
from kit.errors import Refusal
from registration.changes.rules import ContactNamed, PersonNamed, person_problems
from registration.registrations.rules_answers import AnswerValue
from registration.registrations.rules_rows import AttendeeRow, RegistrationRow

# The parts of a registration that are changed each for itself; a place is the part that its attendee's id names.
CONTACT, BILLING, NOTE, ANSWERS = "contact", "billing", "note", "answers"


class EditedMeanwhile(Refusal):
    """Somebody else changed the same part since it was read; nothing was written."""


@dataclass(frozen=True)
class Billed:
    """What documents say of who pays, beside the contact: the company, and its purchase order number."""

    company: str
    po_number: str


@dataclass(frozen=True)
class Edit:
    """What staff want of a registration; what is None, or not named, stays as it is.

    Nobody is replaced by it: a person of `people` is the same one in the same place. `answers` are those of an attendee
    (None: of the registration), by the question's key. `seen` holds the version of each part as it was read: a part
    that has another one since is not written.
    """

    contact: ContactNamed | None = None
    billed: Billed | None = None
    note: str | None = None
    people: Mapping[uuid.UUID, PersonNamed] = field(default_factory=dict)
    answers: Mapping[uuid.UUID | None, Mapping[str, AnswerValue]] = field(default_factory=dict)
    seen: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_note_alone(self) -> bool:
        """Whether it changes nothing but the note, which no visitor and no sibling ever learns of."""
        return not (self.contact or self.billed or self.people or self.answers)


def edit_problems(edit: Edit, reach: Reach) -> dict[Where, str]:
    """What is wrong with names, addresses and texts, all at once: `("contact", "email")`, `company`, `note`. People are
    named by their ids, `(id, "email")`, for whoever knows at which place of what was sent they are."""
    problems = _contact_problems(edit.contact, reach) if edit.contact else {}
    if edit.billed:
        texts = {"company": edit.billed.company, "po_number": edit.billed.po_number}
        problems |= {name: "problem.line_too_long" for name, text in texts.items() if len(text) > LINE}
    if edit.note is not None and len(edit.note) > ANSWER:
        problems["note"] = "problem.too_long"
    for attendee, person in edit.people.items():
        found = person_problems(person, reach)
        problems |= {(str(attendee), str(name)): key for name, key in found.items()}
    return problems


def _contact_problems(contact: ContactNamed, reach: Reach) -> dict[Where, str]:
    texts = {"first_name": contact.first_name, "last_name": contact.last_name, "phone": contact.phone}
    problems: dict[Where, str] = {
        ("contact", name): "problem.line_too_long" for name, text in texts.items() if len(text) > LINE
    }
    problems |= {("contact", name): "problem.required" for name in ("first_name", "last_name") if not texts[name]}
    wrong = problem(contact.email, reach) if contact.email else "problem.required"
    return problems | ({("contact", "email"): wrong} if wrong else {})


def contact_version(row: RegistrationRow) -> str:
    return version(row.contact_first, row.contact_last, row.contact_email, row.contact_phone)


def billing_version(row: RegistrationRow) -> str:
    return version(row.company_name, row.bill_to.po_number)


def place_version(row: AttendeeRow, answers: str) -> str:
    """Of a person and what they answered."""
    return version(row.first_name, row.last_name, row.email, row.company_name, row.status, answers)


def version(*values: object) -> str:
    """The same for the same values: what a form carries of what it showed."""
    return hashlib.sha256(json.dumps(values, default=str, sort_keys=True).encode()).hexdigest()[:20]


def refuse_if_edited(seen: Mapping[str, str], standing: Mapping[str, str]) -> None:
    """Raises EditedMeanwhile, naming the part, when one that was read has another version since."""
    for part, known in seen.items():
        if known != standing.get(part):
            raise EditedMeanwhile(field=part)
