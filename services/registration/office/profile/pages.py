"""The director's page about the association's profile."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from kit import app as kit_app
from kit.auth import Caller
from kit.contracts import Association
from kit.errors import InvalidInput
from kit.web.brand import DARK, LIGHT, brand, contrast
from registration.association import actions, queries, rules
from registration.history import queries as history
from registration.history import view as history_view
from registration.office.profile.api import Director, today
from registration.office.profile.schemas import ProfileForm
from registration.service import Here, RegistrationService

router = APIRouter(include_in_schema=False)
Typed = Annotated[ProfileForm, Form()]


@router.get("/staff/association")
def profile(request: Request, here: Here, caller: Director, of: date | None = None, done: str = "") -> Response:
    """The profile in force, ready to be changed from today on; `of` is the day of another."""
    day = today(here)
    with here.db.read() as session:
        found = queries.profile_on(session, of or day)
    typed = ProfileForm.of(found, found.valid_from if of else max(day, found.valid_from))
    return _page(request, here, caller, typed, done=done)


@router.post("/staff/association")
def save(request: Request, here: Here, caller: Director, typed: Typed) -> Response:
    """Keep the profile, and tell billing and notify."""
    day = today(here)
    with here.db.read() as session:
        before = queries.profile_on(session, day)
    try:
        after = rules.profile(typed.model_dump(), before, day)
    except InvalidInput as refusal:
        return _page(request, here, caller, typed, refusal)
    with here.db.write() as session:
        actions.save(session, after, here.clock(), caller, before)
    return kit_app.see(f"{here.home}/staff/association?of={after.valid_from}&done=saved")


@router.get("/staff/association/accent")
def accent(request: Request, caller: Director, accent: str = "") -> Response:
    """What an accent colour becomes on pages: a part of the page above, asked for as the colour changes."""
    lang = kit_app.language(request, caller.lang)
    return kit_app.page(request, "profile/accent.html", lang, samples=samples(accent))


def samples(accent: str) -> list[dict[str, Any]]:
    """The accent as a button on a light and on a dark page, with its computed contrasts; nothing for no colour."""
    if not rules.is_accent(accent):
        return []
    both = brand(accent)
    pairs = ((True, both.light, LIGHT.grounds[0]), (False, both.dark, DARK.grounds[0]))
    return [
        {
            "light": light,
            "ground": ground,
            "shades": shades,
            "kept": shades.accent == accent.lower(),
            "button": contrast(shades.accent, shades.accent_ink),
            "link": contrast(shades.accent_text, ground),
        }
        for light, shades, ground in pairs
    ]


def _page(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    typed: ProfileForm,
    refusal: InvalidInput | None = None,
    done: str = "",
) -> Response:
    lang, day = kit_app.language(request, caller.lang), today(here)
    with here.db.read() as session:
        current = queries.profile_on(session, day)
        kept = queries.profiles(session)
        entries = history.of(session, actions.subject(current))
    context: dict[str, Any] = {
        "typed": typed,
        "errors": here.errors(refusal, lang),
        "samples": samples(typed.accent),
        "profiles": [Association.model_validate(row.body) for row in kept],
        "current": current,
        "today": day,
        "done": done,
        "entries": history_view.lines(entries, here.pages.catalogue, current.timezone, lang),
    }
    return kit_app.page(request, "profile/profile.html", lang, 422 if refusal else 200, **context)
