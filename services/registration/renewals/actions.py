"""Ask a company to renew, and what it answers: agreed to, a period of membership begins; else nothing was owed."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, select

from kit.contracts import Association, NoticeAccepted
from kit.contracts.callers import ANYONE, Caller
from kit.db import new_id
from kit.errors import InvalidInput
from kit.mailbox import post
from kit.money import Line, amounts
from kit.sql import add_once, column
from kit.text import money
from registration.history.actions import record
from registration.history.rules import Change
from registration.members.models import Company, Membership
from registration.members.rules import MemberTerms
from registration.renewals.models import Renewal
from registration.renewals.queries import (
    asking,
    existing,
    is_covered_otherwise,
    locked,
    renewal_after,
    waits_beside,
)
from registration.renewals.rules import (
    NotAsked,
    RenewalAnswered,
    RenewalState,
    RenewedOtherwise,
    answerable,
    useless,
)
from registration.renewals.scale.rules import Scale
from registration.signup.rules_rows import new_code


@dataclass(frozen=True)
class AskingTerms:
    """By what a company is asked: the fees, the association, its day and the grace it gives."""

    scale: Scale
    association: Association
    terms: MemberTerms


def propose(session: Session, period_id: uuid.UUID, by: AskingTerms, who: Caller, now: datetime) -> Renewal:
    """Ask the company of this period to renew, unless it was asked already; billing numbers the notice next. Raises
    NotFound, NotAsked."""
    known = renewal_after(session, period_id)
    if known is not None:
        return known
    found = asking(session, period_id, by.terms.day)
    why = useless(found, by.terms.day, by.terms.grace_days)
    if why or found.employees is None:
        raise NotAsked(why=why)
    period = session.get_one(Membership, period_id)
    company = session.get_one(Company, period.company_id)
    renewal = _renewal(company, found.employees, period_id, found.ends, by, now)
    if add_once(session, Renewal, renewal.model_dump(), column(Renewal.period_id)):
        record(session, "company", company.id, "company.renewal_asked", who, now, _told(renewal))
    return session.exec(select(Renewal).where(Renewal.period_id == period_id)).one()


def _renewal(
    company: Company, employees: int, period_id: uuid.UUID, ended: date, by: AskingTerms, now: datetime
) -> Renewal:
    scale, day = by.scale, by.terms.day
    period, fee = scale.period_after(ended), scale.fee(employees)
    total = amounts([Line(fee, scale.tax_class)], day, by.association.tax_registered).total
    return Renewal(
        id=new_id(),
        period_id=period_id,
        company_id=company.id,
        code=new_code(),
        starts=period.starts,
        ends=period.ends,
        answer_by=ended + timedelta(days=by.terms.grace_days),
        category=company.category,
        employees=employees,
        fee=fee,
        total=total,
        fee_due_on=period.starts + timedelta(days=scale.due_days),
        tax_class=scale.tax_class,
        gl_account=scale.gl_account,
        ordered_on=day,
        due_at=now,
    )


def _told(renewal: Renewal) -> dict[str, Change]:
    period = f"{renewal.starts} – {renewal.ends}"
    return {"fee": Change("", money(renewal.fee, "fr")), "period": Change("", period)}


def number(session: Session, renewal_id: uuid.UUID, notice: str, now: datetime) -> Renewal | None:
    """Billing has numbered the notice: its letters leave with it, once. None when it had its number already."""
    renewal = existing(session, renewal_id)
    if renewal.number:
        return None
    renewal.number, renewal.sent_at, renewal.times_sent = notice, now, 1
    session.add(renewal)
    changes = {"notice": Change("", notice)}
    record(session, "company", renewal.company_id, "company.renewal_sent", ANYONE, now, changes)
    return renewal


def send_again(session: Session, renewal_id: uuid.UUID, by: Caller, now: datetime) -> Renewal:
    """Its letters leave once more. Raises NotFound, RenewalAnswered, RenewalNotSent."""
    renewal = existing(session, renewal_id)
    answerable(renewal.state, renewal.closing, renewal.number != "")
    renewal.times_sent += 1
    session.add(renewal)
    changes = {"notice": Change("", renewal.number)}
    record(session, "company", renewal.company_id, "company.renewal_sent", by, now, changes)
    return renewal


def accept(session: Session, renewal_id: uuid.UUID, by: Caller, now: datetime, today: date) -> Renewal:
    """The company agrees to owe the fee: its period begins, and billing invoices it. Raises NotFound, RenewalAnswered
    (also when its last day is over), RenewalNotSent, RenewedOtherwise."""
    renewal = existing(session, renewal_id)
    if renewal.state is RenewalState.ACCEPTED:
        return renewal
    answerable(renewal.state, renewal.closing or renewal.answer_by < today, renewal.number != "")
    # Whoever writes a period of the company at this moment comes before or after, never beside.
    session.exec(select(Company.id).where(Company.id == renewal.company_id).with_for_update(key_share=True)).one()
    if is_covered_otherwise(session, renewal.id):
        raise RenewedOtherwise()
    stand(session, renewal, by, now)
    post(session, "billing", NoticeAccepted(order_id=renewal.id, by=by.name), now, renewal.id)
    return renewal


def stand(session: Session, renewal: Renewal, by: Caller, now: datetime) -> Membership:
    """The period of a locked renewal, which begins with what was agreed to: accepted here, or in billing, or paid; also
    after it was let lapse, for whoever pays is a member."""
    if renewal.state is not RenewalState.ACCEPTED:
        renewal.state, renewal.agreed_at, renewal.declined_at, renewal.declined_why = (
            RenewalState.ACCEPTED,
            now,
            None,
            "",
        )
        session.add(renewal)
        record(session, "company", renewal.company_id, "company.renewed", by, now, _told(renewal))
    period = Membership(
        id=renewal.id,
        company_id=renewal.company_id,
        starts=renewal.starts,
        ends=renewal.ends,
        category=renewal.category,
        fee=renewal.fee,
        fee_due_on=renewal.fee_due_on,
    )
    add_once(session, Membership, period.model_dump(), column(Membership.id))
    session.flush()
    return session.get_one(Membership, renewal.id)


def decline(session: Session, renewal_id: uuid.UUID, why: str, by: Caller, now: datetime) -> Renewal:
    """The company does not renew: once billing has said that nothing was paid, its notice is discarded and it owes
    nothing. Said twice, nothing changes. Raises NotFound, RenewalAnswered."""
    renewal = existing(session, renewal_id)
    if renewal.state is RenewalState.DECLINED or renewal.closing:
        return renewal
    if renewal.state is not RenewalState.PROPOSED:
        raise RenewalAnswered()
    renewal.declined_at, renewal.declined_why, renewal.due_at = now, why.strip(), now
    session.add(renewal)
    changes = {"reason": Change("", why.strip())} if why.strip() else None
    record(session, "company", renewal.company_id, "company.renewal_declined", by, now, changes)
    return renewal


def discard(session: Session, renewal_id: uuid.UUID, now: datetime) -> None:
    """Billing says that nothing was paid, and nothing can be any more: it was declined, or it lapses."""
    renewal = locked(session, renewal_id)
    if renewal is None or renewal.state is not RenewalState.PROPOSED:
        return
    if renewal.declined_at is not None:
        renewal.state = RenewalState.DECLINED
    else:
        renewal.state = RenewalState.LAPSED
        if is_covered_otherwise(session, renewal.id):
            record(session, "company", renewal.company_id, "company.renewal_withdrawn", ANYONE, now)
        else:
            record(session, "company", renewal.company_id, "company.renewal_lapsed", ANYONE, now)
    session.add(renewal)


def refuse_beside_notice(session: Session, period: Membership) -> None:
    """A period that staff write: the notice that asks for the same days is answered first, for whoever pays it would
    have two. Raises InvalidInput."""
    if waits_beside(session, period) is not None:
        raise InvalidInput({"starts": "problem.period_noticed"})
