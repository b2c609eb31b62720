"""The plan behind a provider's link."""

import uuid

from sqlmodel import Session

from registration.links import Links
from registration.plans.queries import plan_by_id
from registration.plans.rules import PlanRow


def behind_provider_link(session: Session, links: Links, plan_id: uuid.UUID, token: str) -> PlanRow:
    """Raises NotFound for a link that was renewed, or is not ours."""
    plan = plan_by_id(session, plan_id)
    links.check("provider", plan.id, plan.link_version, token)
    return plan
