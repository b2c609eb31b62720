"""What is asked of one registration."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from kit.errors import Refusal
from registration.public.choice.schemas import OwnChoice
from registration.rearrangements.queries import choice_of
from registration.rearrangements.rules import ChoiceRow, NothingToChoose, RearrangementRow, refuse_closed
from registration.registrations.rules import RegistrationStatus
from registration.registrations.rules_rows import RegistrationRow


@dataclass(frozen=True)
class Asked:
    """What is asked of a registration, by which rearrangement, and whether it may still choose."""

    rearrangement: RearrangementRow
    choice: ChoiceRow
    open: bool


def asked_of(session: Session, registration: RegistrationRow, now: datetime) -> Asked:
    """Raises NothingToChoose."""
    found = choice_of(session, registration.id)
    if found is None:
        raise NothingToChoose()
    rearrangement, choice = found
    try:
        refuse_closed(choice, rearrangement.decide_until, now)
    except Refusal:
        return Asked(rearrangement, choice, open=False)
    return Asked(rearrangement, choice, registration.status is RegistrationStatus.CONFIRMED)


def refund_of(registration: RegistrationRow) -> int:
    """What refunding all of it returns now, in cents with taxes."""
    return max(0, registration.received - registration.refunded)


def own_choice(session: Session, registration: RegistrationRow, now: datetime) -> OwnChoice:
    """Raises NothingToChoose."""
    asked = asked_of(session, registration, now)
    return OwnChoice(
        kind=asked.rearrangement.kind,
        open=asked.open,
        decide_by=asked.rearrangement.decide_by,
        decide_until=asked.rearrangement.decide_until,
        default=asked.rearrangement.default,
        answer=asked.choice.answer,
        refund=refund_of(registration),
    )
