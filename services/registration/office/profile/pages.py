"""The director's page about the association's profile."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from kit import app as kit_app
from kit.contracts.callers import Caller
from kit.errors import InvalidInput
from registration.association import actions, queries, rules
from registration.association.schemas import ProfileForm
from registration.history import queries as history
from registration.history import view as history_view
from registration.office.profile.api import Director, today
from registration.office.profile.view import dated, samples
from registration.service import Here, RegistrationService

router = APIRouter(include_in_schema=False)
PageForm = Annotated[ProfileForm, Form()]


@router.get("/staff/association")
def profile(request: Request, here: Here, caller: Director, of: date | None = None, done: str = "") -> Response:
    """The profile in force, ready to be changed from today on; `of` is the day of another."""
    day = today(here)
    with here.db.read() as session:
        shown_profile = queries.profile_on(session, of or day)
    form = ProfileForm.of(shown_profile, shown_profile.valid_from if of else max(day, shown_profile.valid_from))
    return _page(request, here, caller, form, done=done)


@router.post("/staff/association")
def save(request: Request, here: Here, caller: Director, form: PageForm) -> Response:
    """Save the profile, and tell billing and notify."""
    day = today(here)
    with here.db.read() as session:
        before = queries.profile_on(session, day)
    try:
        after = rules.profile(form, before, day, here.settings.reach)
    except InvalidInput as refusal:
        return _page(request, here, caller, form, refusal)
    with here.db.write() as session:
        actions.save(session, after, here.clock(), caller, before)
    return kit_app.see(f"{here.home}/staff/association?of={after.valid_from}&done=saved")


@router.get("/staff/association/accent")
def accent(request: Request, caller: Director, accent: str = "") -> Response:
    """What an accent colour becomes on pages: a part of the page above, fetched as the colour changes."""
    lang = kit_app.language(request, caller.lang)
    return kit_app.page(request, "profile/accent.html", lang, samples=samples(accent))


def _page(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    form: ProfileForm,
    refusal: InvalidInput | None = None,
    done: str = "",
) -> Response:
    lang, day = kit_app.language(request, caller.lang), today(here)
    with here.db.read() as session:
        current = queries.profile_on(session, day)
        profiles = [row.association() for row in queries.profiles(session)]
        entries = history.of(session, actions.subject(current))
    return kit_app.page(
        request,
        "profile/profile.html",
        lang,
        422 if refusal else 200,
        form=form,
        errors=here.errors(refusal, lang),
        samples=samples(form.accent),
        profiles=dated(profiles, current),
        saved=done == "saved",
        entries=history_view.lines(entries, here.pages.catalogue, current.timezone, lang),
    )
