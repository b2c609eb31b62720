"""Staff's pages of house templates: an activity kept as one, the list of them."""

import uuid
from typing import Any

from fastapi import APIRouter, Request, Response

from kit import app as kit_app
from kit.contracts.callers import Caller
from kit.errors import NotFound, Refusal
from registration.catalog.house_templates import actions, queries
from registration.forms import PostedForm
from registration.service import Coordinator, Here, RegistrationService

router = APIRouter(include_in_schema=False)
DONE = {"kept", "deleted"}


@router.get("/staff/templates")
def templates(request: Request, here: Here, caller: Coordinator, done: str = "") -> Response:
    """Every template of the house, with a way to begin from it and one to delete it."""
    lang, say = kit_app.language(request, caller.lang), here.pages.catalogue.say
    with here.db.read() as session:
        rows = queries.templates(session)
    context: dict[str, Any] = {
        "rows": rows,
        "done": done if done in DONE else "",
        "page_title": say(lang, "templates.title"),
    }
    return kit_app.page(request, "house_templates/list.html", lang, **context)


@router.get("/staff/activities/{activity_id}/template")
def name(request: Request, activity_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """Ask under which name an activity is kept."""
    return _asked(request, here, caller, activity_id)


@router.post("/staff/activities/{activity_id}/template")
def keep(request: Request, activity_id: uuid.UUID, here: Here, caller: Coordinator, form: PostedForm) -> Response:
    """Keep an activity as a template, or ask again with what was typed."""
    try:
        with here.db.write() as session:
            actions.keep(session, activity_id, form.one("name"), caller, here.clock())
    except NotFound:
        raise
    except Refusal as refusal:
        return _asked(request, here, caller, activity_id, form.one("name"), refusal)
    return kit_app.see(f"{here.home}/staff/templates?done=kept")


@router.post("/staff/templates/{template_id}/delete")
def delete(template_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """Delete a template."""
    with here.db.write() as session:
        actions.delete(session, template_id, caller, here.clock())
    return kit_app.see(f"{here.home}/staff/templates?done=deleted")


def _asked(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    activity_id: uuid.UUID,
    typed: str | None = None,
    refusal: Refusal | None = None,
) -> Response:
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        offer = here.offer(session, activity_id)
    title = offer.activity.title.in_(lang)
    context: dict[str, Any] = {
        "typed": title if typed is None else typed,
        "errors": here.errors(refusal, lang),
        "address": f"{here.home}/staff/activities/{activity_id}",
        "activity_title": title,
        "page_title": here.pages.catalogue.say(lang, "templates.keep"),
    }
    return kit_app.page(request, "house_templates/keep.html", lang, refusal.status if refusal else 200, **context)
