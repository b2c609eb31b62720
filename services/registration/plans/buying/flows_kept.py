"""Lists that waited for a fee: bought when it is paid, but at no higher price than whoever asked was shown."""

import logging
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import Session

from kit.contracts.callers import ANYONE, Caller
from kit.errors import NotFound, Refusal
from registration.members.queries_standing import standing_of
from registration.plans.buying.flows import Bought, buy, priced
from registration.plans.flows import Enrolment
from registration.plans.queries import Kept, kept_lists, listed_of, plan_by_id
from registration.plans.rules import ListChanged, Whose
from registration.signup.rules import TotalChanged

if TYPE_CHECKING:
    from registration.service import RegistrationService

log = logging.getLogger("guichet.plans")


@dataclass(frozen=True)
class Due:
    """A list whose fee is paid: those of it who still wait, and what they come to `now`, with taxes. `risen`: more
    than was `seen`, so that it is bought when her company says so."""

    kept: Kept
    people: tuple[uuid.UUID, ...]
    now: int

    @property
    def seen(self) -> int:
        return self.kept.seen or 0

    @property
    def risen(self) -> bool:
        return self.kept.rose(len(self.people), self.now)


def buy_kept(here: "RegistrationService") -> bool:
    """Buy what waited for a fee that is paid now: whoever asked hears of it, and the codes leave. What costs more than
    was shown is kept, and asked about on the company's page."""
    terms = here.member_terms()
    with here.db.read() as session:
        kept = kept_lists(session)
    for one in kept:
        with here.db.read() as session:
            whose = Whose(plan_by_id(session, one.plan_id), one.company_id)
            standing = standing_of(session, terms, one.company_id)
            offer = here.offer(session, whose.plan.activity_id)
        if standing is None:
            raise NotFound()
        enrolled = Enrolment(whose, offer, standing.visitor(terms))
        try:
            due = due_of(here, enrolled, one)
            if due is not None and not due.risen:
                buy(here, enrolled, one.purchase(due.people, due.now), ANYONE)
        except Refusal as refusal:
            # It is kept, and shown to staff: tried again, and dropped when nobody speaks of it any more.
            log.warning("kept list not bought", extra={"plan_id": str(one.plan_id), "code": refusal.code})
    return False


def kept_due(here: "RegistrationService", enrolled: Enrolment) -> Due | None:
    """What a company's kept list comes to now that its fee is paid; None while it is not, without a list, and when
    nothing is sold any more."""
    with here.db.read() as session:
        mine = next((one for one in kept_lists(session) if _is_of(one, enrolled.whose)), None)
    try:
        return due_of(here, enrolled, mine) if mine is not None else None
    except Refusal:
        return None


def due_of(here: "RegistrationService", enrolled: Enrolment, kept: Kept) -> Due | None:
    """The same of one list. Raises what `priced` does."""
    if not enrolled.visitor.member:
        return None
    with here.db.read() as session:
        people = _waiting(session, enrolled.whose, kept)
    return Due(kept, people, priced(here, enrolled, len(people)).amounts.total) if people else None


def confirm_kept(here: "RegistrationService", enrolled: Enrolment, shown: int, by: Caller) -> Bought:
    """Her company agrees to what it comes to now. No transaction may be open. Raises ListChanged, TotalChanged, and
    what `buy` does."""
    due = kept_due(here, enrolled)
    if due is None:
        raise ListChanged()
    if due.now != shown:
        raise TotalChanged()
    return buy(here, enrolled, due.kept.purchase(due.people, due.now), by)


def _is_of(one: Kept, whose: Whose) -> bool:
    return (one.plan_id, one.company_id) == (whose.plan.id, whose.company_id)


def _waiting(session: Session, whose: Whose, kept: Kept) -> tuple[uuid.UUID, ...]:
    return tuple(person.id for person in listed_of(session, whose) if person.id in kept.coverages)
