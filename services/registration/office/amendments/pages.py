"""Staff add people or options to a confirmed registration."""

import uuid

from fastapi import APIRouter, Request, Response

from kit import app as kit_app
from kit.db import new_id
from kit.errors import InvalidInput, NotFound, Refusal
from registration.amendments import flows
from registration.forms import FormValues, PostedForm, with_values
from registration.office.amendments import view
from registration.office.signup.view import form_id
from registration.registrations.rules import NotInThisState
from registration.service import Coordinator, Here, RegistrationService
from registration.signup.rules import DifferentForm, SignupClosed
from registration.signup.typed import view_errors

router = APIRouter(include_in_schema=False)
ADDRESS = "/staff/registrations/{registration_id}/add"


@router.get(ADDRESS)
def form(request: Request, registration_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """What can be added now, at the prices of the registration's own category."""
    values = with_values(FormValues(), {"send": "yes"})
    of = flows.amendment_sale(here, registration_id)
    lang = kit_app.language(request, caller.lang)
    return _show(request, here, view.AmendmentScreen.of_form(of, values, lang, new_id()))


@router.post(ADDRESS)
def submit(request: Request, registration_id: uuid.UUID, here: Here, caller: Coordinator, form: PostedForm) -> Response:
    """Add it, or show the form again with everything still in it."""
    of, lang = flows.amendment_sale(here, registration_id), kit_app.language(request, caller.lang)
    amendment = view.AmendmentScreen.of_form(of, form, lang, form_id(form.one("amendment_id")))
    over = view_errors.too_many(form, amendment.screen.options)
    if form.one("action") == "update" or over:
        return _show(request, here, amendment, InvalidInput(over) if over else None)
    try:
        try:
            done = flows.amend_by_staff(here, of, amendment.asked, caller)
        except DifferentForm:
            # The back button: the same form, filled in for what comes next.
            amendment = amendment.again
            done = flows.amend_by_staff(here, of, amendment.asked, caller)
    except (NotFound, NotInThisState, SignupClosed):
        raise
    except Refusal as refusal:
        return _show(request, here, amendment, refusal)
    activity = of.sale.offer.activity.id
    return kit_app.see(f"{here.home}/staff/activities/{activity}/sign-up/{done.registration_id}")


def _show(
    request: Request, here: RegistrationService, amendment: view.AmendmentScreen, refusal: Refusal | None = None
) -> Response:
    lang = amendment.screen.lang
    context = view.shown(here, amendment, refusal)
    title = here.pages.catalogue.say(lang, "amendment.title")
    status = refusal.status if refusal else 200
    return kit_app.page(request, "amendments/amendment.html", lang, status, **context, page_title=title)
