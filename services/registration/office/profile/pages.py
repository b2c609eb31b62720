"""The director's page about the association's profile."""

from datetime import date

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from kit import app as kit_app
from kit.contracts import Association
from kit.contracts.callers import Caller
from kit.errors import InvalidInput, Refusal
from registration.association import actions, queries, rules
from registration.association.schemas import ProfileForm
from registration.files import flows as files
from registration.files.rules import Purpose
from registration.forms import FormValues
from registration.history import queries as history
from registration.history import view as history_view
from registration.office.profile.api import Director, around, today
from registration.office.profile.view import dated, logo_shown, samples
from registration.service import Here, RegistrationService
from registration.uploads import PostedFile

router = APIRouter(include_in_schema=False)


@router.get("/staff/association")
def profile(request: Request, here: Here, caller: Director, of: date | None = None, done: str = "") -> Response:
    """The profile in force, ready to be changed from today on; `of` is the day of another."""
    day = today(here)
    with here.db.read() as session:
        shown_profile = queries.profile_on(session, of or day)
    form = ProfileForm.of(shown_profile, shown_profile.valid_from if of else max(day, shown_profile.valid_from))
    return _page(request, here, caller, form, done=done)


@router.post("/staff/association")
def save(request: Request, here: Here, caller: Director, posted: PostedFile) -> Response:
    """Save the profile, and tell billing and notify. A logo that was sent is kept even when something else is refused:
    the page that comes back has it."""
    day = today(here)
    form = _form(posted.values)
    with here.db.read() as session:
        before = queries.profile_on(session, day)
    try:
        if posted.file:
            logo = files.take(here, posted.file, Purpose.LOGO)
            form = form.model_copy(update={"logo_url": here.home + logo.path})
        after = _saved(here, form, before, caller)
    except InvalidInput as refusal:
        return _page(request, here, caller, form, refusal)
    except Refusal as refusal:
        refusal.field = "logo"
        return _page(request, here, caller, form, refusal)
    return kit_app.see(f"{here.home}/staff/association?of={after.valid_from}&done=saved")


def _saved(here: RegistrationService, form: ProfileForm, before: Association, caller: Caller) -> Association:
    after = rules.profile(form, before, today(here), around(here))
    with here.db.write() as session:
        after = actions.with_logo(session, after, here.home)
        actions.save(session, after, here.clock(), caller, before)
    return after


def _form(values: FormValues) -> ProfileForm:
    """What was typed. The logo stays as it is, unless it is taken away or the address of another is given."""
    typed = {name: values.one(name) for name in ProfileForm.model_fields}
    kept = "" if values.one("logo_gone") else values.one("logo_kept")
    try:
        return ProfileForm.model_validate(typed | {"logo_url": typed["logo_url"] or kept})
    except ValidationError as error:
        raise InvalidInput({str(one["loc"][0]): one["type"] for one in error.errors()}) from error


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
    refusal: Refusal | None = None,
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
        refusal.status if refusal else 200,
        form=form,
        logo=logo_shown(form, around(here)),
        errors=here.errors(refusal, lang),
        samples=samples(form.accent),
        profiles=dated(profiles, current),
        saved=done == "saved",
        entries=history_view.lines(entries, here.pages.catalogue, current.timezone, lang),
    )
