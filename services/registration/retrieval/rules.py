"""What belongs to an address, and whom the letter about it is written to."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from registration.registrations.rules_rows import AttendeeRow, RegistrationRow

# How many are listed in one letter; it says how many more there are.
MOST = 50
# A request nobody answered by then (no worker ran) is forgotten: its letter would surprise whoever gets it.
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Acts:
    """Somebody who acts for companies: the one that their personal link opens, and the others that it leads to."""

    person_id: uuid.UUID
    link_version: int
    first_name: str
    last_name: str
    email: str
    company: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Belongings:
    """Registrations that somebody made, places of others' registrations that are theirs, and whoever acts for a
    company with this address."""

    registrations: tuple[RegistrationRow, ...]
    places: tuple[AttendeeRow, ...]
    acting: tuple[Acts, ...] = ()

    @property
    def address(self) -> str:
        """Where to write: the address as it was given with the first of them, never as it was typed since."""
        given = [row.contact_email for row in self.registrations] + [row.email for row in self.places]
        given += [one.email for one in self.acting]
        return given[0] if given else ""

    @property
    def name(self) -> tuple[str, str]:
        """First and last name to write to; nobody's when several people share the mailbox."""
        names = {(row.contact_first, row.contact_last) for row in self.registrations}
        names |= {(row.first_name, row.last_name) for row in self.places}
        names |= {(one.first_name, one.last_name) for one in self.acting}
        return names.pop() if len(names) == 1 else ("", "")


def one_case(email: str) -> str:
    """An address to compare by: capital letters of ASCII are small ones, and nothing else is taken for the same. (By a
    wider rule the sign of kelvin is a « k », and a stranger's address would pass for somebody's.)"""
    return "".join(letter.lower() if letter.isascii() else letter for letter in email)


def belongings(
    email: str, made: Sequence[RegistrationRow], places: Sequence[AttendeeRow], acting: Sequence[Acts] = ()
) -> Belongings:
    """What belongs to this very address. The contact's page says everything of a registration: a place in one of one's
    own is not told apart."""
    wanted = one_case(email)
    registrations = tuple(row for row in made if one_case(row.contact_email) == wanted)
    own = {row.id for row in registrations}
    others = (row for row in places if one_case(row.email) == wanted and row.registration_id not in own)
    return Belongings(registrations, tuple(others), tuple(one for one in acting if one_case(one.email) == wanted))
