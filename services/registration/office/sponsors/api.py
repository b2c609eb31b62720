"""Sponsorships of an activity, for programs: listed with what is owed, which is told to be delivered, or not."""

import uuid

from fastapi import APIRouter, Response

from kit.errors import NotFound, refusals
from kit.idempotency import Key, once
from registration.office.sponsors.schemas import BenefitReference, SponsorshipView
from registration.service import READERS, Coordinator, Here
from registration.sponsors import actions, queries
from registration.sponsors.rules import SponsorshipEnded

router = APIRouter(tags=["sponsors"])


@router.get(
    "/api/staff/activities/{activity_id}/sponsorships", dependencies=[READERS], openapi_extra=refusals(NotFound)
)
def list_sponsorships(activity_id: uuid.UUID, here: Here) -> list[SponsorshipView]:
    """Every sponsorship that stands, the greatest first, with its benefits: late ones first."""
    with here.db.read() as session:
        today = here.offer(session, activity_id).local_day(here.clock())
        return [SponsorshipView.of(row, today) for row in queries.sponsorships(session, activity_id)]


@router.post(
    "/api/staff/benefits/{benefit_id}/deliver",
    response_model=BenefitReference,
    openapi_extra=refusals(NotFound, SponsorshipEnded),
)
def deliver_benefit(benefit_id: uuid.UUID, here: Here, caller: Coordinator, key: Key) -> Response:
    """A benefit was delivered to its sponsor."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> BenefitReference:
            actions.deliver(session, benefit_id, caller, now)
            return BenefitReference(id=benefit_id)

        return once(session, key, now, act)


@router.post(
    "/api/staff/benefits/{benefit_id}/undo",
    response_model=BenefitReference,
    openapi_extra=refusals(NotFound, SponsorshipEnded),
)
def undo_benefit(benefit_id: uuid.UUID, here: Here, caller: Coordinator, key: Key) -> Response:
    """A benefit was not delivered after all."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> BenefitReference:
            actions.undo(session, benefit_id, caller, now)
            return BenefitReference(id=benefit_id)

        return once(session, key, now, act)
