"""What surrounds the plan: the day, the keys of its codes, whose part of it a visitor sees."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlmodel import Session

from kit.clock import local_day
from kit.contracts.callers import Caller
from kit.errors import NotFound
from kit.settings import keys
from registration.catalog.offers.rules import Offer
from registration.catalog.rules import Visitor
from registration.plans.actions import Act
from registration.plans.eligibility.queries import valid_codes
from registration.plans.eligibility.rules import Codes, shown
from registration.plans.queries import plan_of
from registration.plans.rules import CoverageRow, Whose

if TYPE_CHECKING:
    from registration.service import RegistrationService


def codes_of(here: "RegistrationService") -> Codes:
    """What makes codes and their digests."""
    return Codes(keys(here.settings.privacy_key))


def today(here: "RegistrationService") -> date:
    """The association's day: coverages begin and end by it."""
    return local_day(here.clock(), here.association().timezone)


def act(here: "RegistrationService", by: Caller) -> Act:
    """Somebody acts on a plan now."""
    return Act(by, here.clock(), today(here), codes_of(here), here.association().short_name)


@dataclass(frozen=True)
class Enrolment:
    """A company's part of a plan, the plan's activity, and how the company stands today."""

    whose: Whose
    offer: Offer
    visitor: Visitor


def enrolment(
    here: "RegistrationService", session: Session, activity_id: uuid.UUID, company_id: uuid.UUID, visitor: Visitor
) -> Enrolment:
    """What a company has of the plan that an activity covers people by. Raises NotFound when it covers nobody."""
    plan = plan_of(session, activity_id)
    if plan is None:
        raise NotFound()
    return Enrolment(Whose(plan, company_id), here.offer(session, activity_id), visitor)


def codes_shown(here: "RegistrationService", session: Session, people: list[CoverageRow]) -> dict[uuid.UUID, str]:
    """The codes of these people as they are read aloud, of those who have a valid one: for a sheet or a letter, which
    keep neither."""
    made = valid_codes(session, codes_of(here), [(one.id, one.version) for one in people if one.span])
    prefix = here.association().key
    return {coverage: shown(prefix, one.code) for coverage, one in made.items()}
