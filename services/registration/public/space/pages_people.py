"""Who acts for the company, kept by those of its own people who may."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from kit.app import page, see
from kit.auth import allow
from kit.errors import InvalidInput, NotFound, Refusal
from registration.forms import PostedForm, typed
from registration.members.actions import send_link
from registration.members.models import Person
from registration.members.queries_people import acting
from registration.members.records import actions_people
from registration.members.records.actions_people import Editing
from registration.members.records.rules import given_by, person_details
from registration.members.records.schemas import PersonForm
from registration.members.rules import May, Role
from registration.public.space.pages import Mine
from registration.public.space.queries import Inside
from registration.service import Here, RegistrationService

router = APIRouter(dependencies=[allow("link")], include_in_schema=False)


def _keeping(inside: Mine) -> Inside:
    inside.needs(May.PEOPLE)
    return inside


Keeping = Annotated[Inside, Depends(_keeping)]


@router.get("/company/new-person")
def new_person(request: Request, here: Here, inside: Keeping) -> Response:
    """An empty form."""
    return _form(request, here, inside, None, PersonForm())


@router.post("/company/new-person")
def add_person(request: Request, here: Here, inside: Keeping, values: PostedForm) -> Response:
    """Somebody who acts for the company from today on; their link leaves at once."""
    form = typed(PersonForm, values)
    try:
        details = given_by(inside.roles, person_details(form, here.settings.reach))
        editing = _editing(here, inside)
        with here.db.write() as session:
            person = actions_people.add_person(session, inside.company.id, details, editing)
            send_link(session, person.id, here.links, inside.caller, editing.now)
    except Refusal as refusal:
        return _form(request, here, inside, None, form, refusal)
    return see(f"{here.home}/company?done=person")


@router.get("/company/people/{person_id}")
def person_form(request: Request, here: Here, inside: Keeping, person_id: uuid.UUID) -> Response:
    """The form filled in with somebody of the company."""
    return _form(request, here, inside, person_id, _known(here, inside, person_id))


@router.post("/company/people/{person_id}")
def change_person(request: Request, here: Here, inside: Keeping, person_id: uuid.UUID, values: PostedForm) -> Response:
    """Write somebody of the company anew."""
    form = typed(PersonForm, values)
    try:
        details = given_by(inside.roles, person_details(form, here.settings.reach))
        with here.db.write() as session:
            actions_people.change_person(session, person_id, inside.company.id, details, _editing(here, inside))
    except NotFound:
        raise
    except Refusal as refusal:
        return _form(request, here, inside, person_id, form, refusal)
    return see(f"{here.home}/company?done=changed")


@router.post("/company/people/{person_id}/leave")
def leave(request: Request, here: Here, inside: Keeping, person_id: uuid.UUID) -> Response:
    """They act for the company no more; nobody takes themselves away."""
    if person_id == inside.person.id:
        raise NotFound()
    try:
        with here.db.write() as session:
            actions_people.leave(session, person_id, inside.company.id, _editing(here, inside))
    except InvalidInput as refusal:
        return _form(request, here, inside, person_id, _known(here, inside, person_id), refusal)
    return see(f"{here.home}/company?done=left")


def _known(here: RegistrationService, inside: Inside, person_id: uuid.UUID) -> PersonForm:
    """Somebody of the company as they stand. Raises NotFound."""
    with here.db.read() as session:
        roles = acting(session, person_id, inside.company.id, here.member_terms().day)
        person = session.get(Person, person_id)
        if person is None or not roles:
            raise NotFound()
        return PersonForm.of(person, sorted(roles))


def _editing(here: RegistrationService, inside: Inside) -> Editing:
    return Editing(inside.caller, here.clock(), here.member_terms().day, inside.roles)


def _form(
    request: Request,
    here: RegistrationService,
    inside: Inside,
    person_id: uuid.UUID | None,
    form: PersonForm,
    refusal: Refusal | None = None,
) -> Response:
    delegate = Role.DELEGATE in inside.roles
    return page(
        request,
        "space/person.html",
        inside.lang,
        refusal.status if refusal else 200,
        inside=inside,
        company=inside.company,
        person_id=person_id,
        form=form,
        roles=[role for role in Role if delegate or role is not Role.DELEGATE],
        errors=here.errors(refusal, inside.lang),
        noindex=True,
    )
