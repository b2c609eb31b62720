"""What the clock does for those covered: a purchase that was cancelled, by whomever, covers nobody any more."""

from typing import TYPE_CHECKING

from kit.contracts.callers import ANYONE
from registration.plans.covering.actions_cancelled import end_cancelled
from registration.plans.flows import act

if TYPE_CHECKING:
    from registration.service import RegistrationService


def end_of_cancelled(here: "RegistrationService") -> bool:
    """A batch of them. True when there may be more."""
    now = act(here, ANYONE)
    with here.db.write() as session:
        return bool(end_cancelled(session, now))
