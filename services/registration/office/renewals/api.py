"""Fees and notices of renewal, as an API: what the staff's pages do."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from kit.contracts import Day
from kit.errors import InvalidInput, NotFound, refusals
from kit.idempotency import Key, once
from registration.office.renewals import queries
from registration.office.renewals.schemas import (
    AskedOut,
    FeesSaved,
    FeesView,
    RenewalLine,
    RenewalList,
    StateSum,
)
from registration.renewals import actions
from registration.renewals.flows import ask
from registration.renewals.queries_seen import seen
from registration.renewals.rules import NotAsked, NoticeState, RenewalAnswered, RenewalNotSent, RenewedOtherwise
from registration.renewals.scale import actions as fees
from registration.renewals.scale.queries import scale_of
from registration.renewals.scale.rules import ScaleChanged, scale
from registration.renewals.schemas import DeclineIn
from registration.service import READERS, Coordinator, Here, Reader

router = APIRouter(tags=["members"])


@router.get("/api/staff/fees", dependencies=[READERS])
def read_fees(here: Here) -> FeesView:
    """What a membership costs, and when companies are asked to renew."""
    with here.db.read() as session:
        return FeesView.of(scale_of(session))


@router.put("/api/staff/fees", openapi_extra=refusals(InvalidInput, ScaleChanged))
def save_fees(here: Here, caller: Reader, body: FeesSaved) -> FeesView:
    """Say what a membership costs. What was asked of a company already stays as it was asked."""
    asked = scale(body.asked)
    with here.db.write() as session:
        fees.save(session, asked, body.version, caller, here.clock())
        session.flush()
        return FeesView.of(scale_of(session))


@router.get("/api/staff/renewals", dependencies=[READERS])
def list_renewals(
    here: Here,
    ends: Annotated[Day | None, Query(description="Last day of the periods; without it, the first such day.")] = None,
    state: NoticeState | None = None,
    silent: Annotated[bool, Query(description="Only companies of which nobody came for a year.")] = False,
    after: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
) -> RenewalList:
    """Companies whose period ends on one day, by name, fifty at a time: what each was asked, and what it answered."""
    now, terms = here.clock(), here.member_terms()
    with here.db.read() as session:
        days = list(queries.ends_of(session, terms))
        day = ends or next(iter(days), None)
        if day is None:
            return RenewalList(ends=None, days=[], sums={}, renewals=[], total=0)
        narrowed = queries.Narrowed(day, state, now - queries.SILENCE if silent else None)
        page, sums = queries.renewals(session, narrowed, after, before), queries.sums(session, day)
    return RenewalList(
        ends=day,
        days=days,
        sums={name: StateSum.of(one) for name, one in sums.items()},
        renewals=[RenewalLine.of(row, here.links, now) for row in page.rows],
        previous=page.previous,
        next=page.next,
        total=page.total,
    )


@router.post(
    "/api/staff/renewals/{period_id}/send",
    response_model=AskedOut,
    openapi_extra=refusals(NotFound, NotAsked, RenewalAnswered, RenewalNotSent),
)
def send_renewal(here: Here, caller: Coordinator, period_id: uuid.UUID, key: Key) -> Response:
    """Ask the company of this period to renew now, before its day; or send it the notice that it has once more."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> AskedOut:
            renewal = ask(here, session, period_id, caller)
            return _asked(session, renewal.id)

        return once(session, key, now, act)


@router.post(
    "/api/staff/renewals/{renewal_id}/accept",
    response_model=AskedOut,
    openapi_extra=refusals(NotFound, RenewalAnswered, RenewalNotSent, RenewedOtherwise),
)
def accept_renewal_of_company(here: Here, caller: Coordinator, renewal_id: uuid.UUID, key: Key) -> Response:
    """The company said that it renews: its period is there, and it is invoiced."""
    now, today = here.clock(), here.member_terms().day
    with here.db.write() as session:

        def act() -> AskedOut:
            actions.accept(session, renewal_id, caller, now, today)
            return _asked(session, renewal_id)

        return once(session, key, now, act)


@router.post(
    "/api/staff/renewals/{renewal_id}/decline",
    response_model=AskedOut,
    openapi_extra=refusals(NotFound, RenewalAnswered),
)
def decline_renewal_of_company(
    here: Here, caller: Coordinator, renewal_id: uuid.UUID, body: DeclineIn, key: Key
) -> Response:
    """The company said that it does not renew: it owes nothing."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> AskedOut:
            actions.decline(session, renewal_id, body.reason, caller, now)
            return _asked(session, renewal_id)

        return once(session, key, now, act)


def _asked(session: Session, renewal_id: uuid.UUID) -> AskedOut:
    session.flush()
    return AskedOut.of(seen(session, renewal_id))
