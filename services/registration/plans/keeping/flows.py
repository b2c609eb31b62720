"""What the clock does for plans: it forgets what is over, each batch in a transaction of its own."""

from typing import TYPE_CHECKING

from registration.plans.eligibility import actions as eligibility
from registration.plans.flows import today
from registration.plans.keeping.actions import close_over, drop_old_lists, forget_names

if TYPE_CHECKING:
    from registration.service import RegistrationService


def forget(here: "RegistrationService") -> bool:
    """Old lists, names of long ago, codes that ended; then the codes are written anew in an order that says nothing.
    True when there may be more to forget."""
    day = today(here)
    with here.db.write() as session:
        lists = drop_old_lists(session, here.clock())
    with here.db.write() as session:
        names = forget_names(session, day)
    with here.db.write() as session:
        close_over(session, day)
    with here.db.write() as session:
        eligibility.shuffle(session)
    return bool(lists or names)
