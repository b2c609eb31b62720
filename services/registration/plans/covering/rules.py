"""What a purchase that covers people is not: an inscription that is added to, or cancelled as a whole."""

from kit.errors import Refusal
from registration.plans.rules import KIND


class CoversPeople(Refusal):
    """The registration covers people: their company adds them and takes them off, one by one, where it sees them."""


def refuse_covering(kind: str) -> None:
    """Raises CoversPeople for an activity of the plan's kind."""
    if kind == KIND:
        raise CoversPeople()
