"""Decisions of a signup as pure functions: which questions, which refund, which next state.

Amounts are cents before tax, times are UTC. Refusals raised here are the expected no's of the form.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kit.contracts import Association
from kit.contracts.addresses import NEAR, Reach
from kit.errors import Refusal
from kit.money import Amounts, Line, amounts
from registration.catalog.codes.rules import Bound
from registration.catalog.rules import NO_CODE, CodeEffect, Visitor
from registration.registrations.rules import RegistrationStatus
from registration.registrations.rules_add_ons import AddOnRow, Bought
from registration.registrations.rules_answers import AnswerRow
from registration.registrations.rules_rows import AttendeeRow, LineRow, RegistrationRow
from registration.sponsors.rules import BenefitRow


class SignupClosed(Refusal):
    """Signup is not open for this activity now."""


class MembersOnly(Refusal):
    """The activity is for member companies in good standing."""

    status = 403


class TotalChanged(Refusal):
    """The total is no longer what the person was shown; the form comes back with the new one."""


class DifferentForm(Refusal):
    """This form was already sent with other content."""


class TooManyForOneCompany(Refusal):
    """The company would have more places of the activity on unpaid invoices than any may: `n`."""


@dataclass(frozen=True)
class Circumstances:
    """What surrounds a signup: who, when, where, and how long places are held. `day` is the activity's local day, on
    which taxes are computed; `new_id` makes the ids of what will be written. A `stranger` is an online visitor whom
    nobody recognised: above the activity's number of places, or when `confirm_first` says so whatever their number, an
    invoice of theirs is held for `confirm_seconds` until its contact confirms it."""

    visitor: Visitor
    association: Association
    now: datetime
    day: date
    hold_seconds: int
    new_id: Callable[[], uuid.UUID]
    channel: str = "online"
    code: CodeEffect = NO_CODE
    code_id: uuid.UUID | None = None
    code_unknown: bool = False
    code_person: Bound | None = None
    code_refusal: Refusal | None = None
    card_offered: bool = True
    reach: Reach = NEAR
    stranger: bool = False
    confirm_first: bool = False
    confirm_seconds: int = 172_800

    def owed(self, lines: Sequence[Line]) -> Amounts:
        """What lines come to with the taxes of the day."""
        return amounts(lines, self.day, self.association.tax_registered)


@dataclass(frozen=True)
class Plan:
    """Rows ready to insert, in order; `takes` are (resource id, units) in id order.

    `fingerprint` tells a form that was changed from one sent twice, `search` is what staff find the registration by;
    `moved_at` is when the activity was postponed last before the offer was read.
    """

    registration: RegistrationRow
    fingerprint: str
    search: str
    lines: list[LineRow]
    attendees: list[AttendeeRow]
    answers: list[AnswerRow]
    add_ons: list[AddOnRow]
    takes: list[tuple[uuid.UUID, int]]
    code_units: int
    benefits: Sequence[BenefitRow] = ()
    moved_at: datetime | None = None

    @property
    def bought(self) -> Bought:
        return Bought(self.lines, self.add_ons)

    @property
    def confirmed(self) -> bool:
        """Whether it waits for nothing: free, or by invoice."""
        return self.registration.status is RegistrationStatus.CONFIRMED

    @property
    def on_invoice(self) -> bool:
        return self.registration.method == "invoice"

    @property
    def places(self) -> int:
        """How many people it brings."""
        return len(self.attendees)

    @property
    def recipients(self) -> list[str]:
        """Whom letters go to without anything being paid: the contact, and attendees with an address of their own."""
        contact = self.registration.contact_email
        if self.registration.method == "card":
            return []
        others = [one.email for one in self.attendees if one.email and one.email != contact]
        return [contact, *others] if contact else others
