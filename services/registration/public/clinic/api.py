"""The same for a provider's own program; and the code of one person for whoever writes it on their letter."""

import uuid

from fastapi import APIRouter, Depends

from kit.auth import allow
from kit.contracts.cards import Card, CardQuestion
from kit.errors import NotFound, refusals
from registration.plans.eligibility.flows import check
from registration.plans.eligibility.queries import valid_codes
from registration.plans.eligibility.rules import shown
from registration.plans.flows import codes_of, today
from registration.plans.queries import coverage_by_id, plan_by_id
from registration.plans.rules import TooManyChecks
from registration.public.clinic.pages import unrecorded
from registration.public.clinic.queries import behind_provider_link
from registration.public.clinic.schemas import CodeAnswer, CodeAsked
from registration.public.form.schemas import LinkToken
from registration.service import Here

router = APIRouter(tags=["plans"])


@router.post(
    "/api/clinic/{plan_id}/checks",
    dependencies=[Depends(unrecorded), allow("link")],
    openapi_extra=refusals(NotFound, TooManyChecks),
)
def check_code(plan_id: uuid.UUID, body: CodeAsked, here: Here, token: LinkToken = "") -> CodeAnswer:
    """Whether a code is valid, and what it entitles to. It changes nothing, and is written down nowhere."""
    with here.db.read() as session:
        plan = behind_provider_link(session, here.links, plan_id, token)
    return CodeAnswer.of(plan, check(here, plan, body.code), body.lang)


@router.post("/cards", dependencies=[allow("service:notify")], openapi_extra=refusals(NotFound))
def card_of(body: CardQuestion, here: Here) -> Card:
    """The code of one person covered, and whom to call, to be written on their letter and kept nowhere. Raises NotFound
    when they are not covered any more."""
    with here.db.read() as session:
        coverage = coverage_by_id(session, body.coverage)
        plan = plan_by_id(session, coverage.plan_id)
        made = valid_codes(session, codes_of(here), [(coverage.id, coverage.version)]).get(coverage.id)
    if made is None or coverage.span is None or not coverage.covers_on(today(here)):
        raise NotFound()
    return Card(
        code=shown(here.association().key, made.code),
        provider_name=plan.provider_name,
        provider_phone=plan.provider_phone,
        provider_email=plan.provider_email,
        starts=coverage.span.starts,
        ends=coverage.span.ends,
        entitlement=plan.entitlement.in_(body.lang),
    )
