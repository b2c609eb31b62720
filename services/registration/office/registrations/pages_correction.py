"""Staff put right the names and addresses of one registration, and who had written in vain is written to again."""

import uuid
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from kit import app as kit_app
from kit.contracts.callers import Caller
from kit.contracts.problems import Where
from kit.errors import InvalidInput
from registration.changes.actions_corrections import is_correctable
from registration.forms import FormValues, PostedForm
from registration.letters import view as letters_view
from registration.office.registrations.api import correct_for_office, read_whole
from registration.office.registrations.schemas import ContactCorrection, CorrectionRequest, PlaceCorrection
from registration.registrations.queries import Whole
from registration.registrations.rules import NotInThisState
from registration.service import Coordinator, Here, RegistrationService

router = APIRouter(include_in_schema=False)
ADDRESS = "/staff/registrations/{registration_id}/correct"
CONTACT = {
    "first_name": "contact_first",
    "last_name": "contact_last",
    "email": "contact_email",
    "phone": "contact_phone",
}
PLACE = {"first_name": "first_name", "last_name": "last_name", "email": "email", "company": "company_name"}


@router.get(ADDRESS)
def form(request: Request, registration_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """Everybody as they stand. Raises NotInThisState: only what somebody was written to about can be put right."""
    with here.db.read() as session:
        whole = read_whole(here, session, registration_id)
    if not is_correctable(whole.registration):
        raise NotInThisState()
    return _form(request, here, caller, whole, _standing(whole))


@router.post(ADDRESS)
def correct(
    request: Request, registration_id: uuid.UUID, here: Here, caller: Coordinator, form: PostedForm
) -> Response:
    """Write what is put right, or show the form again with everything still in it."""
    with here.db.read() as session:
        whole = read_whole(here, session, registration_id)
    try:
        with here.db.write() as session:
            letters = correct_for_office(here, session, registration_id, _asked(whole, form), caller)
    except InvalidInput as refusal:
        return _form(request, here, caller, whole, form, _by_field(whole, refusal.places))
    done = "corrected-sent" if letters else "corrected"
    return kit_app.see(f"{here.home}/staff/registrations/{registration_id}?done={done}")


def _asked(whole: Whole, form: FormValues) -> CorrectionRequest:
    """The form as a request: every place of the page, since each of its fields was on it."""
    places = [
        PlaceCorrection(id=row.id, **{field: form.one(f"p{row.position}.{field}") for field in PLACE})
        for row in whole.active
    ]
    contact = ContactCorrection(**{field: form.one(f"contact.{field}") for field in CONTACT})
    return CorrectionRequest(contact=contact, attendees=places)


def _standing(whole: Whole) -> FormValues:
    fields = {f"contact.{field}": [getattr(whole.registration, name)] for field, name in CONTACT.items()}
    for row in whole.active:
        fields |= {f"p{row.position}.{field}": [getattr(row, name)] for field, name in PLACE.items()}
    return FormValues(fields)


def _by_field(whole: Whole, places: Mapping[Where, str]) -> dict[str, str]:
    """The problems by the names of the page's fields."""
    named: dict[str, str] = {}
    for where, problem in places.items():
        match where:
            case ("attendees", int(number), field):
                named[f"p{whole.active[number].position}.{field}"] = problem
            case (group, field):
                named[f"{group}.{field}"] = problem
    return named


def _form(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    whole: Whole,
    form: FormValues,
    problems: Mapping[str, str] = {},
) -> Response:
    lang, say = kit_app.language(request, caller.lang), here.pages.catalogue.say
    row = whole.registration
    labels = {f"contact.{field}": say(lang, f"signup.{field}") for field in CONTACT}
    for place in whole.active:
        labels |= {f"p{place.position}.{field}": f"{place.position}. {say(lang, f'signup.{field}')}" for field in PLACE}
    values: dict[str, Any] = {
        "registration": row,
        "activity": whole.offer.activity,
        "activity_title": letters_view.title(whole.offer, lang),
        "address": f"{here.home}/staff/registrations/{row.id}",
        "places": whole.active,
        "values": form,
        "errors": {field: say(lang, key) for field, key in problems.items()},
        "labels": labels,
        "page_title": say(lang, "office.correct_title"),
    }
    return kit_app.page(request, "registrations/correct.html", lang, 422 if problems else 200, **values)
