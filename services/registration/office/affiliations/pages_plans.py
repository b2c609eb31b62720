"""Staff's form of a body that members belong to as well: named, changed, ended, taken up again."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Request, Response

from kit import app as kit_app
from kit.auth import allow
from kit.contracts.callers import Caller
from kit.errors import InvalidInput
from registration.forms import PostedForm, typed
from registration.history import queries as history
from registration.history import view as history_view
from registration.members.affiliations import actions_plans
from registration.members.affiliations.rules import plan_details
from registration.members.affiliations.schemas import PlanForm
from registration.office.affiliations.api import known
from registration.service import Here, RegistrationService

router = APIRouter(include_in_schema=False)
Staff = Annotated[Caller, allow("director", "coordinator")]
PLAN = "/staff/affiliations/{plan_id}"


@router.get("/staff/new-affiliation")
def new_plan(request: Request, here: Here, caller: Staff) -> Response:
    """An empty form."""
    return _form(request, here, caller, None)


@router.post("/staff/new-affiliation")
def add_plan(request: Request, here: Here, caller: Staff, values: PostedForm) -> Response:
    """Write it, or show again what was typed."""
    form = typed(PlanForm, values)
    try:
        details = plan_details(form)
    except InvalidInput as refusal:
        return _form(request, here, caller, None, form, refusal)
    with here.db.write() as session:
        actions_plans.add_plan(session, details, caller, here.clock())
    return _done(here, "added")


@router.get(PLAN)
def plan(request: Request, here: Here, caller: Staff, plan_id: uuid.UUID) -> Response:
    """The form filled in with it, and what became of it."""
    return _form(request, here, caller, plan_id)


@router.post(PLAN)
def change_plan(request: Request, here: Here, caller: Staff, plan_id: uuid.UUID, values: PostedForm) -> Response:
    """Write it anew, or show again what was typed."""
    form = typed(PlanForm, values)
    try:
        details = plan_details(form)
    except InvalidInput as refusal:
        return _form(request, here, caller, plan_id, form, refusal)
    with here.db.write() as session:
        actions_plans.change_plan(session, plan_id, details, caller, here.clock())
    return _done(here, "changed")


@router.post(f"{PLAN}/end")
def end_plan(here: Here, caller: Staff, plan_id: uuid.UUID) -> Response:
    """Members belong to it no more."""
    today = here.member_terms().day
    with here.db.write() as session:
        actions_plans.end_plan(session, plan_id, today, caller, here.clock())
    return _done(here, "ended")


@router.post(f"{PLAN}/reopen")
def reopen_plan(here: Here, caller: Staff, plan_id: uuid.UUID) -> Response:
    """It goes on after all."""
    with here.db.write() as session:
        actions_plans.reopen_plan(session, plan_id, caller, here.clock())
    return _done(here, "reopened")


def _done(here: RegistrationService, what: str) -> Response:
    return kit_app.see(f"{here.home}/staff/affiliations?done={what}")


def _form(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    plan_id: uuid.UUID | None,
    form: PlanForm | None = None,
    refusal: InvalidInput | None = None,
) -> Response:
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        plan = known(session, plan_id) if plan_id else None
        entries = history.of(session, plan_id) if plan_id else []
    if form is None and plan is not None:
        asked = "yes" if plan.needs_consent else "no"
        form = PlanForm(label_fr=plan.label.fr, label_en=plan.label.en, needs_consent=asked)
    return kit_app.page(
        request,
        "affiliations/edit.html",
        lang,
        refusal.status if refusal else 200,
        plan=plan,
        form=form or PlanForm(),
        errors=here.errors(refusal, lang),
        entries=history_view.lines(entries, here.pages.catalogue, here.association().timezone, lang),
    )
