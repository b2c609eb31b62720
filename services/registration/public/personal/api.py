"""What the personal pages do, for programs that hold a link: see the places, name them, change answers, let go, cancel.

The secret part of the link is the header `X-Link-Token`: the contact's for a registration, their own for an attendee.
"""

import uuid
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from kit.auth import allow
from kit.contracts import Count
from kit.errors import InvalidInput, NotFound, refusals
from kit.idempotency import Key, once
from kit.web.typed import Typed
from registration.changes import actions
from registration.changes import actions_people as changes_actions_people
from registration.letters import flows as letters_flows
from registration.letters import view as letters
from registration.public.form.schemas import LinkToken, RegistrationState
from registration.public.form.view import state_of
from registration.public.personal import pages, view
from registration.public.personal import pages_own as own_pages
from registration.public.personal.view import BY_LINK
from registration.registrations import actions as registrations_actions
from registration.registrations import queries as registrations_queries
from registration.registrations.queries import Whole, place
from registration.registrations.rules import NothingToCancel, NotInThisState, Row, TooLate
from registration.service import Here, RegistrationService
from registration.signup.schemas import Answers, AttendeeIn, Shape

router = APIRouter(tags=["signup"], dependencies=[allow("link")])


def _mine(here: Here, registration_id: uuid.UUID, token: LinkToken = "") -> Whole:
    return pages.behind(here, registration_id, token)


def _own(here: Here, attendee_id: uuid.UUID, token: LinkToken = "") -> tuple[Whole, Row]:
    return own_pages.behind(here, attendee_id, token)


Mine = Annotated[Whole, Depends(_mine)]
Own = Annotated[tuple[Whole, Row], Depends(_own)]


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
    label_fr: str = Field(description="What it is called, in French.", examples=["Place, cocktail"])
    label_en: str = Field(description="What it is called, in English.", examples=["Cocktail, one place"])
    ticket: str = Field(description="What the ticket's QR says.", examples=["G1.0198a7d2"])
    answers: dict[str, Any] = Field(
        description="Answers by the key of their question.", examples=[{"q-repas": "boeuf"}]
    )


class Leaving(Shape):
    """Which attendees leave; nobody named: everybody."""

    attendees: tuple[uuid.UUID, ...] = Field(default=(), description="Who leaves; nobody named: everybody.")


class AnswersIn(Shape):
    """Answers by the key of their question."""

    answers: Answers = Field(description="Answers by the key of their question.", examples=[{"q-vin": "yes"}])


@router.get("/api/registrations/{registration_id}/attendees", openapi_extra=refusals(NotFound))
def list_places(here: Here, found: Mine) -> list[PlaceOut]:
    """Every place of the registration, cancelled ones too."""
    return [_place(here, found, row) for row in found.attendees]


@router.post(
    "/api/registrations/{registration_id}/attendees/{attendee_id}",
    response_model=PlaceOut,
    openapi_extra=refusals(NotFound, TooLate, NotInThisState),
)
def name_attendee(here: Here, found: Mine, attendee_id: uuid.UUID, asked: AttendeeIn, key: Key) -> Response:
    """Name or replace an attendee and give their answers, until the activity's deadline."""
    row = next((a for a in found.active if a["id"] == attendee_id), None)
    if row is None:
        raise NotFound()
    return _changed(here, found, row, asked, key)


@router.get("/api/registrations/{registration_id}/answers", openapi_extra=refusals(NotFound))
def read_answers(found: Mine) -> Answers:
    """What was answered for the whole registration, by question."""
    return _answers(found, None)


@router.post(
    "/api/registrations/{registration_id}/answers",
    response_model=Answers,
    openapi_extra=refusals(NotFound, TooLate, NotInThisState),
)
def change_answers(here: Here, found: Mine, asked: AnswersIn, key: Key) -> Response:
    """Change what was answered for the whole registration, until the activity's deadline."""
    given = _checked(lambda: view.read_answers(found, _typed("answers.", asked.answers), None), "answers.")
    view.refuse_if_late(found, here)
    registration, now = found.registration, here.clock()
    with here.db.write() as session:

        def act() -> Answers:
            changes_actions_people.change_answers(session, registration["id"], None, given, BY_LINK, now)
            return asked.answers

        return once(session, key, now, act)


