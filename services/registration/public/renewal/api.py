"""A company's notice of renewal, for a program that has its link: read it, agree to it, decline it."""

import uuid

from fastapi import APIRouter, Response

from kit.auth import allow
from kit.errors import NotFound, refusals
from kit.idempotency import Key, once
from registration.changes.actions_answers import BY_LINK
from registration.public.renewal.schemas import NoticeToken, RenewalOut
from registration.renewals import actions
from registration.renewals.queries_seen import behind_link, seen
from registration.renewals.rules import RenewalAnswered, RenewalNotSent, RenewedOtherwise
from registration.renewals.schemas import DeclineIn
from registration.service import Here

router = APIRouter(tags=["members"], dependencies=[allow("link")])


@router.get("/api/renewals/{renewal_id}", openapi_extra=refusals(NotFound))
def read_renewal(here: Here, renewal_id: uuid.UUID, token: NoticeToken = "") -> RenewalOut:
    """What the company is asked, and what became of it."""
    with here.db.read() as session:
        return RenewalOut.of(behind_link(session, here.links, renewal_id, token))


@router.post(
    "/api/renewals/{renewal_id}/accept",
    response_model=RenewalOut,
    openapi_extra=refusals(NotFound, RenewalAnswered, RenewalNotSent, RenewedOtherwise),
)
def accept_renewal(here: Here, renewal_id: uuid.UUID, key: Key, token: NoticeToken = "") -> Response:
    """The company agrees to owe the fee: its period is there, and the invoice follows."""
    now, today = here.clock(), here.member_terms().day
    with here.db.read() as session:
        behind_link(session, here.links, renewal_id, token)
    with here.db.write() as session:

        def act() -> RenewalOut:
            actions.accept(session, renewal_id, BY_LINK, now, today)
            return RenewalOut.of(seen(session, renewal_id))

        return once(session, key, now, act)


@router.post(
    "/api/renewals/{renewal_id}/decline",
    response_model=RenewalOut,
    openapi_extra=refusals(NotFound, RenewalAnswered),
)
def decline_renewal(here: Here, renewal_id: uuid.UUID, body: DeclineIn, key: Key, token: NoticeToken = "") -> Response:
    """The company does not renew: it owes nothing."""
    now = here.clock()
    with here.db.read() as session:
        behind_link(session, here.links, renewal_id, token)
    with here.db.write() as session:

        def act() -> RenewalOut:
            actions.decline(session, renewal_id, body.reason, BY_LINK, now)
            return RenewalOut.of(seen(session, renewal_id))

        return once(session, key, now, act)
