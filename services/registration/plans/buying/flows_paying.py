"""What a payment that arrives causes for a purchase of coverages."""

from typing import TYPE_CHECKING

from sqlmodel import Session

from kit.contracts import SendMessage
from kit.contracts.callers import ANYONE
from registration.letters.flows import letter_context
from registration.plans.covering.actions import release
from registration.plans.flows import act, today
from registration.plans.queries import coverages_bought, is_held, plan_of
from registration.plans.rules import CoverageState
from registration.plans.view import confirmation
from registration.registrations.queries import lines_of
from registration.registrations.rules import RegistrationStatus
from registration.registrations.rules_rows import RegistrationRow

if TYPE_CHECKING:
    from registration.service import RegistrationService


def still_waits(here: "RegistrationService", session: Session, registration: RegistrationRow) -> bool:
    """Whether everybody whom an expired purchase was for still waits for it: their company may have bought anew
    meanwhile, or the plan be over, and then there is nothing to pay."""
    if registration.status not in (RegistrationStatus.EXPIRED, RegistrationStatus.HELD):
        return True
    plan = plan_of(session, registration.activity_id)
    if plan is None or plan.is_over(today(here)):
        return False
    waiting = coverages_bought(session, registration.id, CoverageState.LISTED)
    return len(waiting) == sum(line.standing for line in lines_of(session, registration.id))


def cover_paid(here: "RegistrationService", session: Session, registration: RegistrationRow) -> list[SendMessage]:
    """The card is paid: the codes leave, unless staff hold them; what whoever bought is told."""
    plan, now = plan_of(session, registration.activity_id), act(here, ANYONE)
    people = coverages_bought(session, registration.id, CoverageState.LISTED)
    if plan is None or not people:
        return []
    held = is_held(session, plan.id, people[0].company_id)
    covered = people if held else release(session, plan, registration.id, now)
    context = letter_context(here, here.offer(session, registration.activity_id))
    return [confirmation(context, registration, plan, covered, plan.covers(now.today), held)]
