"""Staff sign somebody up by telephone: one form, then where it stands and what is to pay."""

import uuid
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response

from kit import app as kit_app
from kit.contracts.callers import Caller
from kit.db import new_id
from kit.errors import InvalidInput, NotFound, Refusal
from kit.qr import qr_svg
from registration.forms import FormValues, PostedForm
from registration.office.signup import view
from registration.service import Coordinator, Here, RegistrationService
from registration.signup.rules import DifferentForm, SignupClosed
from registration.signup.telephone import flows
from registration.signup.telephone.rules import EnrolledByCompanies
from registration.signup.typed import view_errors

router = APIRouter(include_in_schema=False)
ADDRESS = "/staff/activities/{activity_id}/sign-up"


@router.get(ADDRESS)
def form(request: Request, activity_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """The same choice as on the public page, at whatever price group, by any way of paying."""
    try:
        screen = _screen(request, here, caller, activity_id, FormValues(), new_id())
    except (SignupClosed, EnrolledByCompanies) as refusal:
        return _closed(request, here, caller, activity_id, refusal)
    return _show(request, here, screen.prefilled)


@router.post(ADDRESS)
def submit(request: Request, activity_id: uuid.UUID, here: Here, caller: Coordinator, form: PostedForm) -> Response:
    """Take the signup, or show the form again with everything still in it."""
    try:
        screen = _screen(request, here, caller, activity_id, form, view.form_id(form.one("registration_id")))
    except (SignupClosed, EnrolledByCompanies) as refusal:
        return _closed(request, here, caller, activity_id, refusal)
    over = view_errors.too_many(form, screen.options)
    if form.one("action") == "update" or over:
        return _show(request, here, screen, InvalidInput(over) if over else None)
    try:
        try:
            done = flows.sign_up_by_staff(here, screen.sale, screen.asked, caller)
        except DifferentForm:
            # The back button: the same form, filled in for the next person.
            screen = screen.again
            done = flows.sign_up_by_staff(here, screen.sale, screen.asked, caller)
    except NotFound:
        raise
    except Refusal as refusal:
        fresh = replace(screen, sale=flows.staff_sale(here, request, activity_id, form.one("code")))
        return _show(request, here, fresh, refusal)
    return kit_app.see(f"{here.home}/staff/activities/{activity_id}/sign-up/{done.registration_id}")


@router.get(f"{ADDRESS}/{{registration_id}}")
def answer(
    request: Request, activity_id: uuid.UUID, registration_id: uuid.UUID, here: Here, caller: Coordinator
) -> Response:
    """Where it stands: what to collect, or where the card pays."""
    lang = kit_app.language(request, caller.lang)
    done = flows.telephone_state(here, activity_id, registration_id)
    with here.db.read() as session:
        offer = here.offer(session, activity_id)
    context: dict[str, Any] = {
        "done": done,
        "activity_title": offer.activity.title.in_(lang),
        "address": f"{here.home}/staff/activities/{activity_id}",
        "qr_code": qr_svg(done.pay_url) if done.pay_url else "",
        "page_title": here.pages.catalogue.say(lang, f"telephone.done_{done.status}"),
    }
    return kit_app.page(request, "signup/signed_up.html", lang, **context)


def _screen(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    activity_id: uuid.UUID,
    form: FormValues,
    registration_id: uuid.UUID,
) -> view.Screen:
    sale = flows.staff_sale(here, request, activity_id, form.one("code"))
    return view.Screen(sale, form, kit_app.language(request, caller.lang), registration_id)


def _show(request: Request, here: RegistrationService, screen: view.Screen, refusal: Refusal | None = None) -> Response:
    title = here.pages.catalogue.say(screen.lang, "telephone.title")
    context = view.shown(here, screen, refusal) | {"page_title": title}
    status = refusal.status if refusal else 200
    return kit_app.page(request, "signup/telephone.html", screen.lang, status, **context)


def _closed(
    request: Request, here: RegistrationService, caller: Caller, activity_id: uuid.UUID, refusal: Refusal
) -> Response:
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        offer = here.offer(session, activity_id)
    context: dict[str, Any] = {
        "activity_title": offer.activity.title.in_(lang),
        "address": f"{here.home}/staff/activities/{activity_id}",
        "covers": isinstance(refusal, EnrolledByCompanies),
        "page_title": here.pages.catalogue.say(lang, "telephone.title"),
    }
    return kit_app.page(request, "signup/closed_to_staff.html", lang, refusal.status, **context)