@router.post(
    "/api/registrations/{registration_id}/let-go",
    response_model=RegistrationState,
    openapi_extra=refusals(NotFound, NotInThisState),
)
def release_hold(here: Here, found: Mine, key: Key) -> Response:
    """The contact no longer wants the places held: the hold ends at once, and they go back when billing agrees."""
    now, mine = here.clock(), found.registration["id"]
    with here.db.write() as session:

        def act() -> RegistrationState:
            registrations_actions.end_hold_now(session, mine, BY_LINK, now)
            return state_of(here, registrations_queries.stored(session, mine))

        return once(session, key, now, act)


@router.post(
    "/api/registrations/{registration_id}/cancel",
    response_model=RegistrationState,
    openapi_extra=refusals(NotFound, TooLate, NotInThisState, NothingToCancel),
)
def cancel_registration(here: Here, found: Mine, key: Key, asked: Leaving | None = None) -> Response:
    """Cancel everybody, or some attendees, under the activity's rule, until it starts."""
    pages.refuse_if_started(here, found)
    leaving = set(asked.attendees) if asked and asked.attendees else None
    now, mine, desk = here.clock(), found.registration["id"], letters_flows.desk_of(here, found.offer)
    with here.db.write() as session:

        def act() -> RegistrationState:
            actions.cancel(session, mine, BY_LINK, now, desk, leaving)
            return state_of(here, registrations_queries.stored(session, mine))

        return once(session, key, now, act)


@router.get("/api/attendees/{attendee_id}", openapi_extra=refusals(NotFound))
def read_own_place(here: Here, mine: Own) -> PlaceOut:
    """An attendee's own place: nothing of the others, no amount."""
    return _place(here, *mine)


@router.post(
    "/api/attendees/{attendee_id}", response_model=PlaceOut, openapi_extra=refusals(NotFound, TooLate, NotInThisState)
)
def change_own_place(here: Here, mine: Own, asked: AttendeeIn, key: Key) -> Response:
    """An attendee corrects their name or their answers. Another name or address ends this link and ticket."""
    return _changed(here, *mine, asked, key)


def _changed(here: RegistrationService, found: Whole, row: Row, asked: AttendeeIn, key: Key) -> Response:
    prefix = f"p{row['position']}."
    names = {"first_name": asked.first_name, "last_name": asked.last_name, "email": asked.email}
    typed = _typed(prefix, names | {"company_name": asked.company})
    typed = Typed({**typed.fields, **_typed(f"{prefix}answer.", asked.answers).fields})
    change = _checked(lambda: view.read_place(here, found, row, typed), prefix)
    with here.db.write() as session:

        def act() -> PlaceOut:
            view.write_place(here, session, found, row, change)
            return _again(here, session, row)

        return once(session, key, here.clock(), act)


def _again(here: RegistrationService, session: Session, row: Row) -> PlaceOut:
    found, fresh = place(session, row["id"], here.offers)
    return _place(here, found, fresh)


def _typed(prefix: str, values: Answers | dict[str, str]) -> Typed:
    """As the page's form would send it."""
    listed = {name: value if isinstance(value, list) else [value] for name, value in values.items()}
    return Typed({prefix + name: value for name, value in listed.items()})


def _checked(read: Callable[[], Any], prefix: str) -> Any:
    """Problems by the API's names of fields."""
    try:
        return read()
    except InvalidInput as refusal:
        plain = {name.removeprefix(prefix): problem for name, problem in refusal.problems.items()}
        renamed = {"company" if name == "company_name" else name: problem for name, problem in plain.items()}
        raise InvalidInput({n.replace("answer.", "answers."): p for n, p in renamed.items()}) from refusal


def _answers(found: Whole, attendee_id: uuid.UUID | None) -> Answers:
    keys = {question.id: question.key for question in found.offer.questions}
    return {keys[question]: value for question, value in found.answers.get(attendee_id, {}).items()}


def _place(here: RegistrationService, found: Whole, row: Row) -> PlaceOut:
    line = found.line_of(row)
    same = {name: row[name] for name in ("id", "position", "code", "status", "first_name", "last_name", "email")}
    return PlaceOut(
        **same,
        company=row["company_name"],
        label_fr=letters.label(line, "fr"),
        label_en=letters.label(line, "en"),
        ticket=letters_flows.links_of(here).ticket(row["id"], row["ticket_version"]),
        answers=_answers(found, row["id"]),
    )
