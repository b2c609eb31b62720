"""Covering people of a company's list: in places that are paid and free, the others by a purchase; kept when the
company is in arrears. A purchase is a signup like any other (signup is the one way in), of units that bring nobody."""

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlmodel import Session

from kit.contracts.callers import ANYONE, Caller
from kit.money import Amounts
from registration.catalog.offers.rules import Offer
from registration.catalog.rules import Who
from registration.clients import order_of
from registration.letters.flows import letter_context
from registration.plans.actions import Act
from registration.plans.buying.rules import covering, product_of, refuse_others
from registration.plans.covering.actions import attach, fill, release
from registration.plans.flows import Enrolment, act
from registration.plans.keeping.actions import drop_kept, keep_list
from registration.plans.queries import free_places, is_held, listed_of
from registration.plans.rules import CoverageRow, CoverageState, ListChanged, NobodyChosen, PlanEnded
from registration.plans.schemas import CoverageItem, Purchase
from registration.plans.view import confirmation
from registration.registrations.queries import registration_by_id
from registration.registrations.rules import RegistrationStatus
from registration.registrations.rules_rows import RegistrationRow
from registration.signup.actions import Announcement
from registration.signup.actions_proposal import Limits, Proposal, take
from registration.signup.flows import circumstances_now
from registration.signup.rules import Circumstances, Plan
from registration.signup.rules_plan import choose, plan, total
from registration.signup.schemas import SignupRequest

if TYPE_CHECKING:
    from registration.service import RegistrationService


@dataclass(frozen=True)
class Price:
    """What covering so many people comes to: those who take `free` places pay nothing, `paid` are paid."""

    free: int
    paid: int
    amounts: Amounts


@dataclass(frozen=True)
class Bought:
    """What became of it: a registration (None when everybody took a free place, or the list is kept), and those who are
    covered already. `kept`: the company is in arrears, its codes leave when that is paid. `held`: staff hold them."""

    registration: RegistrationRow | None = None
    covered: tuple[CoverageRow, ...] = ()
    kept: bool = False
    held: bool = False


def priced(here: "RegistrationService", enrolled: Enrolment, people: int) -> Price:
    """For whoever is about to buy. No transaction may be open. Raises NotAMember, PlanEnded, NotOffered."""
    now = act(here, ANYONE)
    _refuse(enrolled, now)
    with here.db.read() as session:
        free = min(people, free_places(session, enrolled.whose, now.today))
    circumstances = _circumstances(here, enrolled)
    sold = covering(enrolled.offer)
    paid = people - free
    return Price(free, paid, total_of(sold, paid, circumstances))


def total_of(sold: Offer, people: int, circumstances: Circumstances) -> Amounts:
    """What covering so many people comes to, of an activity as companies buy it. Raises NotOffered."""
    items = (_item(sold, people),) if people else ()
    return total(choose(sold, items, circumstances), circumstances)


def buy(here: "RegistrationService", enrolled: Enrolment, purchase: Purchase, by: Caller) -> Bought:
    """Cover these people of the list. No transaction may be open.

    On invoice the registration is confirmed and the codes leave at once; a card is asked for where `next_address` of
    the registration leads. Raises NotAMember, PlanEnded, NobodyChosen, ListChanged, and what a signup does.
    """
    now = act(here, by)
    _refuse(enrolled, now)
    whose, chosen = enrolled.whose, purchase.coverages
    if not chosen:
        raise NobodyChosen()
    if not enrolled.visitor.member:
        _keep(here, enrolled, purchase, now)
        return Bought(kept=True)
    with here.db.read() as session:
        free = min(len(chosen), free_places(session, whose, now.today))
        people = {one.id: one for one in listed_of(session, whose)}
        held = is_held(session, whose.plan.id, whose.company_id)
    paid = [people[one] for one in chosen[free:] if one in people]
    proposal = _proposal(here, enrolled, purchase, _Paid(paid, len(chosen) - free, held), now)
    with here.db.write() as session:
        return _bought(session, enrolled, purchase, _Taking(proposal, free, held), now)


