"""A registration's choice, for programs: behind the contact's link, as on the page."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlmodel import Session

from kit.auth import allow
from kit.errors import NotFound, refusals
from kit.idempotency import Key, once
from registration.changes.actions_answers import BY_LINK
from registration.letters.flows import letter_context
from registration.public.choice.queries import own_choice
from registration.public.choice.schemas import OwnChoice, OwnChoiceIn
from registration.public.form.schemas import LinkToken
from registration.public.personal.queries import behind_contact_link
from registration.rearrangements.actions import choose
from registration.rearrangements.rules import Answer, ChoiceIsFinal, ChoiceIsOver, NothingToChoose
from registration.registrations.queries import Whole, registration_by_id
from registration.registrations.rules import NotInThisState
from registration.service import Here, RegistrationService

router = APIRouter(tags=["signup"], dependencies=[allow("link")])
ADDRESS = "/api/registrations/{registration_id}/choice"


def _mine(here: Here, registration_id: uuid.UUID, token: LinkToken = "") -> Whole:
    with here.db.read() as session:
        return behind_contact_link(session, here.offers, here.links, registration_id, token)


Mine = Annotated[Whole, Depends(_mine)]


@router.get(ADDRESS, openapi_extra=refusals(NotFound, NothingToChoose))
def read_choice(here: Here, whole: Mine) -> OwnChoice:
    """What is asked of the registration since its activity was postponed, and what it chose."""
    with here.db.read() as session:
        return own_choice(session, whole.registration, here.clock())


@router.post(
    ADDRESS,
    response_model=OwnChoice,
    openapi_extra=refusals(NotFound, NothingToChoose, ChoiceIsFinal, ChoiceIsOver, NotInThisState),
)
def make_choice(here: Here, whole: Mine, asked: OwnChoiceIn, key: Key) -> Response:
    """Stay, or be refunded in full, for the whole registration. A refund is final."""
    with here.db.write() as session:

        def act() -> OwnChoice:
            choose_by_contact(here, session, whole, asked.answer)
            return own_choice(session, registration_by_id(session, whole.registration.id), here.clock())

        return once(session, key, here.clock(), act)


def choose_by_contact(here: RegistrationService, session: Session, whole: Whole, answer: Answer) -> None:
    """In this transaction. Raises what `choose` does."""
    context = letter_context(here, whole.offer)
    choose(session, whole.registration.id, answer, BY_LINK, here.clock(), context)
