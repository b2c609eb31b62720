"""Writing to the people of an activity, for programs: written, tried, confirmed, followed."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.errors import NotFound, refusals
from kit.idempotency import Key, once
from registration.mailings import actions, flows, queries
from registration.mailings.rules import AlreadySent, NoAddressOfYours, NothingToSend, SaidOtherwise
from registration.mailings.rules_text import UnknownVariable, UnsafeLink, VariableOfOneLanguage
from registration.office.mailings.queries import chosen, mailing_lines, mailing_view, preview
from registration.office.mailings.schemas import MailingIn, MailingLine, MailingPreview, MailingTest, MailingView
from registration.service import COORDINATORS, Coordinator, Here, RegistrationService

router = APIRouter(tags=["staff"])
OF_ACTIVITY = "/api/staff/activities/{activity_id}/mailings"
ONE = "/api/staff/mailings/{mailing_id}"
Seen = Annotated[str, Query(description="`mark` of the mailing that was read; empty: whatever it says.")]
TEXTS = (UnknownVariable, VariableOfOneLanguage, UnsafeLink)


@router.get(OF_ACTIVITY, dependencies=[COORDINATORS], openapi_extra=refusals(NotFound))
def list_mailings(activity_id: uuid.UUID, here: Here) -> list[MailingLine]:
    """What was written to the people of an activity, newest first."""
    with here.db.read() as session:
        here.offer(session, activity_id)
        return mailing_lines(session, activity_id)


@router.post(OF_ACTIVITY, response_model=MailingView, status_code=201, openapi_extra=refusals(NotFound, *TEXTS))
def write_mailing(activity_id: uuid.UUID, body: MailingIn, here: Here, caller: Coordinator, key: Key) -> Response:
    """Write a mailing. Nobody gets it before it is confirmed; `reach` says who will."""
    with here.db.write() as session:

        def act() -> MailingView:
            return mailing_view(session, keep_for_office(here, session, activity_id, body, caller))

        return once(session, key, here.clock(), act, 201)


@router.get(ONE, dependencies=[COORDINATORS], openapi_extra=refusals(NotFound))
def read_mailing(mailing_id: uuid.UUID, here: Here) -> MailingView:
    """A mailing and how far it is."""
    with here.db.read() as session:
        return mailing_view(session, mailing_id)


@router.put(ONE, openapi_extra=refusals(NotFound, AlreadySent, *TEXTS))
def rewrite_mailing(mailing_id: uuid.UUID, body: MailingIn, here: Here, caller: Coordinator) -> MailingView:
    """Say it differently, until it is confirmed."""
    with here.db.write() as session:
        rewrite_for_office(session, mailing_id, body, caller)
        return mailing_view(session, mailing_id)


@router.get(f"{ONE}/preview", dependencies=[COORDINATORS], openapi_extra=refusals(NotFound, NothingToSend))
def preview_mailing(mailing_id: uuid.UUID, here: Here, reader: uuid.UUID | None = None) -> MailingPreview:
    """What one of the people will read: whoever is named, else the first."""
    with here.db.read() as session:
        mailing = queries.mailing_of(session, mailing_id)
        return preview(here, session, mailing, reader, chosen(session, mailing))


@router.post(f"{ONE}/test", response_model=MailingTest, openapi_extra=refusals(NotFound, NoAddressOfYours))
def try_mailing(mailing_id: uuid.UUID, here: Here, caller: Coordinator, key: Key) -> Response:
    """Send it to the caller alone, in each language that it is written in."""
    with here.db.write() as session:

        def act() -> MailingTest:
            return MailingTest(to=flows.send_test(here, session, mailing_id, caller))

        return once(session, key, here.clock(), act)


@router.post(
    f"{ONE}/confirm", response_model=MailingView, openapi_extra=refusals(NotFound, NothingToSend, SaidOtherwise)
)
def confirm_mailing(mailing_id: uuid.UUID, here: Here, caller: Coordinator, key: Key, seen: Seen = "") -> Response:
    """Let it leave, in the caller's name: each person gets it once, however often this is asked. The answer does not
    wait for the end: read the mailing to follow it."""
    with here.db.write() as session:

        def act() -> MailingView:
            flows.confirm(here, session, mailing_id, caller, seen)
            return mailing_view(session, mailing_id)

        answer = once(session, key, here.clock(), act)
    flows.begin(here, mailing_id)
    return answer


def keep_for_office(
    here: RegistrationService, session: Session, activity_id: uuid.UUID, body: MailingIn, caller: Caller
) -> uuid.UUID:
    """Keep it in this transaction; its id. Raises NotFound, and what makes a text impossible to send."""
    here.offer(session, activity_id)
    return actions.keep(session, body.new(activity_id, caller), here.clock())


def rewrite_for_office(session: Session, mailing_id: uuid.UUID, body: MailingIn, caller: Caller) -> None:
    """Put this in place of what was written. Raises NotFound, AlreadySent, and what makes a text impossible to send."""
    mailing = queries.mailing_of(session, mailing_id)
    if not actions.rewrite(session, mailing_id, body.new(mailing.activity_id, caller)):
        raise AlreadySent()