def _keep(here: "RegistrationService", enrolled: Enrolment, purchase: Purchase, now: Act) -> None:
    """The list waits for the fee, with the total that was shown, or that it comes to today."""
    seen = purchase.expected_total
    if seen is None:
        seen = priced(here, enrolled, len(purchase.coverages)).amounts.total
    with here.db.write() as session:
        keep_list(session, enrolled.whose, purchase, seen, now)


@dataclass(frozen=True)
class _Paid:
    """Those who are paid, as far as they are on the list, how many they must be, and whether staff hold the codes."""

    people: list[CoverageRow]
    count: int
    held: bool


@dataclass(frozen=True)
class _Taking:
    proposal: Proposal | None
    free: int
    held: bool


def _bought(session: Session, enrolled: Enrolment, purchase: Purchase, taking: _Taking, now: Act) -> Bought:
    whose, chosen = enrolled.whose, purchase.coverages
    registration, covered = None, []
    if taking.proposal is not None:
        signup = take(session, taking.proposal, now.by, None)
        registration = registration_by_id(session, purchase.registration_id)
        if not signup.new:
            return Bought(registration, held=taking.held)
        attach(session, whose, chosen[taking.free :], registration.id)
        if registration.status is RegistrationStatus.CONFIRMED and not taking.held:
            covered += release(session, whose.plan, registration.id, now)
    if taking.free:
        filled = fill(session, whose, chosen[: taking.free], now)
        if len(filled) < taking.free:
            raise ListChanged()
        covered = [*(one for one in filled if one.state is CoverageState.COVERED), *covered]
    if is_held(session, whose.plan.id, whose.company_id) is not taking.held:
        raise ListChanged()
    drop_kept(session, whose)
    return Bought(registration, tuple(covered), held=taking.held)


def _proposal(
    here: "RegistrationService", enrolled: Enrolment, purchase: Purchase, paid: _Paid, now: Act
) -> Proposal | None:
    """The signup worked out; None when nothing is paid. On invoice, billing and whoever bought learn of it at once."""
    if not paid.count:
        return None
    worked_out = _planned(enrolled.offer, purchase, paid.count, _circumstances(here, enrolled))
    announcement, row = Announcement(), worked_out.registration
    if worked_out.confirmed:
        context = letter_context(here, enrolled.offer)
        whose = enrolled.whose
        span = whose.plan.covers(now.today)
        letter = confirmation(context, row, whose.plan, paid.people, span, paid.held) if paid.people else None
        announcement = Announcement(
            order_of(row, worked_out.lines, enrolled.offer, here.links), [letter] if letter else []
        )
    activity = enrolled.offer.activity
    return Proposal(worked_out, announcement, Limits(activity.confirm_above, 0, activity.company_places))


def _planned(offer: Offer, purchase: Purchase, people: int, circumstances: Circumstances) -> Plan:
    """Every row of the registration. Raises what `signup.plan` does."""
    sold = covering(offer)
    request = SignupRequest(
        registration_id=purchase.registration_id,
        lang=purchase.lang,
        contact=purchase.contact,
        company=circumstances.visitor.company_name,
        items=(_item(sold, people),),
        contact_attends=False,
        method=purchase.method,
        bill_to=purchase.bill_to,
        terms_accepted=purchase.terms_accepted,
        expected_total=purchase.expected_total,
    )
    worked_out = plan(sold, request, circumstances)
    # A purchase of others is another one.
    of_whom = "|".join([worked_out.fingerprint, *map(str, purchase.coverages)])
    return replace(worked_out, fingerprint=hashlib.sha256(of_whom.encode()).hexdigest())


def _item(sold: Offer, people: int) -> CoverageItem:
    return CoverageItem(product=product_of(sold).key, who=Who.MEMBER.value, quantity=people)


def _circumstances(here: "RegistrationService", enrolled: Enrolment) -> Circumstances:
    """What is shown to a company in arrears is what it will pay: nothing is sold before its fee is paid."""
    return circumstances_now(here, covering(enrolled.offer), replace(enrolled.visitor, member=True))


def _refuse(enrolled: Enrolment, now: Act) -> None:
    refuse_others(enrolled.whose, enrolled.visitor)
    if enrolled.whose.plan.is_over(now.today):
        raise PlanEnded()
