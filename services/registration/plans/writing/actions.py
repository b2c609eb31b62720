"""What an activity covers people by, as staff write it."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.db import new_id
from kit.errors import NotFound
from kit.sql import Values, column, insert_once, named, table
from registration.catalog.models import Activity
from registration.catalog.offers.rules_activity import COVERING
from registration.history.actions import record
from registration.history.rules import Change
from registration.plans.models import Coverage, Plan
from registration.plans.queries import plan_by_id
from registration.plans.rules import CoverageState, NotAPlan, PlanRow, PlanTerms, PlanUnderWay


def write_plan(
    session: Session, activity_id: uuid.UUID, terms: PlanTerms, by: Caller, now: datetime, own: uuid.UUID | None = None
) -> PlanRow:
    """Write what the activity covers people by, or change it; `own` is the id that a file gives it.

    Raises NotFound, NotAPlan for an activity of another kind, PlanUnderWay when its days change while people are
    covered by them.
    """
    kind = session.execute(sa.select(column(Activity.kind)).where(column(Activity.id) == activity_id)).scalar()
    if kind is None:
        raise NotFound()
    if kind != COVERING:
        raise NotAPlan()
    values: Values = {
        column(Plan.provider_name): terms.provider_name,
        column(Plan.provider_email): terms.provider_email,
        column(Plan.provider_phone): terms.provider_phone,
        column(Plan.entitlement_fr): terms.entitlement.fr,
        column(Plan.entitlement_en): terms.entitlement.en,
        column(Plan.mode): terms.mode,
        column(Plan.starts): terms.starts,
        column(Plan.ends): terms.ends,
    }
    new: Values = {
        column(Plan.id): own or new_id(),
        column(Plan.activity_id): activity_id,
        column(Plan.link_version): 1,
        **values,
    }
    made = insert_once(session, table(Plan), named(new), column(Plan.id), [column(Plan.activity_id).key])
    mine = column(Plan.activity_id) == activity_id
    plan = plan_by_id(session, session.execute(sa.select(column(Plan.id)).where(mine)).scalar_one())
    if not made:
        _refuse_other_days(session, plan, terms)
        session.execute(sa.update(table(Plan)).where(mine).values(dict(values)))
    changes = {"provider": Change("", terms.provider_name)}
    record(session, "activity", activity_id, "plan.written", by, now, changes)
    return plan_by_id(session, plan.id)


def _refuse_other_days(session: Session, plan: PlanRow, terms: PlanTerms) -> None:
    """Codes hold the days they were given: the plan's own change only while nobody has one."""
    if (plan.mode, plan.starts, plan.ends) == (terms.mode, terms.starts, terms.ends):
        return
    covered = (column(Coverage.plan_id) == plan.id, column(Coverage.state) == CoverageState.COVERED)
    if session.execute(sa.select(column(Coverage.id)).where(*covered).limit(1)).first():
        raise PlanUnderWay()
