"""What may be changed after a signup, until when, and what a cancellation gives back."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kit.contracts.addresses import Reach, problem
from kit.contracts.problems import Where
from kit.contracts.texts import LINE
from kit.money import percent_of
from registration.registrations.rules import AttendeeStatus, NothingToCancel
from registration.registrations.rules_add_ons import AddOnRow
from registration.registrations.rules_rows import AttendeeRow, LineRow


@dataclass(frozen=True)
class PersonNamed:
    """Who takes a place."""

    first_name: str
    last_name: str
    email: str
    company: str = ""


@dataclass(frozen=True)
class ContactNamed:
    """Who signs others up and receives the messages."""

    first_name: str
    last_name: str
    email: str
    phone: str = ""


def person_problems(person: PersonNamed, reach: Reach) -> dict[Where, str]:
    """What is wrong with the person who takes a place: field -> key of its sentence. Every field may be empty,
    but a name has two parts."""
    lines = {"first_name": person.first_name, "last_name": person.last_name, "company": person.company}
    problems: dict[Where, str] = {name: "problem.line_too_long" for name, text in lines.items() if len(text) > LINE}
    if bool(person.first_name) != bool(person.last_name):
        problems["last_name" if person.first_name else "first_name"] = "problem.required"
    wrong = problem(person.email, reach)
    return problems | ({"email": wrong} if wrong else {})


def may_change_until(names_due: datetime | None, starts: datetime | None) -> datetime | None:
    """Names and answers may change until the activity's deadline, else until it starts."""
    return names_due or starts


def is_open(until: datetime | None, now: datetime) -> bool:
    return until is None or now <= until


def units_given_back(
    lines: Sequence[LineRow],
    attendees: Sequence[AttendeeRow],
    add_ons: Sequence[AddOnRow],
    leaving: Collection[uuid.UUID],
) -> dict[uuid.UUID, int]:
    """Units of each line that nobody is left to use: a foursome goes back when its four people have left, an add-on
    with the person it is for, a sponsorship with the last of them. When everyone has left, everything goes back.

    Raises NothingToCancel when no active attendee is leaving, unless it is a sponsorship that brings nobody.
    """
    active = [attendee for attendee in attendees if attendee.status is AttendeeStatus.ACTIVE]
    staying = [attendee for attendee in active if attendee.id not in leaving]
    if len(staying) == len(active) and (active or not any(line.sponsorship and line.standing for line in lines)):
        raise NothingToCancel()
    units: dict[uuid.UUID, int] = {}
    for line in lines:
        gone = line.standing - _units_used(line, staying, add_ons)
        if gone > 0:
            units[line.id] = gone
    return units


def _units_used(line: LineRow, staying: Sequence[AttendeeRow], add_ons: Sequence[AddOnRow]) -> int:
    if line.attendees:
        return len({attendee.unit for attendee in staying if attendee.line_id == line.id})
    if line.sponsorship:
        return line.standing if staying else 0
    ids = {attendee.id for attendee in staying}
    return sum(share.units for share in add_ons if share.line_id == line.id and share.attendee_id in ids)


def kept_amount(units: Mapping[uuid.UUID, int], lines: Sequence[LineRow], percent: int) -> int:
    """What the rule keeps of the units given back, in cents before tax.

    As billing credits them: line by line, and it is the part that goes back which is rounded half up.
    """
    amounts = [line.unit_amount * units.get(line.id, 0) for line in lines]
    return sum(amount - percent_of(amount, 100 - percent) for amount in amounts)


def is_replacement(was: str, now: str) -> bool:
    """Whether another person comes: somebody was named, and the name is another one. Both are folded names
    (`sort_name`): an accent or a capital put right is the same person, who keeps ticket and answers."""
    return bool(was) and was != now
