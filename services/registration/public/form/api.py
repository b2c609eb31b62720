"""The JSON API of a signup: the same power as the form, for integrators."""

import uuid

from fastapi import APIRouter, Request, Response

from kit.auth import allow
from kit.contracts.callers import ANYONE
from kit.errors import InvalidInput, NotFound, Refusal, TooMany, refusals
from kit.http import SiblingRefused
from kit.idempotency import Key, RequestKey, once, rebuilt, replayed
from registration.catalog.allotments.queries import open_to
from registration.catalog.codes.rules import CodeNotNow, CodeSpent, CodeUsedByCompany, CodeUsedUp
from registration.catalog.offers.rules import Offer
from registration.catalog.rules import NotOffered
from registration.members import queries as members
from registration.members.flows import beneficiary, visitor_code
from registration.public.form.queries import with_link
from registration.public.form.schemas import ApiSignup, LinkToken, Quote, RegistrationState
from registration.public.form.view import registration_state, state_without_link
from registration.registrations.queries import registration_by_id
from registration.registrations.rules import SoldOut
from registration.registrations.rules_rows import RegistrationRow
from registration.service import Here, RegistrationService
from registration.signup import flows
from registration.signup.recording.actions import DateChanged
from registration.signup.rules import (
    Circumstances,
    DifferentForm,
    MembersOnly,
    SignupClosed,
    TooManyForOneCompany,
    TotalChanged,
)
from registration.signup.rules_plan import choose, total
from registration.signup.schemas import Item
from registration.strangers.flows import stranger_at
from registration.strangers.rules import TooManyLetters, TooManyPlaces

router = APIRouter(tags=["signup"])


@router.post(
    "/api/activities/{key}/quote",
    dependencies=[allow("public")],
    openapi_extra=refusals(NotFound, NotOffered, CodeUsedUp, CodeNotNow, TooMany),
)
def quote_registration(request: Request, here: Here, key: str, items: tuple[Item, ...], code: str = "") -> Quote:
    """What these items would come to now, with taxes. Writes nothing. A code that opens nothing is refused."""
    offer, circumstances = _offer_and_circumstances(here, request, key, code)
    if circumstances.code_unknown:
        raise InvalidInput({"code": "problem.code"})
    if circumstances.code_refusal:
        raise circumstances.code_refusal
    amounts = total(choose(offer, items, circumstances), circumstances)
    return Quote(subtotal=amounts.subtotal, tps=amounts.tps, tvq=amounts.tvq, total=amounts.total)


@router.post(
    "/api/activities/{key}/registrations",
    dependencies=[allow("public")],
    status_code=201,
    response_model=RegistrationState,
    openapi_extra=refusals(
        NotFound,
        SignupClosed,
        MembersOnly,
        NotOffered,
        DateChanged,
        TotalChanged,
        SoldOut,
        CodeUsedUp,
        CodeSpent,
        CodeUsedByCompany,
        CodeNotNow,
        DifferentForm,
        TooManyPlaces,
        TooManyLetters,
        TooManyForOneCompany,
        TooMany,
    ),
)
def create_registration(request: Request, here: Here, key: str, body: ApiSignup, idempotency: Key) -> Response:
    """Sign up. Free and invoiced registrations are confirmed at once; a card's is held until it is paid, and one on
    invoice of many people, from a company nobody recognised, until its contact confirms it by mail."""
    offer, circumstances = _offer_and_circumstances(here, request, key, body.code)
    try:
        proposal = flows.propose(here, offer, body, circumstances)
    except Refusal:
        # What was accepted before stays accepted, even when the last place has gone since.
        earlier = _earlier(here, idempotency)
        if earlier is None:
            raise
        return earlier
    stranger = stranger_at(here, request)
    made: RegistrationRow | None = None
    with here.db.write() as session:

        def act() -> RegistrationState:
            nonlocal made
            made = flows.standing_signup(session, proposal, ANYONE, stranger)
            return state_without_link(made)

        kept = once(session, idempotency, circumstances.now, act, status=201)
        return rebuilt(kept, registration_state(here, made) if made else with_link(here, session, bytes(kept.body)))


@router.get(
    "/api/registrations/{registration_id}/state", dependencies=[allow("link")], openapi_extra=refusals(NotFound)
)
def read_registration_state(here: Here, registration_id: uuid.UUID, token: LinkToken = "") -> RegistrationState:
    """Where a registration stands, for whoever holds its link."""
    return registration_state(here, _mine(here, registration_id, token))


@router.post(
    "/api/registrations/{registration_id}/pay",
    dependencies=[allow("link")],
    openapi_extra=refusals(NotFound, SiblingRefused),
)
def pay_registration(here: Here, registration_id: uuid.UUID, token: LinkToken = "") -> RegistrationState:
    """Place the order and answer where to pay by card; repeating it changes nothing."""
    registration = _mine(here, registration_id, token)
    address = flows.pay_address(here, registration_id)
    return registration_state(here, registration).model_copy(update={"pay_url": address})


def _offer_and_circumstances(
    here: RegistrationService, request: Request, key: str, word: str
) -> tuple[Offer, Circumstances]:
    with here.db.read() as session:
        offer = here.offers.by_key(session, key)
    if offer is None:
        raise NotFound()
    code = visitor_code(here, request, word, offer.activity.id)
    visitor = code.visitor or members.NOBODY
    with here.db.read() as session:
        offer = open_to(session, offer, beneficiary(visitor, code))
    return offer, flows.circumstances_now(here, offer, visitor, code)


def _earlier(here: RegistrationService, idempotency: RequestKey | None) -> Response | None:
    if idempotency is None:
        return None
    with here.db.read() as session:
        kept = replayed(session, idempotency)
        return rebuilt(kept, with_link(here, session, bytes(kept.body))) if kept else None


def _mine(here: RegistrationService, registration_id: uuid.UUID, token: str) -> RegistrationRow:
    with here.db.read() as session:
        row = registration_by_id(session, registration_id)
    here.links.check("registration", registration_id, row.link_version, token)
    return row
