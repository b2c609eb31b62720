"""A trial, for programs: a signup tried behind the link of a preview, of which nothing is kept."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query

from kit.auth import allow
from kit.errors import BadToken, NotFound, refusals
from registration.catalog.rules import NotOffered
from registration.members import queries as members
from registration.public.trial.schemas import TrialOut
from registration.registrations.rules import SoldOut
from registration.service import Here
from registration.signup import flows as signup
from registration.signup.schemas import SignupRequest
from registration.trial.flows import offer_tried, try_out

router = APIRouter(tags=["authoring"], dependencies=[allow("link")])
Token = Annotated[str, Query(max_length=200, description="Token of the activity's preview, as its link has it.")]


@router.post("/api/activities/{activity_id}/trials", openapi_extra=refusals(BadToken, NotFound, NotOffered, SoldOut))
def try_signup(activity_id: uuid.UUID, body: SignupRequest, here: Here, token: Token) -> TrialOut:
    """What this signup would lead to; it takes no place, owes nothing, writes to nobody.

    It takes no key: nothing is done, and nothing of what it answers is kept.
    """
    offer = offer_tried(here, activity_id, token)
    circumstances = signup.circumstances_now(here, offer, members.NOBODY)
    return TrialOut.of(try_out(here, offer, body, circumstances))
