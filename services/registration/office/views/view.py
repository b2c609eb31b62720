"""What of a list's address is kept as a view."""

from collections.abc import Mapping

from pydantic import ValidationError

from kit.errors import InvalidInput
from kit.paging import ListAddress
from registration.office.activities.schemas import AttendeeFilter, RegistrationFilter
from registration.office.activities.view import kept
from registration.views.rules import Listed

FILTERS: Mapping[Listed, type[RegistrationFilter] | type[AttendeeFilter]] = {
    Listed.REGISTRATIONS: RegistrationFilter,
    Listed.ATTENDEES: AttendeeFilter,
}


def narrowed_by(listed: Listed, parameters: Mapping[str, str]) -> str:
    """The parameters that narrow this list, always in the same order; neither the words looked for nor the page.
    Raises InvalidInput for a value that the list does not know."""
    try:
        narrowed = FILTERS[listed].model_validate(dict(parameters))
    except ValidationError as wrong:
        raise InvalidInput({"narrowed": "problem.choice"}) from wrong
    return ListAddress("", kept(narrowed))().removeprefix("?")
