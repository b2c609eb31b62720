"""Coverages that end: 60, 30 and 7 days before, to whoever may enrol the people of the company, while they go on."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session

from kit.clock import local_day
from kit.contracts import SendMessage
from kit.db import new_id
from registration.catalog.rules import NotOffered
from registration.members.models import Company
from registration.members.queries_standing import standing_of
from registration.plans.buying.flows import total_of
from registration.plans.buying.rules import covering
from registration.plans.queries import plan_by_id
from registration.plans.renewing import queries, rules
from registration.plans.renewing.rules import Ending
from registration.plans.renewing.view import EndingContext, Following, ending_letter
from registration.plans.rules import PlanMode, PlanRow
from registration.schedule.actions import Wanted
from registration.schedule.flows import Rule
from registration.schedule.rules import Reason
from registration.signup.rules import Circumstances

if TYPE_CHECKING:
    from registration.service import RegistrationService


def _wanted(
    here: "RegistrationService", session: Session, registration_id: uuid.UUID | None, _now: datetime
) -> list[Wanted]:
    if registration_id is None:
        found = queries.ending_soon(session, here.member_terms().day)
    else:
        ending = queries.ending_of(session, registration_id)
        found = [ending] if ending else []
    return [one for ending in found for one in queries.wanted(ending, here.association().timezone)]


def _useless(here: "RegistrationService", session: Session, registration_id: uuid.UUID, _now: datetime) -> str:
    ending, terms = queries.ending_of(session, registration_id), here.member_terms()
    standing = queries.standing(session, ending, terms) if ending else None
    if (why := rules.useless(ending, standing, terms.day)) or ending is None:
        return why
    return "" if queries.addressees(session, ending.company_id, terms.day) else Reason.NO_ADDRESS


def _letters(
    here: "RegistrationService", session: Session, registration_id: uuid.UUID, occurrence: str
) -> Sequence[SendMessage]:
    ending, day = queries.ending_of(session, registration_id), here.member_terms().day
    if ending is None:
        return []
    context = _context(here, session, ending)
    people = queries.addressees(session, ending.company_id, day)
    return [ending_letter(context, ending, one, int(occurrence)) for one in people]


PLAN_ENDING = Rule("plan_ending", _wanted, _useless, _letters)


def _context(here: "RegistrationService", session: Session, ending: Ending) -> EndingContext:
    plan = plan_by_id(session, ending.plan_id)
    offer = here.offer(session, plan.activity_id)
    following = queries.next_plan(session, plan, ending.first, here.clock())
    known = _following(here, session, ending, following) if following else None
    shown = here.offer(session, following.activity_id) if following and known else offer
    return EndingContext(
        links=here.links,
        company=session.get_one(Company, ending.company_id).name,
        title=offer.activity.title,
        key=shown.activity.key,
        following=known,
    )


def _following(here: "RegistrationService", session: Session, ending: Ending, plan: PlanRow) -> Following | None:
    """What comes next, and what as many people cost in it today; nothing where it has no price for the company."""
    now, offer, terms = here.clock(), here.offer(session, plan.activity_id), here.member_terms()
    standing = standing_of(session, terms, ending.company_id)
    if standing is None:
        return None
    circumstances = Circumstances(
        # A company in arrears buys once its fee is paid, at a member's price.
        visitor=replace(standing.visitor(terms), member=True),
        association=here.association(),
        now=now,
        day=local_day(now, offer.activity.timezone),
        hold_seconds=here.settings.hold_seconds,
        new_id=new_id,
    )
    try:
        amounts = total_of(covering(offer), ending.people, circumstances)
    except NotOffered:
        return None
    return Following(_begins(plan, ending.first), plan.ends, amounts.total)


def _begins(plan: PlanRow, first: date) -> date:
    """From when the same people are covered at the earliest."""
    return first + timedelta(days=1) if plan.mode is PlanMode.TWELVE_MONTHS else plan.starts
