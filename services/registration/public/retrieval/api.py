"""The same for programs: ask that the links of an address be mailed to it."""

from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field

from kit.auth import allow
from kit.contracts.base import Contract
from kit.errors import refusals
from kit.idempotency import Key, once
from registration.retrieval.actions import ask
from registration.retrieval.flows import address_of
from registration.service import Here
from registration.signup.schemas import Shape
from registration.strangers.flows import stranger_at
from registration.strangers.rules import TooManyRetrievals

router = APIRouter(tags=["signup"], dependencies=[allow("public")])


class RetrievalIn(Shape):
    """Whose links, and in which language the letter is."""

    email: str = Field(description="E-mail address.", examples=["chloe@example.org"])
    lang: Literal["fr", "en"] = Field(default="fr", description="Language of the letter.", examples=["fr"])


class RetrievalOut(Contract):
    """Always the same, whether the address has anything or not."""

    asked: Literal[True] = Field(
        default=True,
        description="If the address has registrations or a company, a letter with their links leaves now.",
    )


@router.post("/api/retrievals", status_code=202, response_model=RetrievalOut, openapi_extra=refusals(TooManyRetrievals))
def retrieve_registrations(request: Request, here: Here, body: RetrievalIn, key: Key) -> Response:
    """Mail the links that an address has: of registrations to come (the contact's pages, an attendee's tickets), and of
    the companies that somebody acts for. The answer never tells whether there are any."""
    email, stranger, now = address_of(here, body.email), stranger_at(here, request), here.clock()
    with here.db.write() as session:

        def act() -> RetrievalOut:
            ask(session, email, body.lang, stranger, now)
            return RetrievalOut()

        return once(session, key, now, act, status=202)
