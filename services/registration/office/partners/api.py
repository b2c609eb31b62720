"""Partners of an activity, for programs."""

import uuid
from collections.abc import Callable

from fastapi import APIRouter, Response
from sqlmodel import Session

from kit.errors import NotFound, refusals
from kit.idempotency import Key, once
from registration.catalog.partners import actions
from registration.catalog.partners.actions import Editor
from registration.catalog.partners.queries import partners
from registration.catalog.partners.rules import AlreadyPartner, NoLogoToApprove, TooManyPartners
from registration.files.rules import UnknownFile
from registration.office.partners.schemas import LogoIn, MoveIn, PartnerIn, PartnerReference, PartnerView
from registration.service import READERS, Coordinator, Here, RegistrationService

router = APIRouter(tags=["activities"])
ADDRESS = "/api/staff/activities/{activity_id}/partners"
ONE = "/api/staff/partners/{partnership_id}"


@router.get(ADDRESS, dependencies=[READERS], openapi_extra=refusals(NotFound))
def list_partners(activity_id: uuid.UUID, here: Here) -> list[PartnerView]:
    """Who presents an activity, holds it with us, works with us on it; in order."""
    with here.db.read() as session:
        here.offer(session, activity_id)
        return [PartnerView.of(one, here.home) for one in partners(session, [activity_id]).get(activity_id, ())]


@router.post(
    ADDRESS,
    response_model=PartnerReference,
    status_code=201,
    openapi_extra=refusals(NotFound, AlreadyPartner, TooManyPartners),
)
def add_partner(activity_id: uuid.UUID, body: PartnerIn, here: Here, caller: Coordinator, key: Key) -> Response:
    """Name a partner, last in order."""
    editor = Editor(caller, here.clock())
    with here.db.write() as session:

        def act() -> PartnerReference:
            return PartnerReference(id=actions.add(session, activity_id, body.text, editor))

        return once(session, key, editor.now, act, 201)


@router.post(ONE, response_model=PartnerReference, openapi_extra=refusals(NotFound, AlreadyPartner))
def change_partner(partnership_id: uuid.UUID, body: PartnerIn, here: Here, caller: Coordinator, key: Key) -> Response:
    """Another role here; another name or address everywhere."""
    editor = Editor(caller, here.clock())
    return _done(here, key, partnership_id, lambda session: actions.change(session, partnership_id, body.text, editor))


@router.post(f"{ONE}/logo", response_model=PartnerReference, openapi_extra=refusals(NotFound, UnknownFile))
def set_partner_logo(partnership_id: uuid.UUID, body: LogoIn, here: Here, caller: Coordinator, key: Key) -> Response:
    """Give the organisation a logo, or none. It shows once it is approved."""
    editor = Editor(caller, here.clock())

    def act(session: Session) -> None:
        actions.set_logo(session, partnership_id, body.file_id, body.approved, editor)

    return _done(here, key, partnership_id, act)


@router.post(f"{ONE}/logo/approve", response_model=PartnerReference, openapi_extra=refusals(NotFound, NoLogoToApprove))
def approve_partner_logo(partnership_id: uuid.UUID, here: Here, caller: Coordinator, key: Key) -> Response:
    """The organisation said yes: its logo shows from now on."""
    editor = Editor(caller, here.clock())
    return _done(here, key, partnership_id, lambda session: actions.approve_logo(session, partnership_id, editor))


@router.post(f"{ONE}/move", response_model=PartnerReference, openapi_extra=refusals(NotFound))
def move_partner(partnership_id: uuid.UUID, body: MoveIn, here: Here, caller: Coordinator, key: Key) -> Response:
    """One place up or down."""
    editor = Editor(caller, here.clock())
    return _done(here, key, partnership_id, lambda session: actions.move(session, partnership_id, body.up, editor))


@router.post(f"{ONE}/remove", response_model=PartnerReference, openapi_extra=refusals(NotFound))
def remove_partner(partnership_id: uuid.UUID, here: Here, caller: Coordinator, key: Key) -> Response:
    """No partner of this activity any more."""
    editor = Editor(caller, here.clock())
    return _done(here, key, partnership_id, lambda session: actions.remove(session, partnership_id, editor))


def _done(here: RegistrationService, key: Key, partnership_id: uuid.UUID, what: Callable[[Session], None]) -> Response:
    with here.db.write() as session:

        def act() -> PartnerReference:
            what(session)
            return PartnerReference(id=partnership_id)

        return once(session, key, here.clock(), act)
