"""The association's profile, as an API: what the director's page does."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response

from kit.auth import allow
from kit.clock import local_day
from kit.contracts import Association, Day
from kit.contracts.callers import Caller
from kit.errors import InvalidInput, refusals
from kit.idempotency import Key, once
from registration.association import actions, queries, rules
from registration.files.rules import UnknownFile
from registration.history import queries as history
from registration.history.schemas import HistoryView
from registration.office.profile.schemas import ProfileIn, ProfileView
from registration.service import Here, RegistrationService

router = APIRouter(tags=["association"])
Director = Annotated[Caller, allow("director")]
# What the page's form calls otherwise than the API.
FIELDS = {
    "short_fr": "short_name.fr",
    "short_en": "short_name.en",
    "address": "address_lines",
    "privacy_fr": "privacy_title.fr",
}


@router.get("/api/association")
def read_profile(here: Here, _caller: Director, on: Day | None = None) -> ProfileView:
    """The profile in force today or on another day, the days from which it changed, and its history."""
    with here.db.read() as session:
        association = queries.profile_on(session, on or today(here))
        days = [row.valid_from for row in queries.profiles(session)]
        entries = history.of(session, actions.subject(association))
    return ProfileView(profile=association, days=days, history=HistoryView.of(entries))


@router.post("/api/association", response_model=Association, openapi_extra=refusals(UnknownFile))
def save_profile(body: ProfileIn, here: Here, caller: Director, key: Key) -> Response:
    """Save the profile from its day on, and tell billing and notify. What old documents said does not change."""
    now, day = here.clock(), today(here)
    with here.db.write() as session:

        def act() -> Association:
            before = queries.profile_on(session, day)
            try:
                after = rules.profile(body.form(), before, day, around(here))
            except InvalidInput as refusal:
                renamed = {FIELDS.get(name, name): problem for name, problem in refusal.problems.items()}
                raise InvalidInput(renamed) from refusal
            after = actions.with_logo(session, after, here.home)
            actions.save(session, after, now, caller, before)
            return after

        return once(session, key, now, act)


def today(here: RegistrationService) -> date:
    """The association's day."""
    return local_day(here.clock(), here.association().timezone)


def around(here: RegistrationService) -> rules.Surroundings:
    """What the addresses of a profile are judged by."""
    return rules.Surroundings(here.settings.reach, f"{here.home}/files/")
