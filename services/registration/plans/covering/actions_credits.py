"""Taking somebody off before the plan begins: what was paid for them is credited with its share of both taxes."""

import uuid

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts import CreditLine, CreditOrder
from kit.db import new_id
from kit.mailbox import post
from kit.sql import Values, column, table
from registration.history.actions import record
from registration.history.rules import Change
from registration.plans.actions import Act
from registration.plans.covering.actions import leave
from registration.plans.models import Coverage
from registration.plans.queries import coverage_of
from registration.plans.rules import CoverageRow, CoverageState, NotCovered, Whose
from registration.registrations.actions import change, lock_registration
from registration.registrations.arrears.actions import mark_of
from registration.registrations.models import Registration, RegistrationLine
from registration.registrations.queries import lines_of
from registration.registrations.rules import RegistrationStatus
from registration.registrations.rules_rows import LineRow, RegistrationRow
from registration.registrations.tallies.actions import counting


def take_off(session: Session, whose: Whose, coverage_id: uuid.UUID, act: Act) -> CoverageRow:
    """Somebody is not covered after all: the code is valid no more, or never leaves when staff hold it,
    and billing credits one unit of the purchase. When it was the last, the purchase is cancelled. Raises NotFound,
    NotCovered."""
    person = coverage_of(session, whose, coverage_id)
    if person.state not in (CoverageState.COVERED, CoverageState.LISTED) or person.registration_id is None:
        raise NotCovered()
    registration = lock_registration(session, person.registration_id)
    with counting(session, [registration]):
        leaving = leave(session, whose, coverage_id, CoverageState.ENDED, act)
        not_free = sa.update(table(Coverage)).where(column(Coverage.id) == leaving.id)
        session.execute(not_free.values({column(Coverage.free_until): None}))
        lines = lines_of(session, registration.id)
        line = next((one for one in lines if one.standing), None)
        if line is None:
            raise NotCovered()
        _give_back(session, registration, line, act)
        if sum(one.standing for one in lines) == 1:
            ended: Values = {
                column(Registration.status): RegistrationStatus.CANCELLED,
                column(Registration.ended_at): act.now,
            }
            change(session, registration, ended)
            record(session, "registration", registration.id, "registration.cancelled", act.by, act.now)
    mark_of(session, [registration])
    taken_off = {"people": Change(None, 1), "credit": Change(None, line.unit_amount)}
    record(session, "registration", registration.id, "plan.taken_off", act.by, act.now, taken_off)
    record(session, "company", whose.company_id, "plan.taken_off", act.by, act.now, taken_off)
    return leaving


def _give_back(session: Session, registration: RegistrationRow, line: LineRow, act: Act) -> None:
    cancelled = column(RegistrationLine.cancelled)
    one = sa.update(table(RegistrationLine)).where(column(RegistrationLine.id) == line.id)
    session.execute(one.values({cancelled: cancelled + 1}))
    credit = CreditOrder(
        amendment_id=new_id(),
        order_id=registration.id,
        lines=(CreditLine(key=line.price_key, quantity=1),),
        reason="cancelled",
        by=act.by.name,
    )
    post(session, "billing", credit, act.now, registration.id)
