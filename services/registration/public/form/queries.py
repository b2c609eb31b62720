"""What is read for an answer of the API that is made again."""

from sqlmodel import Session

from registration.public.form.schemas import RegistrationState
from registration.registrations.queries import registration_by_id
from registration.service import RegistrationService


def with_link(here: RegistrationService, session: Session, stored: bytes) -> RegistrationState:
    """The state that was stored without it, with the personal link as it is now. Raises NotFound."""
    state = RegistrationState.model_validate_json(stored)
    row = registration_by_id(session, state.id)
    return state.model_copy(update={"personal_url": here.links.registration(row.id, row.link_version)})
