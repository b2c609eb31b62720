"""Staff's page of a plan: its companies in counts, codes held and released, the provider and its link."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from sqlmodel import Session

from kit import app as kit_app
from kit.contracts.callers import Caller
from kit.errors import InvalidInput, NotFound, Refusal
from registration.forms import FormValues, PostedForm
from registration.office.plans.queries import companies_of, plan_here, to_renew
from registration.office.plans.schemas import PlanIn, PlanView
from registration.plans.flows import act, today
from registration.plans.keeping import actions
from registration.plans.queries import plan_of
from registration.plans.rules import PlanMode, PlanRow, Whose
from registration.plans.writing.actions import write_plan
from registration.plans.writing.rules import plan_problems
from registration.service import Coordinator, Here, Reader, RegistrationService

router = APIRouter(include_in_schema=False)
ADDRESS = "/staff/activities/{activity_id}/plan"
FIELDS = ("provider_name", "provider_email", "provider_phone", "mode", "starts")
DONE = {"saved", "held", "released", "renewed"}


@router.get(ADDRESS)
def plan_page(request: Request, activity_id: uuid.UUID, here: Here, caller: Reader, done: str = "") -> Response:
    """The companies, then what the plan is."""
    return _page(request, here, caller, activity_id, done=done if done in DONE else "")


@router.post(ADDRESS)
def save(request: Request, activity_id: uuid.UUID, here: Here, caller: Coordinator, form: PostedForm) -> Response:
    """Write the plan, or show the form again with everything still in it."""
    try:
        terms = _typed(form).terms
        if problems := plan_problems(terms, here.settings.reach):
            raise InvalidInput(problems)
        with here.db.write() as session:
            write_plan(session, activity_id, terms, caller, here.clock())
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, here, caller, activity_id, form, refusal)
    return _back(here, activity_id, "saved")


@router.post(f"{ADDRESS}/companies/{{company_id}}/hold")
def hold(activity_id: uuid.UUID, company_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """A company's codes wait until they are released."""
    _write(here, activity_id, lambda session, plan: actions.hold(session, Whose(plan, company_id), act(here, caller)))
    return _back(here, activity_id, "held")


@router.post(f"{ADDRESS}/companies/{{company_id}}/release")
def release(activity_id: uuid.UUID, company_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """They leave."""
    _write(here, activity_id, lambda session, plan: actions.lift(session, Whose(plan, company_id), act(here, caller)))
    return _back(here, activity_id, "released")


@router.post(f"{ADDRESS}/link")
def renew(activity_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """Another link for the provider."""
    _write(here, activity_id, lambda session, plan: actions.renew_link(session, plan.id, caller, here.clock()))
    return _back(here, activity_id, "renewed")


def _write(here: RegistrationService, activity_id: uuid.UUID, change: Callable[[Session, PlanRow], object]) -> None:
    with here.db.write() as session:
        change(session, plan_here(session, activity_id))


def _back(here: RegistrationService, activity_id: uuid.UUID, done: str) -> Response:
    return kit_app.see(f"{here.home}/staff/activities/{activity_id}/plan?done={done}")


def _typed(form: FormValues) -> PlanIn:
    """The form as a plan. Raises InvalidInput for a day that is none."""
    said: dict[str, Any] = {name: form.one(name) for name in FIELDS}
    entitlement = {lang: form.one(f"entitlement.{lang}") for lang in ("fr", "en")}
    ends = form.one("ends") if said.get("mode") == PlanMode.FIXED_PERIOD.value else ""
    try:
        return PlanIn.model_validate(said | {"entitlement": entitlement, "ends": ends or None})
    except ValidationError as wrong:
        where = (".".join(str(part) for part in error.get("loc", ())) for error in wrong.errors())
        raise InvalidInput(dict.fromkeys(where, "problem.date")) from wrong


def _page(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    activity_id: uuid.UUID,
    form: FormValues | None = None,
    refusal: Refusal | None = None,
    done: str = "",
) -> Response:
    lang, say = kit_app.language(request, caller.lang), here.pages.catalogue.say
    day, may_act = today(here), caller.may("director", "coordinator")
    with here.db.read() as session:
        offer = here.offer(session, activity_id)
        plan = plan_of(session, activity_id)
        view = PlanView.of(plan, companies_of(session, plan, day)) if plan else None
        renewing = to_renew(session, plan, day) if plan else set()
    if not offer.activity.covers_people:
        raise NotFound()
    modes = [{"value": one.value, "label": say(lang, f"plans.mode_{one.value}")} for one in PlanMode]
    context: dict[str, Any] = {
        "view": view,
        "typed": _values(plan, form),
        "modes": modes,
        "to_renew": renewing,
        "amount": sum(one.amount for one in view.companies) if view else 0,
        "owed": sum(one.owed for one in view.companies) if view else 0,
        "link": here.links.provider(plan.id, plan.link_version) if plan and may_act else "",
        "open_form": plan is None or refusal is not None,
        "errors": here.errors(refusal, lang),
        "zone": offer.activity.timezone,
        "address": f"{here.home}/staff/activities/{activity_id}",
        "activity_title": offer.activity.title.in_(lang),
        "may_act": may_act,
        "done": done,
        "page_title": say(lang, "plans.title"),
    }
    return kit_app.page(request, "plans/plan.html", lang, refusal.status if refusal else 200, **context)


def _values(plan: PlanRow | None, form: FormValues | None) -> dict[str, str]:
    """What the fields of the form hold: as it was typed, as it stands, or nothing yet."""
    names = (*FIELDS, "ends", "entitlement.fr", "entitlement.en")
    if form is not None:
        return {name: form.one(name) for name in names}
    if plan is None:
        return {**dict.fromkeys(names, ""), "mode": PlanMode.FIXED_PERIOD.value}
    return {
        "provider_name": plan.provider_name,
        "provider_email": plan.provider_email,
        "provider_phone": plan.provider_phone,
        "mode": plan.mode.value,
        "starts": _iso(plan.starts),
        "ends": _iso(plan.ends),
        "entitlement.fr": plan.entitlement.fr,
        "entitlement.en": plan.entitlement.en,
    }


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
