"""Staff's page of an activity's reserved places: for whom, how many, taken, until when."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from kit import app as kit_app
from kit.contracts.callers import Caller
from kit.errors import InvalidInput, NotFound, Refusal
from registration.catalog.allotments import actions
from registration.catalog.allotments.queries import allotments
from registration.catalog.allotments.rules import Beneficiary, Reserving
from registration.catalog.codes.queries import codes
from registration.catalog.offers.rules_activity import last_moment
from registration.catalog.sections.rules import wall_of
from registration.forms import FormValues, PostedForm
from registration.office.activities.queries import fill_of
from registration.office.activities.view import resource_label
from registration.office.allotments.queries import company_id, company_names, resource_id
from registration.service import Coordinator, Here, RegistrationService

router = APIRouter(include_in_schema=False)
ADDRESS = "/staff/activities/{activity_id}/allotments"
DONE = {"reserved", "changed", "released"}


@dataclass(frozen=True)
class Shown:
    """What the page shows beside the list: a form as it was typed (`of`: of which allotment), or what was done."""

    form: FormValues = field(default_factory=FormValues)
    of: uuid.UUID | None = None
    refusal: Refusal | None = None
    done: str = ""


@router.get(ADDRESS)
def reserved(request: Request, activity_id: uuid.UUID, here: Here, caller: Coordinator, done: str = "") -> Response:
    """The places reserved, and the form that reserves some."""
    return _page(request, here, caller, activity_id, Shown(done=done if done in DONE else ""))


@router.post(ADDRESS)
def reserve(request: Request, activity_id: uuid.UUID, here: Here, caller: Coordinator, form: PostedForm) -> Response:
    """Keep places for somebody."""
    try:
        asked = _asked(form, _zone(here, activity_id))
        with here.db.write() as session:
            resource = resource_id(session, activity_id, form.one("resource"))
            who = Beneficiary(_id(form.one("code")), company_id(session, form.one("company")))
            actions.reserve(session, resource, asked, who, caller, here.clock())
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, here, caller, activity_id, Shown(form, refusal=refusal))
    return kit_app.see(f"{here.home}/staff/activities/{activity_id}/allotments?done=reserved")


@router.post(f"{ADDRESS}/{{allotment_id}}/terms")
def change(
    request: Request,
    activity_id: uuid.UUID,
    allotment_id: uuid.UUID,
    here: Here,
    caller: Coordinator,
    form: PostedForm,
) -> Response:
    """Keep more, or fewer, or until another date."""
    try:
        asked = _asked(form, _zone(here, activity_id))
        with here.db.write() as session:
            actions.change(session, allotment_id, asked, caller, here.clock())
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, here, caller, activity_id, Shown(form, allotment_id, refusal))
    return kit_app.see(f"{here.home}/staff/activities/{activity_id}/allotments?done=changed")


@router.post(f"{ADDRESS}/{{allotment_id}}/release")
def release(
    request: Request, activity_id: uuid.UUID, allotment_id: uuid.UUID, here: Here, caller: Coordinator
) -> Response:
    """Let those that were not taken go on sale to all."""
    try:
        with here.db.write() as session:
            actions.release(session, allotment_id, caller, here.clock())
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, here, caller, activity_id, Shown(refusal=refusal))
    return kit_app.see(f"{here.home}/staff/activities/{activity_id}/allotments?done=released")


def _asked(form: FormValues, zone: str) -> Reserving:
    """The form as a request. Raises InvalidInput for what is no number or no day."""
    units, typed = form.one("units"), form.one("release_at")
    wrong = {} if units.isdecimal() and len(units) < 7 else {"units": "problem.whole_number"}
    until = None
    try:
        until = last_moment(datetime.fromisoformat(typed).replace(tzinfo=None), zone) if typed else None
    except (ValueError, OverflowError):
        wrong |= {"release_at": "problem.time"}
    if wrong:
        raise InvalidInput(wrong)
    return Reserving(form.one("label"), int(units), until)


def _id(typed: str) -> uuid.UUID | None:
    """The code that was chosen; None for none. Raises InvalidInput."""
    try:
        return uuid.UUID(typed) if typed else None
    except ValueError as error:
        raise InvalidInput({"code": "problem.allotment_code"}) from error


def _zone(here: RegistrationService, activity_id: uuid.UUID) -> str:
    """The wall clock that dates are typed on. Raises NotFound."""
    with here.db.read() as session:
        return here.offer(session, activity_id).activity.timezone


def _page(
    request: Request, here: RegistrationService, caller: Caller, activity_id: uuid.UUID, shown: Shown
) -> Response:
    lang, say = kit_app.language(request, caller.lang), here.pages.catalogue.say
    with here.db.read() as session:
        offer = here.offer(session, activity_id)
        rows, words = allotments(session, activity_id), codes(session, activity_id)
        companies = company_names(session, {row.company_id for row in rows if row.company_id})
    zone = offer.activity.timezone
    named = {one.key: resource_label(here.pages.catalogue, lang, fill_of(one)) for one in offer.resources.values()}

    def wall(moment: datetime | None) -> str:
        typed = wall_of(moment, zone)
        return typed.isoformat()[:16] if typed else ""

    context: dict[str, Any] = {
        "values": shown.form if shown.of is None else FormValues(),
        "changed": shown.form if shown.of else FormValues(),
        "changing": shown.of,
        "errors": here.errors(shown.refusal, lang),
        "rows": rows,
        "named": named,
        "resources": [
            {"value": one.key, "label": say(lang, "allotments.of_left", what=named[one.key], n=one.left)}
            for one in offer.resources.values()
        ],
        "codes": [
            {"value": "", "label": say(lang, "allotments.no_code")},
            *({"value": str(one.id), "label": one.word} for one in words),
        ],
        "companies": companies,
        "wall": wall,
        "zone": zone,
        "address": f"{here.home}/staff/activities/{activity_id}",
        "activity_title": offer.activity.title.in_(lang),
        "done": shown.done,
        "page_title": say(lang, "allotments.title"),
    }
    status = shown.refusal.status if shown.refusal else 200
    return kit_app.page(request, "allotments/allotments.html", lang, status, **context)
