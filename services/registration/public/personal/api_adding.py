"""The contact adds people or options to a confirmed registration, for programs that hold its link."""

from fastapi import APIRouter

from kit.auth import allow
from kit.errors import NotFound, refusals
from registration.amendments import flows_contact
from registration.amendments.schemas import ContactAmendment
from registration.catalog.rules import NotOffered
from registration.plans.covering.rules import CoveredOneByOne, refuse_covering
from registration.public.form.schemas import RegistrationState
from registration.public.form.view import registration_state
from registration.public.personal.api import Mine, Sender
from registration.registrations.rules import NotInThisState, SoldOut, TooLate
from registration.service import Here
from registration.signup.recording.actions import DateChanged
from registration.signup.rules import DifferentForm, SignupClosed, TooManyForOneCompany, TotalChanged
from registration.strangers.rules import TooManyLetters, TooManyPlaces

router = APIRouter(tags=["signup"], dependencies=[allow("link")])


@router.post(
    "/api/registrations/{registration_id}/amendments",
    status_code=201,
    openapi_extra=refusals(
        NotFound,
        NotInThisState,
        TooLate,
        NotOffered,
        SignupClosed,
        SoldOut,
        DateChanged,
        TotalChanged,
        DifferentForm,
        TooManyPlaces,
        TooManyLetters,
        TooManyForOneCompany,
        CoveredOneByOne,
    ),
)
def add_to_registration(here: Here, whole: Mine, added: ContactAmendment, stranger: Sender) -> RegistrationState:
    """Add people, or options for those who come, until the names' deadline; a card is paid at `pay_url` first.

    `amendment_id` makes it happen once: the same again answers the same.
    """
    refuse_covering(whole.offer.activity)
    row = flows_contact.amend_by_contact(here, flows_contact.contact_sale(here, whole), added, stranger)
    state = registration_state(here, row)
    waits = row.status == "held" and row.method == "card"
    return state.model_copy(update={"pay_url": f"{state.personal_url}/pay"}) if waits else state
