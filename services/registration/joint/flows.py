"""Several activities signed up for in one gesture: all of them or none, each with its registration and its order, all
orders on one invoice."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.contracts.problems import Where
from kit.errors import InvalidInput, NotFound, Refusal
from registration.catalog.offers.rules import Offer
from registration.catalog.rules import Visitor
from registration.joint.rules import NotJoint, OneActivityTwice, head_problems, on_one_invoice, placed, takeable
from registration.joint.schemas import JointItem, JointRequest
from registration.registrations.queries import registration_by_id
from registration.registrations.rules_rows import RegistrationRow
from registration.signup.actions_proposal import Proposal, take
from registration.signup.flows import circumstances_now, propose
from registration.signup.rules import Circumstances, DifferentForm
from registration.signup.schemas import MAX_ATTENDEES, Item, SignupRequest

if TYPE_CHECKING:
    from registration.service import RegistrationService


@dataclass(frozen=True)
class JointBuyer:
    """The company that is billed: whom prices are for, and whether its invoices need a purchase order number."""

    visitor: Visitor
    po_required: bool


@dataclass(frozen=True)
class JointProposal:
    """Everything worked out, with the number of its item; written in the order of activities, so that two gestures at
    once wait for each other and never for ever."""

    proposals: tuple[tuple[int, Proposal], ...]


def propose_all(here: "RegistrationService", buyer: JointBuyer, request: JointRequest) -> JointProposal:
    """Work everything out before a transaction is open. Raises what `plan` does, its places said in the whole gesture
    (`items[2].attendees[0].email`), NotJoint and OneActivityTwice, and InvalidInput for nobody, too many people, or a
    purchase order number that the company needs and nobody gave."""
    if problems := head_problems([len(item.attendees) for item in request.items], MAX_ATTENDEES):
        raise InvalidInput(problems)
    offers = _offers(here, [item.activity for item in request.items])
    proposals = []
    for number, (offer, item) in enumerate(zip(offers, request.items, strict=True)):
        circumstances = circumstances_now(here, offer, buyer.visitor)
        try:
            asked = _asked_of(offer, request, item, circumstances)
            proposals.append((number, propose(here, offer, asked, circumstances)))
        except Refusal as refusal:
            raise placed(number, refusal) from refusal
    missing: dict[Where, str] = {("bill_to", "po_number"): "problem.required"}
    if buyer.po_required and not request.bill_to.po_number and any(one.plan.on_invoice for _, one in proposals):
        raise InvalidInput(missing)
    return JointProposal(_together(sorted(proposals, key=lambda one: one[1].plan.registration.activity_id)))


def sign_up_all(session: Session, joint: JointProposal, by: Caller) -> list[RegistrationRow]:
    """All of it in this transaction, in the order it was asked for. Raises what `take` does, naming the item, and
    DifferentForm when only a part of it was taken before: its invoice could not wait for the rest. Nothing is kept
    then."""
    made: list[tuple[int, RegistrationRow]] = []
    new: set[bool] = set()
    for number, proposal in joint.proposals:
        planned = proposal.plan.registration
        try:
            signup = take(session, proposal, by, None)
        except Refusal as refusal:
            raise placed(number, refusal) from refusal
        new.add(signup.new)
        made.append((number, planned if signup.new else registration_by_id(session, planned.id)))
    if len(new) > 1:
        raise DifferentForm()
    return [registration for _, registration in sorted(made, key=lambda one: one[0])]


def _offers(here: "RegistrationService", keys: Sequence[str]) -> list[Offer]:
    if len(set(keys)) < len(keys):
        raise OneActivityTwice("items")
    with here.db.read() as session:
        offers = [here.offers.by_key(session, key) for key in keys]
    if any(offer is None for offer in offers):
        raise NotFound()
    return [offer for offer in offers if offer is not None]


def _together(proposals: Sequence[tuple[int, Proposal]]) -> tuple[tuple[int, Proposal], ...]:
    """Whatever is owed goes on one invoice: every order says which others do."""
    owing = [one.plan.registration.id for _, one in proposals if one.plan.on_invoice]
    group = on_one_invoice(owing)
    return tuple((number, _grouped(one, group) if one.plan.on_invoice else one) for number, one in proposals)


def _grouped(proposal: Proposal, group: tuple[uuid.UUID, ...]) -> Proposal:
    order = proposal.announcement.order
    if order is None or not group:
        return proposal
    announcement = replace(proposal.announcement, order=order.model_copy(update={"group": group}))
    return replace(proposal, announcement=announcement)


def _asked_of(offer: Offer, request: JointRequest, item: JointItem, circumstances: Circumstances) -> SignupRequest:
    """One activity of the gesture as a signup of its own; people answer its questions on their own pages. Raises
    NotJoint."""
    found = {one.product.key: one for one in takeable(offer, circumstances)}
    if item.product not in found:
        raise NotJoint()
    taken = Item(
        product=item.product,
        who=found[item.product].who,
        quantity=len(item.attendees),
        attendees=item.attendees,
    )
    return SignupRequest(
        registration_id=item.registration_id,
        lang=request.lang,
        contact=request.contact,
        company=circumstances.visitor.company_name,
        items=(taken,),
        contact_attends=False,
        answer_later=True,
        method="invoice",
        bill_to=request.bill_to,
        terms_accepted=request.terms_accepted,
        expected_total=item.expected_total,
    )
