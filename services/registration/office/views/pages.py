"""What a list is narrowed to, kept under a name by whoever looks at it, or kept no longer."""

import uuid
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response

from kit import app as kit_app
from kit.contracts.callers import Caller
from kit.errors import NotFound, Refusal
from registration.forms import PostedForm
from registration.office.views.api import account_of
from registration.office.views.view import narrowed_by
from registration.service import Here, Reader, RegistrationService
from registration.views import actions
from registration.views.rules import Listed

router = APIRouter(include_in_schema=False)
ADDRESS = "/staff/activities/{activity_id}/views"


@router.post(f"{ADDRESS}/{{listed}}")
def keep(
    request: Request, activity_id: uuid.UUID, listed: Listed, here: Here, caller: Reader, form: PostedForm
) -> Response:
    """Keep it, and go on to the list as it was."""
    narrowed = narrowed_by(listed, {key: form.one(key) for key in form.fields if key != "name"})
    try:
        with here.db.write() as session:
            actions.keep(session, account_of(caller), listed, form.one("name"), narrowed, here.clock())
    except NotFound:
        raise
    except Refusal as refusal:
        context = {
            "address": request.url.path,
            "back": f"{_list(here, activity_id, listed)}?{narrowed}",
            "kept": dict(parse_qsl(narrowed)),
            "name": form.one("name"),
        }
        return _again(request, here, caller, refusal, context)
    return kit_app.see(f"{_list(here, activity_id, listed)}?{narrowed}")


def _again(
    request: Request, here: RegistrationService, caller: Caller, refusal: Refusal, context: dict[str, Any]
) -> Response:
    """The name asked again, on a page of its own, with why."""
    lang = kit_app.language(request, caller.lang)
    context |= {"errors": here.errors(refusal, lang), "page_title": here.pages.catalogue.say(lang, "views.title")}
    return kit_app.page(request, "views/view.html", lang, refusal.status, **context)


@router.post(f"{ADDRESS}/{{view_id}}/remove")
def remove(activity_id: uuid.UUID, view_id: uuid.UUID, here: Here, caller: Reader) -> Response:
    """Keep it no longer; the list shows everything again."""
    with here.db.write() as session:
        listed = actions.remove(session, view_id, account_of(caller))
    return kit_app.see(_list(here, activity_id, listed))


def _list(here: RegistrationService, activity_id: uuid.UUID, listed: Listed) -> str:
    tab = "/attendees" if listed is Listed.ATTENDEES else ""
    return f"{here.home}/staff/activities/{activity_id}{tab}"
