"""What the personal pages do, for programs that hold a link: see the places, name them, change answers, let go, cancel.

The secret part of the link is the header `X-Link-Token`: the contact's for a registration, their own for an attendee.
"""

import uuid
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from kit.auth import allow
from kit.contracts import Count
from kit.errors import NotFound, refusals
from kit.idempotency import Key, once, rebuilt
from registration.catalog.codes.rules import PlaceIsHers
from registration.changes import actions
from registration.changes.actions_answers import BY_LINK
from registration.changes.actions_answers import change_answers as write_answers
from registration.changes.flows import (
    place_change,
    refuse_if_late,
    refuse_if_started,
    registration_answers,
    write_place,
)
from registration.changes.rules import PersonNamed
from registration.changes.view import answers_by_key
from registration.letters.flows import letter_context
from registration.plans.covering.rules import CoveredOneByOne, refuse_covering
from registration.privacy.queries import opened
from registration.public.form.queries import with_link
from registration.public.form.schemas import LinkToken, RegistrationState
from registration.public.form.view import state_without_link
from registration.public.personal.queries import behind_contact_link, behind_own_link
from registration.registrations.actions import end_hold_now
from registration.registrations.queries import Whole, place, registration_by_id, whole_registration
from registration.registrations.rules import NothingToCancel, NotInThisState, TooLate
from registration.registrations.rules_rows import AttendeeRow
from registration.registrations.view import place_label
from registration.service import Here, RegistrationService
from registration.signup.schemas import Answers, AttendeeIn, Shape
from registration.strangers.flows import stranger_at
from registration.strangers.rules import Stranger, TooManyLetters

router = APIRouter(tags=["signup"], dependencies=[allow("link")])


def _mine(here: Here, registration_id: uuid.UUID, token: LinkToken = "") -> Whole:
    with here.db.read() as session:
        return opened(
            session, behind_contact_link(session, here.offers, here.links, registration_id, token), here.vault
        )


def _own(here: Here, attendee_id: uuid.UUID, token: LinkToken = "") -> tuple[Whole, AttendeeRow]:
    with here.db.read() as session:
        whole, row = behind_own_link(session, here.offers, here.links, attendee_id, token)
        return opened(session, whole, here.vault), row


def _sender(here: Here, request: Request) -> Stranger:
    return stranger_at(here, request)


Sender = Annotated[Stranger, Depends(_sender)]
Mine = Annotated[Whole, Depends(_mine)]
Own = Annotated[tuple[Whole, AttendeeRow], Depends(_own)]


@dataclass(frozen=True)
class Naming:
    """Who is to take a place, and who says so."""

    person: AttendeeIn
    stranger: Stranger


class PlaceOut(BaseModel):
    """One place: who takes it, what they answered by question, and what their ticket's QR says."""

    id: uuid.UUID = Field(description="Id of the attendee.")
    position: Count = Field(description="Which place of the registration, from 1.", examples=[1])
    code: str = Field(description="Code as people read it.", examples=["CAR-7F3K"])
    status: str = Field(description="`active` or `cancelled`.", examples=["active"])
    first_name: str = Field(description="First name; empty: nobody yet.", examples=["Chloé"])
    last_name: str = Field(description="Last name; empty: nobody yet.", examples=["Roy"])
    email: str = Field(description="E-mail address; empty: none.", examples=["chloe@example.org"])
    company: str = Field(description="Name of the company; empty: none.", examples=["Fonderie Noël"])
    label_fr: str = Field(description="What they take, add-ons too, in French.", examples=["Place, cocktail"])
    label_en: str = Field(description="What they take, add-ons too, in English.", examples=["Cocktail, one place"])
    ticket: str = Field(description="What the ticket's QR says.", examples=["G1.0198a7d2"])
    answers: Answers = Field(description="Answers by the key of their question.", examples=[{"q-repas": "boeuf"}])


class Leaving(Shape):
    """Which attendees leave; nobody named: everybody."""

    attendees: tuple[uuid.UUID, ...] = Field(default=(), description="Who leaves; nobody named: everybody.")


class AnswersIn(Shape):
    """Answers by the key of their question."""

    answers: Answers = Field(description="Answers by the key of their question.", examples=[{"q-vin": "yes"}])


@router.get("/api/registrations/{registration_id}/attendees", openapi_extra=refusals(NotFound))
def list_places(here: Here, whole: Mine) -> list[PlaceOut]:
    """Every place of the registration, cancelled ones too."""
    return [_place(here, whole, row) for row in whole.attendees]


