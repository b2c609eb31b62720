"""A provider asks whether a code is valid: always one digest for each of our keys and one look-up, whatever was typed.
Nothing is kept of it but how many questions came by the link within the hour."""

from typing import TYPE_CHECKING

from registration.plans.eligibility.queries import standing
from registration.plans.eligibility.rules import Standing, normal
from registration.plans.flows import codes_of, today
from registration.plans.rules import PlanRow, TooManyChecks
from registration.strangers.actions import spend
from registration.strangers.rules import Spending

if TYPE_CHECKING:
    from registration.service import RegistrationService

# Questions that one provider's link may ask within an hour: many more than a clinic has visitors, and far fewer than a
# code is guessed by.
CHECKS, SECONDS = 300, 3600


def check(here: "RegistrationService", plan: PlanRow, typed: str) -> Standing | None:
    """From when to when the code is valid; None when it is not. Raises TooManyChecks."""
    link = f"clinic:{plan.id}:{plan.link_version}"
    with here.db.write() as session:
        spend(session, [Spending(link, 1, CHECKS, SECONDS, TooManyChecks)], here.clock())
    digests = codes_of(here).digests(normal(here.association().key, typed))
    with here.db.read() as session:
        return standing(session, plan.id, digests, today(here))
