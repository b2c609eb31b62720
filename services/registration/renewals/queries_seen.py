"""A notice as whoever holds its link sees it, and a company's list of them as staff do."""

import uuid
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from kit.errors import NotFound
from registration.links import Links
from registration.members.models import Company, Membership
from registration.renewals.models import Renewal
from registration.renewals.queries import is_covered_otherwise
from registration.renewals.rules import NoticeState, RenewalState


@dataclass(frozen=True)
class SeenRenewal:
    """What a company was asked, and what became of it; `old_ends` is the last day of the period before, `due_on` the
    day on which the fee is owed; `renewed`: another period covers its days."""

    renewal: Renewal
    company: Company
    old_ends: date
    paid_on: date | None
    due_on: date
    renewed: bool

    @property
    def state(self) -> NoticeState:
        if self.paid_on is not None:
            return NoticeState.PAID
        if self.renewed and self.renewal.state in (RenewalState.PROPOSED, RenewalState.LAPSED):
            return NoticeState.RENEWED
        if self.renewal.closing:
            return NoticeState.DECLINED
        if self.renewal.state is RenewalState.PROPOSED:
            return NoticeState.SENT if self.renewal.number else NoticeState.PREPARING
        return NoticeState(self.renewal.state.value)


def seen(session: Session, renewal_id: uuid.UUID) -> SeenRenewal:
    """Raises NotFound."""
    renewal = session.get(Renewal, renewal_id)
    if renewal is None:
        raise NotFound()
    old, period = session.get_one(Membership, renewal.period_id), session.get(Membership, renewal.id)
    paid_on = period.fee_paid_on if period else None
    due_on = (period.fee_due_on if period else None) or renewal.fee_due_on
    company = session.get_one(Company, renewal.company_id)
    renewed = is_covered_otherwise(session, renewal_id)
    return SeenRenewal(renewal, company, old.ends or renewal.starts, paid_on, due_on, renewed)


def behind_link(session: Session, links: Links, renewal_id: uuid.UUID, token: str) -> SeenRenewal:
    """The notice behind the link of its letters. Raises NotFound."""
    found = seen(session, renewal_id)
    links.check("renewal", renewal_id, found.renewal.link_version, token)
    return found