@router.post(
    "/api/registrations/{registration_id}/attendees/{attendee_id}",
    response_model=PlaceOut,
    openapi_extra=refusals(NotFound, TooLate, NotInThisState, PlaceIsHers, TooManyLetters),
)
def name_attendee(
    here: Here, whole: Mine, attendee_id: uuid.UUID, person: AttendeeIn, stranger: Sender, key: Key
) -> Response:
    """Name or replace an attendee and give their answers, until the activity's deadline."""
    row = next((attendee for attendee in whole.active if attendee.id == attendee_id), None)
    if row is None:
        raise NotFound()
    return _change_place(here, whole, row, Naming(person, stranger), key)


@router.get("/api/registrations/{registration_id}/answers", openapi_extra=refusals(NotFound))
def read_answers(whole: Mine) -> Answers:
    """What was answered for the whole registration, by question."""
    return answers_by_key(whole, None)


@router.post(
    "/api/registrations/{registration_id}/answers",
    response_model=Answers,
    openapi_extra=refusals(NotFound, TooLate, NotInThisState),
)
def change_answers(here: Here, whole: Mine, body: AnswersIn, key: Key) -> Response:
    """Change what was answered for the whole registration, until the activity's deadline."""
    answers = registration_answers(here, whole, body.answers)
    refuse_if_late(here, whole)
    registration, now = whole.registration, here.clock()
    with here.db.write() as session:

        def act() -> None:
            write_answers(session, answers, BY_LINK, now)

        kept = once(session, key, now, act)
        fresh = opened(session, whole_registration(session, registration.id, here.offers), here.vault)
    return rebuilt(kept, answers_by_key(fresh, None))


@router.post(
    "/api/registrations/{registration_id}/let-go",
    response_model=RegistrationState,
    openapi_extra=refusals(NotFound, NotInThisState),
)
def release_hold(here: Here, whole: Mine, key: Key) -> Response:
    """The contact no longer wants the places held: the hold ends at once, and they go back when billing agrees."""
    now, mine = here.clock(), whole.registration.id
    with here.db.write() as session:

        def act() -> RegistrationState:
            end_hold_now(session, mine, BY_LINK, now)
            return state_without_link(registration_by_id(session, mine))

        kept = once(session, key, now, act)
        return rebuilt(kept, with_link(here, session, bytes(kept.body)))


@router.post(
    "/api/registrations/{registration_id}/cancel",
    response_model=RegistrationState,
    openapi_extra=refusals(CoveredOneByOne, NotFound, TooLate, NotInThisState, NothingToCancel),
)
def cancel_registration(here: Here, whole: Mine, key: Key, body: Leaving | None = None) -> Response:
    """Cancel everybody, or some attendees, under the activity's rule, until it starts."""
    refuse_covering(whole.offer.activity)
    refuse_if_started(here, whole)
    leaving = set(body.attendees) if body and body.attendees else None
    now, mine, context = here.clock(), whole.registration.id, letter_context(here, whole.offer)
    with here.db.write() as session:

        def act() -> RegistrationState:
            actions.cancel(session, mine, BY_LINK, now, context, leaving)
            return state_without_link(registration_by_id(session, mine))

        kept = once(session, key, now, act)
        return rebuilt(kept, with_link(here, session, bytes(kept.body)))


@router.get("/api/attendees/{attendee_id}", openapi_extra=refusals(NotFound))
def read_own_place(here: Here, mine: Own) -> PlaceOut:
    """An attendee's own place: nothing of the others, no amount."""
    return _place(here, *mine)


@router.post(
    "/api/attendees/{attendee_id}",
    response_model=PlaceOut,
    openapi_extra=refusals(NotFound, TooLate, NotInThisState, PlaceIsHers, TooManyLetters),
)
def change_own_place(here: Here, mine: Own, person: AttendeeIn, stranger: Sender, key: Key) -> Response:
    """An attendee corrects their name or their answers. Another name or address ends this link and ticket."""
    return _change_place(here, *mine, Naming(person, stranger), key)


def _change_place(here: RegistrationService, whole: Whole, row: AttendeeRow, naming: Naming, key: Key) -> Response:
    person = naming.person
    named_person = PersonNamed(person.first_name, person.last_name, person.email, person.company)
    change = place_change(here, whole, row, named_person, person.answers).sent_by(naming.stranger)
    with here.db.write() as session:

        def act() -> None:
            write_place(here, session, whole, row, change)

        kept = once(session, key, here.clock(), act)
        fresh, mine = place(session, row.id, here.offers)
        return rebuilt(kept, _place(here, opened(session, fresh, here.vault), mine))


def _place(here: RegistrationService, whole: Whole, row: AttendeeRow) -> PlaceOut:
    label = place_label(whole.offer, whole.bought.with_added(row))
    return PlaceOut(
        id=row.id,
        position=row.position,
        code=row.code,
        status=row.status,
        first_name=row.first_name,
        last_name=row.last_name,
        email=row.email,
        company=row.company_name,
        label_fr=label.in_("fr"),
        label_en=label.in_("en"),
        ticket=here.links.ticket(row.id, row.ticket_version),
        answers=answers_by_key(whole, row),
    )
