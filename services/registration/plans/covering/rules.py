"""What a purchase that covers people is not: an inscription that is added to, or cancelled as a whole."""

from kit.errors import Refusal
from registration.catalog.offers.rules_activity import ActivityOffer


class CoversPeople(Refusal):
    """The registration covers people: their company adds them and takes them off, one by one, where it sees them."""


def refuse_covering(activity: ActivityOffer) -> None:
    """Raises CoversPeople for an activity that covers people."""
    if activity.covers_people:
        raise CoversPeople()
