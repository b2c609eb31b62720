"""Several people of a company signed up for several activities, for programs, by the link of somebody who may."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from kit.auth import allow
from kit.errors import InvalidInput, NotFound, Refusal, refusals
from kit.idempotency import Key, once, replayed
from registration.catalog.rules import NotOffered
from registration.joint.flows import propose_all, sign_up_all
from registration.joint.rules import NotJoint, OneActivityTwice
from registration.joint.schemas import JointRequest
from registration.members.rules import May
from registration.public.form.schemas import LinkToken
from registration.public.joint.schemas import JointOut, KnownOut
from registration.public.space.queries import Inside, inside_by_link, known_people
from registration.registrations.rules import SoldOut
from registration.service import Here
from registration.signup.recording.actions import DateChanged
from registration.signup.rules import DifferentForm, MembersOnly, SignupClosed, TooManyForOneCompany, TotalChanged

router = APIRouter(tags=["members"], dependencies=[allow("link")])


def _signing(here: Here, person_id: uuid.UUID, token: LinkToken = "") -> Inside:
    """Whoever holds the link, when they may sign the company's people up."""
    terms = here.member_terms()
    with here.db.read() as session:
        inside = inside_by_link(here, session, person_id, token, terms)
    inside.needs(May.SIGN_UP)
    return inside


Signing = Annotated[Inside, Depends(_signing)]


@router.get("/api/people/{person_id}/company/known-people", openapi_extra=refusals(NotFound))
def list_known_people(here: Here, inside: Signing) -> list[KnownOut]:
    """Whom the company may sign up without typing them again: who acts for it, and whom it signed up before."""
    terms = here.member_terms()
    with here.db.read() as session:
        return [KnownOut.of(one) for one in known_people(session, inside, terms.day, here.clock())]


@router.post(
    "/api/people/{person_id}/company/registrations",
    response_model=JointOut,
    status_code=201,
    openapi_extra=refusals(
        NotFound,
        InvalidInput,
        NotJoint,
        OneActivityTwice,
        NotOffered,
        SignupClosed,
        MembersOnly,
        SoldOut,
        DateChanged,
        TotalChanged,
        DifferentForm,
        TooManyForOneCompany,
    ),
)
def sign_up_several(here: Here, inside: Signing, body: JointRequest, key: Key) -> Response:
    """Sign people up for several activities at once: all of them or none; what is owed goes on one invoice."""
    try:
        joint = propose_all(here, inside.buyer, body)
    except Refusal:
        # What was accepted before stays accepted, even when the last place has gone since.
        with here.db.read() as session:
            earlier = replayed(session, key) if key else None
        if earlier is None:
            raise
        return earlier
    with here.db.write() as session:

        def act() -> JointOut:
            return JointOut.of(sign_up_all(session, joint, inside.caller))

        return once(session, key, here.clock(), act, 201)
