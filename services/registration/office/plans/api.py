"""A plan for programs: written, its companies in counts, codes held and released, the provider's link."""

import uuid

from fastapi import APIRouter, Response

from kit.errors import InvalidInput, NotFound, refusals
from kit.idempotency import Key, once, rebuilt
from registration.office.plans.queries import companies_of, plan_here
from registration.office.plans.schemas import PlanIn, PlanReference, PlanView, ProviderLink, ReleaseAnswer
from registration.plans.flows import act, today
from registration.plans.keeping import actions
from registration.plans.rules import NotAPlan, PlanUnderWay, Whose
from registration.plans.writing.actions import write_plan
from registration.plans.writing.rules import plan_problems
from registration.service import COORDINATORS, READERS, Coordinator, Here, RegistrationService

router = APIRouter(tags=["plans"])
ADDRESS = "/api/staff/activities/{activity_id}/plan"


def shown(here: RegistrationService, activity_id: uuid.UUID) -> PlanView:
    """The plan as it stands. Raises NotFound."""
    with here.db.read() as session:
        plan = plan_here(session, activity_id)
        return PlanView.of(plan, companies_of(session, plan, today(here)))


@router.get(ADDRESS, dependencies=[READERS], openapi_extra=refusals(NotFound))
def read_plan(activity_id: uuid.UUID, here: Here) -> PlanView:
    """What an activity covers people by, and how many companies and people there are."""
    return shown(here, activity_id)


@router.put(ADDRESS, openapi_extra=refusals(NotFound, NotAPlan, PlanUnderWay))
def save_plan(activity_id: uuid.UUID, body: PlanIn, here: Here, caller: Coordinator) -> PlanView:
    """Write it, or change it: its days only while nobody is covered."""
    if problems := plan_problems(body.terms, here.settings.reach):
        raise InvalidInput(problems)
    with here.db.write() as session:
        write_plan(session, activity_id, body.terms, caller, here.clock())
    return shown(here, activity_id)


@router.post(f"{ADDRESS}/companies/{{company_id}}/hold", response_model=ReleaseAnswer, openapi_extra=refusals(NotFound))
def hold_codes(activity_id: uuid.UUID, company_id: uuid.UUID, here: Here, caller: Coordinator, key: Key) -> Response:
    """Hold a company's codes: what it buys from now on is invoiced, and its codes wait."""
    with here.db.write() as session:

        def hold() -> ReleaseAnswer:
            whose = Whose(plan_here(session, activity_id), company_id)
            actions.hold(session, whose, act(here, caller))
            return ReleaseAnswer(covered=0)

        return once(session, key, here.clock(), hold)


@router.post(
    f"{ADDRESS}/companies/{{company_id}}/release", response_model=ReleaseAnswer, openapi_extra=refusals(NotFound)
)
def release_codes(activity_id: uuid.UUID, company_id: uuid.UUID, here: Here, caller: Coordinator, key: Key) -> Response:
    """Release them: the codes of everybody whose purchase is confirmed leave."""
    with here.db.write() as session:

        def release() -> ReleaseAnswer:
            whose = Whose(plan_here(session, activity_id), company_id)
            return ReleaseAnswer(covered=actions.lift(session, whose, act(here, caller)))

        return once(session, key, here.clock(), release)


@router.get(f"{ADDRESS}/link", dependencies=[COORDINATORS], openapi_extra=refusals(NotFound))
def read_provider_link(activity_id: uuid.UUID, here: Here) -> ProviderLink:
    """Where the provider asks whether a code is valid."""
    return provider_link(here, activity_id)


@router.post(f"{ADDRESS}/link", response_model=ProviderLink, openapi_extra=refusals(NotFound))
def renew_provider_link(activity_id: uuid.UUID, here: Here, caller: Coordinator, key: Key) -> Response:
    """Another link for the provider: the old one is dead."""
    now = here.clock()
    with here.db.write() as session:

        def renew() -> PlanReference:
            return PlanReference(id=actions.renew_link(session, plan_here(session, activity_id).id, caller, now).id)

        kept = once(session, key, now, renew)
    return rebuilt(kept, provider_link(here, activity_id))


def provider_link(here: RegistrationService, activity_id: uuid.UUID) -> ProviderLink:
    """The link as it is now. Raises NotFound."""
    with here.db.read() as session:
        plan = plan_here(session, activity_id)
    return ProviderLink(url=here.links.provider(plan.id, plan.link_version))
