"""Staff's page of an activity's codes: who is invited by which, what each has served."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from kit import app as kit_app
from kit.contracts.callers import Caller
from kit.errors import InvalidInput, NotFound, Refusal
from registration.catalog.codes import actions, queries
from registration.catalog.codes.rules import is_open
from registration.catalog.offers.rules_activity import last_moment
from registration.catalog.sections.rules import wall_of
from registration.catalog.sections.schemas_times import WRITTEN_YEARS
from registration.forms import FormValues, PostedForm
from registration.office.codes.api import new_code
from registration.office.codes.schemas import CodeIn, CodeTerms
from registration.service import Coordinator, Here, RegistrationService

router = APIRouter(include_in_schema=False)
ADDRESS = "/staff/activities/{activity_id}/codes"
NUMBERS = ("count", "percent_off", "max_units")
# Digits of the greatest number anybody may type.
LONGEST = 6
DONE = {"added", "changed", "closed"}


@router.get(ADDRESS)
def codes(request: Request, activity_id: uuid.UUID, here: Here, caller: Coordinator, done: str = "") -> Response:
    """Every code with what it served, and the form that makes some."""
    return _page(request, here, caller, activity_id, done=done if done in DONE else "")


@router.post(ADDRESS)
def add(request: Request, activity_id: uuid.UUID, here: Here, caller: Coordinator, form: PostedForm) -> Response:
    """Make one code, or several."""
    try:
        asked = _asked(here, activity_id, form)
        with here.db.write() as session:
            actions.add(session, activity_id, new_code(asked), caller, here.clock(), asked.count)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, here, caller, activity_id, form, refusal)
    return kit_app.see(f"{here.home}/staff/activities/{activity_id}/codes?done=added")


def _asked(here: RegistrationService, activity_id: uuid.UUID, form: FormValues) -> CodeIn:
    """The form as a request. Raises InvalidInput for what is no number or no day."""
    percent = form.one("opens") == "percent"
    typed = {name: form.one(name) or ("0" if name == "percent_off" else "1") for name in NUMBERS}
    wrong = {
        name: "problem.whole_number" for name, text in typed.items() if not text.isdecimal() or len(text) > LONGEST
    }
    try:
        until = _until(here, activity_id, form.one("until"))
    except ValueError:
        wrong |= {"until": "problem.time"}
    if wrong:
        raise InvalidInput(wrong)
    numbers = {name: int(text) for name, text in typed.items() if percent or name != "percent_off"}
    effect = "" if percent else form.one("opens")
    return CodeIn.model_validate(
        {"word": form.one("word"), "note": form.one("note"), "opens": effect, "until": until, **numbers}
    )


def _until(here: RegistrationService, activity_id: uuid.UUID, typed: str) -> datetime | None:
    """The last moment of a day and an hour on the activity's wall clock. Raises ValueError, NotFound."""
    wall = datetime.fromisoformat(typed) if typed else None
    if wall and wall.year not in WRITTEN_YEARS:
        raise ValueError(typed)
    with here.db.read() as session:
        offer = here.offer(session, activity_id)
    return last_moment(wall.replace(tzinfo=None) if wall else None, offer.activity.timezone)


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
        typed = form.one("max_units")
        until = _until(here, activity_id, form.one("until"))
        terms = CodeTerms(max_units=int(typed) if typed.isdecimal() and len(typed) < 7 else 0, until=until)
        with here.db.write() as session:
            actions.change(session, code_id, terms.max_units, terms.until, caller, here.clock())
    except (ValueError, ValidationError):
        return _page(request, here, caller, activity_id, refusal=InvalidInput({"": "problem.time"}))
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, here, caller, activity_id, refusal=refusal)
    return kit_app.see(f"{here.home}/staff/activities/{activity_id}/codes?done=changed")


@router.post(f"{ADDRESS}/{{code_id}}/close")
def close(activity_id: uuid.UUID, code_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """Let a code serve nobody any more."""
    with here.db.write() as session:
        actions.close(session, code_id, caller, here.clock())
    return kit_app.see(f"{here.home}/staff/activities/{activity_id}/codes?done=closed")


def _page(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    activity_id: uuid.UUID,
    form: FormValues | None = None,
    refusal: Refusal | None = None,
    done: str = "",
) -> Response:
    lang, now, say = kit_app.language(request, caller.lang), here.clock(), here.pages.catalogue.say
    with here.db.read() as session:
        offer = here.offer(session, activity_id)
        rows, prices = queries.codes(session, activity_id), queries.kept_prices(session, activity_id)
    named: Mapping[str, str] = {
        price.key: (price.label_en if lang == "en" else "") or price.label_fr for price in prices
    }
    context: dict[str, Any] = {
        "values": form or FormValues(),
        "errors": here.errors(refusal, lang),
        "rows": rows,
        "named": named,
        "is_open": lambda row: is_open(row.used, row.max_units, row.until, now),
        "wall": lambda moment: (wall_of(moment, offer.activity.timezone) or now).isoformat()[:16] if moment else "",
        "zone": offer.activity.timezone,
        "effects": [
            *({"value": key, "label": label} for key, label in named.items()),
            {"value": "percent", "label": say(lang, "codes.percent")},
        ],
        "address": f"{here.home}/staff/activities/{activity_id}",
        "activity_title": offer.activity.title.in_(lang),
        "done": done,
        "page_title": say(lang, "codes.title"),
    }
    return kit_app.page(request, "codes/codes.html", lang, refusal.status if refusal else 200, **context)
