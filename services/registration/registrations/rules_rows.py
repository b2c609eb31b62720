"""The registration and what belongs to it as frozen rows: what rules, letters and faces are given."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kit.contracts import Bilingual
from kit.contracts.texts import glued
from kit.money import TaxClass
from kit.text import fold
from registration.catalog.rules import Who
from registration.registrations.rules import AttendeeStatus, RegistrationStatus


@dataclass(frozen=True)
class BillTo:
    """Where an invoice goes, when it is not the contact."""

    email: str = ""
    address: str = ""
    city: str = ""
    province: str = "QC"
    postal_code: str = ""
    po_number: str = ""


@dataclass(frozen=True, kw_only=True)
class RegistrationRow:
    """One registration as it stands in its table (`registrations/models.py` says what the columns mean)."""

    id: uuid.UUID
    activity_id: uuid.UUID
    code: str
    status: RegistrationStatus
    channel: str
    lang: str
    method: str
    contact_first: str
    contact_last: str
    contact_email: str
    contact_phone: str
    company_id: uuid.UUID | None
    company_name: str
    company_key: str = ""
    member: bool
    bill_to: BillTo
    code_id: uuid.UUID | None
    subtotal: int
    tps: int
    tvq: int
    total: int
    ordered_on: date
    terms: Mapping[str, str]
    link_version: int = 1
    message_version: int = 1
    created_at: datetime
    hold_until: datetime | None
    check_at: datetime | None
    confirmed_at: datetime | None
    ended_at: datetime | None = None
    invoice_number: str = ""
    due_on: date | None = None
    paid_at: datetime | None = None
    paid_by: str = ""
    credited: int = 0
    refunded: int = 0
    received: int = 0
    sums_revision: int = 0
    balance: int = 0
    amends_id: uuid.UUID | None = None

    @property
    def returning(self) -> int:
        """What is on its way back: received above what is owed since, and not returned yet."""
        owed = self.total - self.credited
        return max(0, self.received - self.refunded - owed) if self.paid_at else 0

    @property
    def contact_name(self) -> str:
        return f"{self.contact_first} {self.contact_last}"

    @property
    def waits_for_contact(self) -> bool:
        """Whether its places wait for its contact (or staff) to confirm it, and not for a card."""
        return self.status is RegistrationStatus.HELD and self.method == "invoice"

    @property
    def invoice_waits(self) -> bool:
        """Whether its invoice, which may be of others too, waits for money."""
        return self.method == "invoice" and bool(self.invoice_number) and self.balance > 0


@dataclass(frozen=True, kw_only=True)
class LineRow:
    """So many units of a product at one price, as they stand in their table."""

    id: uuid.UUID
    registration_id: uuid.UUID
    position: int
    product_id: uuid.UUID
    price_key: str
    who: str
    label_fr: str
    label_en: str
    quantity: int
    cancelled: int
    unit_amount: int
    tax_class: TaxClass
    gl_account: str
    components: Mapping[str, int]
    attendees: int
    uses: Mapping[str, int]
    lowered_by: int = 0
    sponsorship: bool = False

    @property
    def label(self) -> Bilingual:
        return Bilingual(fr=self.label_fr, en=self.label_en)

    @property
    def standing(self) -> int:
        """Units that were not given back."""
        return self.quantity - self.cancelled

    @property
    def for_code(self) -> tuple[str, int, int]:
        """What counts when a code served it: for whom it is, its standing units, by how much each was lowered."""
        return self.who, self.standing, self.lowered_by

    @property
    def amount(self) -> int:
        """What it came to when it was signed up for, in cents before tax."""
        return self.unit_amount * self.quantity


@dataclass(frozen=True, kw_only=True)
class AttendeeRow:
    """One place as it stands in its table."""

    id: uuid.UUID
    registration_id: uuid.UUID
    line_id: uuid.UUID
    activity_id: uuid.UUID
    position: int
    unit: int
    code: str
    status: AttendeeStatus
    first_name: str
    last_name: str
    email: str
    company_name: str
    sort_name: str
    search: str
    ticket_version: int = 1
    link_version: int = 1

    @property
    def listed_name(self) -> str:
        """Last name first, as lists are sorted; empty for a place that waits for its name."""
        return listed(self.first_name, self.last_name)

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


def listed(first: str, last: str) -> str:
    """A name as lists that are sorted by last name show it: « Anse-Creuse, Zacharie »."""
    return ", ".join(part for part in (last, first) if part)


@dataclass(frozen=True)
class PersonName:
    """The columns of an attendee that follow their name."""

    first_name: str
    last_name: str
    email: str
    company_name: str
    sort_name: str
    search: str


def takes_of(lines: Iterable[LineRow], resources: Mapping[str, uuid.UUID]) -> list[tuple[uuid.UUID, int]]:
    """Units of each resource that lines take, in id order so that two signups never wait for each other in a ring."""
    wanted: dict[uuid.UUID, int] = {}
    for line in lines:
        for key, count in line.uses.items():
            if key in resources:
                wanted[resources[key]] = wanted.get(resources[key], 0) + count * line.standing
    return sorted((resource, units) for resource, units in wanted.items() if units > 0)


def person_name(first: str, last: str, email: str, company: str, code: str) -> PersonName:
    """What is kept of a name: as it was given, as it is sorted, and as it is searched for, with the place's code."""
    names = f"{first} {last} {company}"
    search = fold(f"{names} {email} {code.replace('-', '')} {glued(names)}")
    return PersonName(first, last, email, company, fold(f"{last} {first}"), search)


def contact_search(name: str, company: str, email: str, code: str) -> str:
    """What staff find a registration by."""
    return fold(f"{name} {company} {email} {code} {glued(f'{name} {company}')}")


def code_cents(lines: Iterable[LineRow]) -> int:
    """What a code takes off the standing units of lines, in cents before tax."""
    return sum(line.lowered_by * line.standing for line in lines)


def code_units(lines: Iterable[tuple[str, int, int]]) -> int:
    """Units that a code serves in one registration, whose lines are (for whom, units, lowered by): those of the price
    it opened, or those it lowered. It never does both, so the lines alone say which; lines of before this was kept do
    not say what was lowered, and then it is all of them."""
    every = list(lines)
    opened = [line for line in every if line[0] == Who.CODE]
    return sum(units for _, units, _ in opened or [line for line in every if line[2]] or every)
