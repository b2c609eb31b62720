"""What a purchase that covers people is not: an inscription that is added to, or cancelled as a whole."""

from kit.errors import Refusal
from registration.catalog.offers.rules_activity import ActivityOffer


class CoveredOneByOne(Refusal):
    """The registration covers people: their company adds them and takes them off, one by one, where it sees them."""


def refuse_covering(activity: ActivityOffer) -> None:
    """Raises CoveredOneByOne for an activity that covers people."""
    if activity.covers_people:
        raise CoveredOneByOne()
