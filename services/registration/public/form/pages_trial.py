"""A trial on pages: the real form behind the link of a preview, then what would be seen, written and shown at the door.

Nothing of it is kept, so that there is nothing to clean up.
"""

import uuid
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from kit import app as kit_app
from kit.auth import allow
from kit.db import new_id
from kit.errors import InvalidInput, Refusal
from registration.catalog.rules import Visitor
from registration.forms import FormValues, PostedForm, with_values
from registration.letters import view as letters
from registration.members import queries as members
from registration.members.flows import visitor_code
from registration.public.form.pages import Screen, prefilled, show_form, updated
from registration.public.form.view_trial import owed_rows, tickets_shown
from registration.service import Here, PageLang, RegistrationService
from registration.signup import flows
from registration.signup.typed import view, view_errors
from registration.trial.flows import Tried, offer_tried, try_out

router = APIRouter(include_in_schema=False, dependencies=[allow("link")])
SeenBy = Annotated[Literal["", "member"], Query()]
# Somebody who is nobody: the address cannot be written to (RFC 2606).
SOMEBODY = {"contact.first_name": "Camille", "contact.last_name": "Essai", "contact.email": "essai@example.org"}


@router.get("/fr/apercu/{activity_id}/{token}/inscription")
@router.get("/en/preview/{activity_id}/{token}/registration")
def form(
    request: Request, here: Here, lang: PageLang, activity_id: uuid.UUID, token: str, seen_by: SeenBy = ""
) -> Response:
    """The form as everybody will see it, filled in for somebody who is nobody."""
    screen = _screen(request, here, lang, (activity_id, token, seen_by), FormValues())
    filled = with_values(prefilled(screen), SOMEBODY)
    return _kept_nowhere(show_form(request, here, replace(screen, form=filled)))


@router.post("/fr/apercu/{activity_id}/{token}/inscription")
@router.post("/en/preview/{activity_id}/{token}/registration")
def submit(
    request: Request,
    here: Here,
    lang: PageLang,
    activity_id: uuid.UUID,
    token: str,
    form: PostedForm,
    seen_by: SeenBy = "",
) -> Response:
    """Try the signup, or show the form again with everything still in it."""
    screen = _screen(request, here, lang, (activity_id, token, seen_by), form)
    over = view_errors.too_many(form, screen.options)
    if form.one("action") == "update":
        return _kept_nowhere(updated(request, here, screen, over))
    if over:
        return _kept_nowhere(show_form(request, here, screen, problems=over, status=422))
    try:
        tried = try_out(here, screen.offer, screen.request, screen.circumstances)
    except InvalidInput as refusal:
        name = view.field_names(screen.request.items)
        problems = {name(where): problem for where, problem in refusal.places.items()}
        return _kept_nowhere(show_form(request, here, screen, problems=problems, status=422))
    except Refusal as refusal:
        return _kept_nowhere(show_form(request, here, screen, refusal))
    return _kept_nowhere(_tried(request, here, screen, tried))


def _screen(
    request: Request, here: RegistrationService, lang: str, behind: tuple[uuid.UUID, str, str], form: FormValues
) -> Screen:
    """The form of what is behind the link of a preview, as somebody of a member company sees it, or anybody."""
    activity_id, token, seen_by = behind
    offer = offer_tried(here, activity_id, token)
    name = here.pages.catalogue.say(lang, "storefront.a_member")
    visitor = Visitor(company_name=name, member=True) if seen_by else members.NOBODY
    code = visitor_code(here, request, form.one("code"), activity_id)
    circumstances = flows.circumstances_now(here, offer, code.visitor or visitor, code)
    addresses = {one: _address(activity_id, token, one, seen_by) for one in ("fr", "en")}
    return Screen(offer, circumstances, form, lang, new_id(), tried_at=addresses)


def _address(activity_id: uuid.UUID, token: str, lang: str, seen_by: str) -> str:
    start, end = ("en/preview", "registration") if lang == "en" else ("fr/apercu", "inscription")
    return f"/{start}/{activity_id}/{token}/{end}" + (f"?seen_by={seen_by}" if seen_by else "")


def _tried(request: Request, here: RegistrationService, screen: Screen, tried: Tried) -> Response:
    lang, whole = screen.lang, tried.whole
    title = whole.offer.activity.title.in_(lang)
    context: dict[str, Any] = {
        "tried": tried,
        "title": title,
        "when": letters.when_text(whole.offer, lang),
        "where": letters.place_text(whole.offer),
        "lines": owed_rows(here, whole, lang),
        "tickets": tickets_shown(here, whole, lang),
        "again": screen.tried_at[lang],
        "other_url": screen.tried_at["en" if lang == "fr" else "fr"],
        "page_title": here.pages.catalogue.say(lang, "trial.title", title=title),
        "noindex": True,
    }
    return kit_app.page(request, "form/trial.html", lang, **context)


def _kept_nowhere(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
