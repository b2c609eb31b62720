"""Staff's pages of an activity's codes: who is invited by which, what each has served, to whom."""

import uuid
from typing import Any

from fastapi import APIRouter, Request, Response

from kit import app as kit_app
from kit.contracts.callers import Caller
from kit.errors import NotFound, Refusal
from registration.catalog.codes import actions, queries
from registration.forms import FormValues, PostedForm
from registration.office.codes import view
from registration.office.codes.queries import uses
from registration.service import Coordinator, Here, RegistrationService

router = APIRouter(include_in_schema=False)
ADDRESS = "/staff/activities/{activity_id}/codes"
DONE = {"added", "changed", "closed"}


@router.get(ADDRESS)
def codes(request: Request, activity_id: uuid.UUID, here: Here, caller: Coordinator, done: str = "") -> Response:
    """Every code with what it served, and the form that makes some."""
    return _page(request, here, caller, activity_id, done=done if done in DONE else "")


@router.post(ADDRESS)
def add(request: Request, activity_id: uuid.UUID, here: Here, caller: Coordinator, form: PostedForm) -> Response:
    """Make one code, or several."""
    try:
        asked = view.asked(form, _zone(here, activity_id))
        making = actions.Making(asked.count, here.settings.reach)
        with here.db.write() as session:
            actions.add(session, activity_id, asked.new_code, caller, here.clock(), making)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, here, caller, activity_id, form, refusal)
    return kit_app.see(f"{here.home}/staff/activities/{activity_id}/codes?done=added")


@router.get(f"{ADDRESS}/{{code_id}}")
def code(
    request: Request, activity_id: uuid.UUID, code_id: uuid.UUID, here: Here, caller: Coordinator, done: str = ""
) -> Response:
    """One code: its link, how far it may go, and the registrations that used it."""
    with here.db.read() as session:
        if queries.code(session, code_id).activity_id != activity_id:
            raise NotFound()
    return _code_page(request, here, caller, code_id, done=done if done in DONE else "")


@router.post(f"{ADDRESS}/{{code_id}}/terms")
def change(
    request: Request,
    activity_id: uuid.UUID,
    code_id: uuid.UUID,
    here: Here,
    caller: Coordinator,
    form: PostedForm,
) -> Response:
    """Change how often and how long a code serves."""
    try:
        limits = view.asked_limits(form, _zone(here, activity_id))
        with here.db.write() as session:
            actions.change(session, code_id, limits, caller, here.clock())
    except NotFound:
        raise
    except Refusal as refusal:
        return _code_page(request, here, caller, code_id, form, refusal)
    return kit_app.see(f"{here.home}/staff/activities/{activity_id}/codes/{code_id}?done=changed")


@router.post(f"{ADDRESS}/{{code_id}}/close")
def close(activity_id: uuid.UUID, code_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """Let a code serve nobody any more."""
    with here.db.write() as session:
        actions.close(session, code_id, caller, here.clock())
    return kit_app.see(f"{here.home}/staff/activities/{activity_id}/codes?done=closed")


def _zone(here: RegistrationService, activity_id: uuid.UUID) -> str:
    """The wall clock that dates are typed on. Raises NotFound."""
    with here.db.read() as session:
        return here.offer(session, activity_id).activity.timezone


def _page(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    activity_id: uuid.UUID,
    form: FormValues | None = None,
    refusal: Refusal | None = None,
    done: str = "",
) -> Response:
    lang, now = kit_app.language(request, caller.lang), here.clock()
    with here.db.read() as session:
        offer = here.offer(session, activity_id)
        rows, prices = queries.codes(session, activity_id), queries.kept_prices(session, activity_id)
    words = view.CodeWords(here.pages.catalogue, lang, offer, prices, now)
    context: dict[str, Any] = {
        "values": form or FormValues(),
        "errors": here.errors(refusal, lang),
        "rows": rows,
        "words": words,
        "address": f"{here.home}/staff/activities/{activity_id}",
        "activity_title": offer.activity.title.in_(lang),
        "done": done,
        "page_title": words.say("codes.title"),
    }
    return kit_app.page(request, "codes/codes.html", lang, refusal.status if refusal else 200, **context)


def _code_page(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    code_id: uuid.UUID,
    form: FormValues | None = None,
    refusal: Refusal | None = None,
    done: str = "",
) -> Response:
    lang, now = kit_app.language(request, caller.lang), here.clock()
    with here.db.read() as session:
        row, used = queries.code(session, code_id), uses(session, code_id)
        offer, prices = here.offer(session, row.activity_id), queries.kept_prices(session, row.activity_id)
    words = view.CodeWords(here.pages.catalogue, lang, offer, prices, now)
    context: dict[str, Any] = {
        "values": form or words.limits_typed(row),
        "errors": here.errors(refusal, lang),
        "row": row,
        "uses": used,
        "words": words,
        "link": here.public_url + words.form_address(row),
        "address": f"{here.home}/staff/activities/{row.activity_id}",
        "activity_title": offer.activity.title.in_(lang),
        "done": done,
        "page_title": words.say("codes.page_title", word=row.word),
    }
    return kit_app.page(request, "codes/code.html", lang, refusal.status if refusal else 200, **context)
