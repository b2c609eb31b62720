"""A company's next list, begun with the one that ends."""

import uuid
from typing import TYPE_CHECKING

from registration.plans.flows import today
from registration.plans.lists.actions import Saying
from registration.plans.renewing.actions import take_up
from registration.plans.renewing.queries import take_up_of
from registration.plans.renewing.rules import TakeUp
from registration.plans.rules import Whose

if TYPE_CHECKING:
    from registration.service import RegistrationService


def begin_again(here: "RegistrationService", whose: Whose, person_id: uuid.UUID) -> None:
    """Somebody of a company takes it up. No transaction may be open. Raises what `take_up` does."""
    day, saying = today(here), Saying(person_id, here.clock())
    with here.db.write() as session:
        take_up(session, whose, take_up_of(session, whose, day, here.settings.reach), saying)


def to_take_up(here: "RegistrationService", whose: Whose) -> TakeUp:
    """Who would be taken up. No transaction may be open."""
    day = today(here)
    with here.db.read() as session:
        return take_up_of(session, whose, day, here.settings.reach)
