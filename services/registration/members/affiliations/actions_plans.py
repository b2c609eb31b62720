"""The bodies that members belong to as well: named, changed, ended."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, select

from kit.contracts.callers import Caller
from kit.db import new_id
from kit.errors import NotFound
from kit.sql import add_once, column, table
from registration.history.actions import record
from registration.history.rules import Change
from registration.members.affiliations.models import AffiliationPlan
from registration.members.affiliations.queries import plans
from registration.members.affiliations.rules import PlanDetails
from registration.members.records.rules_lists import key_of


def add_plan(session: Session, details: PlanDetails, by: Caller, now: datetime) -> uuid.UUID:
    """Members belong to one more body from now on; its id. Its key is of its name, and stays."""
    taken, added = [one.key for one in plans(session)], False
    while not added:
        plan = AffiliationPlan(id=new_id(), key=key_of(details.label.fr, taken), label_fr=details.label.fr)
        plan.label_en, plan.needs_consent = details.label.en, details.needs_consent
        # Of two that are named alike at once, the second is numbered.
        added = add_once(session, AffiliationPlan, plan.model_dump(), column(AffiliationPlan.key))
        taken.append(plan.key)
    record(session, "affiliation", plan.id, "affiliation.added", by, now, _told(None, details))
    return plan.id


def change_plan(session: Session, plan_id: uuid.UUID, details: PlanDetails, by: Caller, now: datetime) -> None:
    """It is named otherwise, or needs consent or no longer. Raises NotFound."""
    plan = _locked(session, plan_id)
    changes = _told(plan, details)
    if not changes:
        return
    plan.label_fr, plan.label_en, plan.needs_consent = details.label.fr, details.label.en, details.needs_consent
    session.add(plan)
    record(session, "affiliation", plan_id, "affiliation.changed", by, now, changes)


def end_plan(session: Session, plan_id: uuid.UUID, on: date, by: Caller, now: datetime) -> None:
    """Members belong to it no more: its partner is told that those whom it knows are gone, nobody new agrees. Said
    twice, nothing changes. Raises NotFound."""
    if _locked(session, plan_id).ended_on is None:
        _write_end(session, plan_id, on)
        record(session, "affiliation", plan_id, "affiliation.ended", by, now)


def reopen_plan(session: Session, plan_id: uuid.UUID, by: Caller, now: datetime) -> None:
    """It goes on after all: who agreed belongs to it again. Said twice, nothing changes. Raises NotFound."""
    if _locked(session, plan_id).ended_on is not None:
        _write_end(session, plan_id, None)
        record(session, "affiliation", plan_id, "affiliation.reopened", by, now)


def _locked(session: Session, plan_id: uuid.UUID) -> AffiliationPlan:
    plan = session.exec(select(AffiliationPlan).where(AffiliationPlan.id == plan_id).with_for_update()).first()
    if plan is None:
        raise NotFound()
    return plan


def _write_end(session: Session, plan_id: uuid.UUID, on: date | None) -> None:
    one = sa.update(table(AffiliationPlan)).where(column(AffiliationPlan.id) == plan_id)
    session.execute(one.values({column(AffiliationPlan.ended_on): on}))


def _told(before: AffiliationPlan | None, after: PlanDetails) -> dict[str, Change]:
    was = ("", "", "") if before is None else (before.label_fr, before.label_en, _word(before.needs_consent))
    said = (after.label.fr, after.label.en, _word(after.needs_consent))
    names = ("affiliation.label_fr", "affiliation.label_en", "affiliation.needs_consent")
    return {name: Change(old, new) for name, old, new in zip(names, was, said, strict=True) if old != new}


def _word(yes: bool) -> str:
    return "yes" if yes else "no"
