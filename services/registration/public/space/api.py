"""A company's own page, for its programs. The secret part of a personal link is the header `X-Link-Token`."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from kit.auth import allow
from kit.errors import InvalidInput, NotFound, refusals
from kit.idempotency import Key, once
from registration.members.actions import send_link
from registration.members.queries_people import people_of
from registration.members.records import actions_people
from registration.members.records.actions_people import Editing
from registration.members.records.rules import AlreadyActing, ChangedMeanwhile, given_by, person_details
from registration.members.rules import May, MemberTerms
from registration.public.form.schemas import LinkToken
from registration.public.space.queries import Inside, inside_by_link, member_until, signed
from registration.public.space.schemas import (
    ActingIn,
    ActingOut,
    ActingReference,
    SignedOut,
    SpaceOut,
)
from registration.public.space.view import address_of
from registration.service import Here, RegistrationService

router = APIRouter(tags=["companies"], dependencies=[allow("link")])


def _inside(here: Here, person_id: uuid.UUID, token: LinkToken = "") -> Inside:
    terms = here.member_terms()
    with here.db.read() as session:
        return inside_by_link(here, session, person_id, token, terms)


Mine = Annotated[Inside, Depends(_inside)]


def _keeping(inside: Mine) -> Inside:
    inside.needs(May.PEOPLE)
    return inside


Keeping = Annotated[Inside, Depends(_keeping)]


@router.get("/api/people/{person_id}/company", openapi_extra=refusals(NotFound))
def read_my_company(here: Here, inside: Mine) -> SpaceOut:
    """The company that this person acts for: its registrations, its people, what they may do."""
    terms: MemberTerms = here.member_terms()
    with here.db.read() as session:
        until = member_until(session, inside.company.id, terms.day)
        rows = signed(session, inside, here.clock()) if inside.sees_registrations else []
        people = people_of(session, inside.company.id, terms.day) if inside.sees_people else ()
    shown = [SignedOut.of(row, inside.lang, address_of(row, inside, here.links)) for row in rows]
    return SpaceOut.of(inside, until, shown, [ActingOut(name=one.name, roles=list(one.roles)) for one in people])


@router.post(
    "/api/people/{person_id}/company/people",
    response_model=ActingReference,
    status_code=201,
    openapi_extra=refusals(NotFound, InvalidInput, AlreadyActing),
)
def add_colleague(here: Here, inside: Keeping, body: ActingIn, key: Key) -> Response:
    """Somebody who acts for the company from today on; their link leaves at once."""
    details, editing = given_by(inside.roles, person_details(body.form(), here.settings.reach)), _editing(here, inside)
    with here.db.write() as session:

        def act() -> ActingReference:
            person = actions_people.add_person(session, inside.company.id, details, editing)
            send_link(session, person.id, here.links, inside.caller, editing.now)
            return ActingReference(id=person.id, version=person.version)

        return once(session, key, editing.now, act, 201)


@router.post(
    "/api/people/{person_id}/company/people/{other_id}",
    response_model=ActingReference,
    openapi_extra=refusals(NotFound, InvalidInput, ChangedMeanwhile),
)
def change_colleague(here: Here, inside: Keeping, other_id: uuid.UUID, body: ActingIn, key: Key) -> Response:
    """Write somebody of the company anew."""
    details, editing = given_by(inside.roles, person_details(body.form(), here.settings.reach)), _editing(here, inside)
    with here.db.write() as session:

        def act() -> ActingReference:
            person = actions_people.change_person(session, other_id, inside.company.id, details, editing)
            return ActingReference(id=person.id, version=person.version)

        return once(session, key, editing.now, act)


@router.post(
    "/api/people/{person_id}/company/people/{other_id}/leave",
    response_model=ActingReference,
    openapi_extra=refusals(NotFound, InvalidInput),
)
def end_colleague(here: Here, inside: Keeping, other_id: uuid.UUID, key: Key) -> Response:
    """They act for the company no more; nobody takes themselves away."""
    editing = _editing(here, inside)
    if other_id == inside.person.id:
        raise NotFound()
    with here.db.write() as session:

        def act() -> ActingReference:
            person = actions_people.leave(session, other_id, inside.company.id, editing)
            return ActingReference(id=person.id, version=person.version)

        return once(session, key, editing.now, act)


def _editing(here: RegistrationService, inside: Inside) -> Editing:
    return Editing(inside.caller, here.clock(), here.member_terms().day, inside.roles)
