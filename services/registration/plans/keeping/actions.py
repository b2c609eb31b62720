"""What waits, and what is forgotten: lists of companies in arrears, codes that staff hold, names of long ago."""

import uuid
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.sql import Values, column, insert_once, named, table
from registration.history.actions import record
from registration.history.rules import Change
from registration.plans.actions import Act, lock_company, speak
from registration.plans.covering.actions import release
from registration.plans.eligibility import actions as eligibility
from registration.plans.models import Coverage, KeptList, Plan, PlanHold
from registration.plans.queries import UNPAID, of, plan_by_id
from registration.plans.rules import LIST_KEPT, NAMES_KEPT, CoverageState, PlanRow, Whose
from registration.plans.schemas import Purchase
from registration.registrations.models import Registration
from registration.registrations.rules import RegistrationStatus

BLANK: Values = {
    column(Coverage.first_name): "",
    column(Coverage.last_name): "",
    column(Coverage.email): "",
    column(Coverage.employer_ref): "",
    column(Coverage.person_key): None,
}
# How long after its last day a coverage stands as it was.
OVER = timedelta(days=30)
# How many names are forgotten in one transaction.
BATCH = 500


def keep_list(session: Session, whose: Whose, purchase: Purchase, seen: int, act: Act) -> None:
    """The company is in arrears: its list is kept, with who asked, where the invoice goes, and the total that was
    seen, in cents; the last word counts."""
    lock_company(session, whose.company_id)
    drop_kept(session, whose)
    contact = purchase.contact
    values: Values = {
        column(KeptList.id): purchase.registration_id,
        column(KeptList.plan_id): whose.plan.id,
        column(KeptList.company_id): whose.company_id,
        column(KeptList.contact_first): contact.first_name,
        column(KeptList.contact_last): contact.last_name,
        column(KeptList.contact_email): contact.email,
        column(KeptList.contact_phone): contact.phone,
        column(KeptList.lang): purchase.lang,
        column(KeptList.bill_to): purchase.bill_to.model_dump(),
        column(KeptList.coverages): [str(one) for one in purchase.coverages],
        column(KeptList.seen): seen,
        column(KeptList.said_at): act.now,
    }
    session.execute(sa.insert(table(KeptList)).values(named(values)))
    speak(session, whose, act.now)
    people = Change(None, len(purchase.coverages))
    record(session, "company", whose.company_id, "plan.kept", act.by, act.now, {"people": people})


def drop_kept(session: Session, whose: Whose) -> None:
    """Nothing waits for a fee any more."""
    mine = (column(KeptList.plan_id) == whose.plan.id, column(KeptList.company_id) == whose.company_id)
    session.execute(sa.delete(table(KeptList)).where(*mine))


def hold(session: Session, whose: Whose, act: Act) -> None:
    """Staff hold a company's codes: what it buys from now on is invoiced, and its codes wait; so do those of whoever
    takes a place that is paid. Raises NotFound."""
    lock_company(session, whose.company_id)
    row: Values = {
        column(PlanHold.plan_id): whose.plan.id,
        column(PlanHold.company_id): whose.company_id,
        column(PlanHold.since): act.now,
    }
    key = column(PlanHold.company_id)
    if insert_once(session, table(PlanHold), named(row), key):
        record(session, "company", whose.company_id, "plan.held", act.by, act.now)


def lift(session: Session, whose: Whose, act: Act) -> int:
    """Staff release them: the codes of everybody whose purchase is confirmed leave. How many people are covered by
    it."""
    lock_company(session, whose.company_id)
    if whose.plan.is_over(act.today):
        return 0
    mine = (column(PlanHold.plan_id) == whose.plan.id, column(PlanHold.company_id) == whose.company_id)
    gone = session.execute(sa.delete(table(PlanHold)).where(*mine).returning(column(PlanHold.company_id))).all()
    if not gone:
        return 0
    record(session, "company", whose.company_id, "plan.released", act.by, act.now)
    return sum(len(release(session, whose.plan, one, act)) for one in _confirmed(session, whose))


def _confirmed(session: Session, whose: Whose) -> list[uuid.UUID]:
    """The purchases that are confirmed and whose codes wait, the first first."""
    waiting = (*of(whose), column(Coverage.state) == CoverageState.LISTED)
    bought = sa.select(column(Coverage.registration_id)).where(*waiting)
    query = sa.select(column(Registration.id)).where(
        column(Registration.id).in_(bought), column(Registration.status) == RegistrationStatus.CONFIRMED
    )
    return list(session.execute(query.order_by(column(Registration.id))).scalars())


def renew_link(session: Session, plan_id: uuid.UUID, by: Caller, now: datetime) -> PlanRow:
    """Another link for the provider: the old one is dead. Raises NotFound."""
    version = column(Plan.link_version)
    renewed = sa.update(table(Plan)).where(column(Plan.id) == plan_id).values({version: version + 1})
    session.execute(renewed)
    plan = plan_by_id(session, plan_id)
    record(session, "activity", plan.activity_id, "plan.link_renewed", by, now)
    return plan


def drop_old_lists(session: Session, now: datetime) -> int:
    """Forget the lists that nobody spoke of for ninety days, and that nobody pays; how many people they named."""
    old = column(Coverage.said_at) < now - LIST_KEPT
    mine = sa.select(column(Coverage.id)).where(old, UNPAID).limit(BATCH)
    gone = sa.delete(table(Coverage)).where(column(Coverage.id).in_(mine)).returning(column(Coverage.id))
    session.execute(sa.delete(table(KeptList)).where(column(KeptList.said_at) < now - LIST_KEPT))
    return len(session.execute(gone).all())


def close_over(session: Session, today: date) -> None:
    """Coverages whose last day is well past are ended, in one go with their codes: a company renews from the list as it
    stood meanwhile."""
    before = today - OVER
    over = (column(Coverage.state) == CoverageState.COVERED, column(Coverage.ends_on) < before)
    ended: Values = {column(Coverage.state): CoverageState.ENDED, column(Coverage.free_until): column(Coverage.ends_on)}
    session.execute(sa.update(table(Coverage)).where(*over).values(dict(ended)))
    eligibility.forget(session, before)


def forget_names(session: Session, today: date) -> int:
    """Forget who was covered, twelve months after their coverage ended; that somebody was, when, and what it cost
    stays. How many were forgotten."""
    named = sa.or_(*(one != "" for one in BLANK))
    over = (column(Coverage.ends_on) < today - NAMES_KEPT, named)
    mine = sa.select(column(Coverage.id)).where(*over).limit(BATCH)
    blank = sa.update(table(Coverage)).where(column(Coverage.id).in_(mine)).values(dict(BLANK))
    return len(session.execute(blank.returning(column(Coverage.id))).all())
