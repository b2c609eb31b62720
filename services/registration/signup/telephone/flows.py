"""A signup that staff make for somebody, outside and inside its transaction: everything is worked out before a lock."""

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import sqlalchemy as sa
from fastapi import Request

from kit.contracts import OrderMethod, PlaceOrder
from kit.contracts.callers import Caller
from kit.contracts.orders import ReceivedPayment
from kit.errors import InvalidInput
from kit.money import cash
from kit.sql import column
from registration.catalog.allotments.queries import open_to
from registration.catalog.offers.rules import Offer
from registration.catalog.rules import Channel, Visitor
from registration.letters.flows import letter_context
from registration.letters.view_registrations import payment_asked
from registration.members.flows import beneficiary, visitor_code
from registration.members.queries import NOBODY
from registration.registrations.models import Registration
from registration.registrations.queries import registration_by_id
from registration.registrations.rules import BY_STAFF, RegistrationStatus
from registration.registrations.rules_rows import RegistrationRow
from registration.signup.actions import Announcement
from registration.signup.flows import announcement_of, circumstances_now, sealed_plan
from registration.signup.rules import Circumstances, DifferentForm, Plan
from registration.signup.rules_plan import plan
from registration.signup.rules_rows import fingerprint
from registration.signup.schemas import SignupRequest
from registration.signup.telephone import actions
from registration.signup.telephone.rules import as_staff_sell, is_member, refuse_covering, staff_problems
from registration.signup.telephone.schemas import TelephoneAnswer, TelephoneSignup

if TYPE_CHECKING:
    from registration.service import RegistrationService


@dataclass(frozen=True)
class Sale:
    """One activity as staff sell it now: `offer` is what the letters tell, `sold` what can be taken."""

    offer: Offer
    sold: Offer
    circumstances: Circumstances
    recognised: Visitor


def staff_sale(here: "RegistrationService", request: Request, activity_id: uuid.UUID, word: str) -> Sale:
    """What staff can sell of an activity, with a code that was read to them. Raises NotFound, SignupClosed,
    EnrolledByCompanies, TooMany.

    Every group of prices is theirs to give; what waits for a card waits as long as an invoice does for its contact.
    """
    with here.db.read() as session:
        offer = here.offer(session, activity_id)
    refuse_covering(offer.activity)
    code = visitor_code(here, request, word, activity_id)
    visitor = replace(code.visitor or NOBODY, member=True)
    with here.db.read() as session:
        sold = as_staff_sell(open_to(session, offer, beneficiary(visitor, code)))
    circumstances = circumstances_now(here, sold, visitor, code, Channel.ON_SITE)
    circumstances = replace(circumstances, hold_seconds=here.settings.confirm_seconds)
    return Sale(offer, sold, circumstances, code.visitor or NOBODY)


def telephone_plan(here: "RegistrationService", sale: Sale, asked: TelephoneSignup) -> Plan:
    """Every row it will write. Raises InvalidInput with every field to mend, and what `plan` does."""
    recognised = sale.recognised
    problems = staff_problems(recognised, asked, sale.offer.activity.members_only)
    try:
        planned = plan(sale.sold, _as_signup(asked, recognised.company_name), sale.circumstances)
    except InvalidInput as refusal:
        raise InvalidInput({**refusal.places, **problems}) from refusal
    if problems:
        raise InvalidInput(problems)
    method = OrderMethod.RECEIVED if asked.received and planned.registration.total else planned.registration.method
    registration = replace(planned.registration, channel=BY_STAFF, method=method, member=is_member(recognised, asked))
    return sealed_plan(here, sale.offer, replace(planned, registration=registration, fingerprint=fingerprint(asked)))


def _as_signup(asked: TelephoneSignup, company: str) -> SignupRequest:
    """What the public form would say, with the company whose code was read; money in hand counts as cash does: nothing
    is waited for."""
    said = {name: getattr(asked, name) for name in SignupRequest.model_fields}
    paid = {"method": OrderMethod.CASH} if asked.received else {}
    return SignupRequest(**said | paid | {"company": asked.company or company})


def sign_up_by_staff(here: "RegistrationService", sale: Sale, asked: TelephoneSignup, by: Caller) -> TelephoneAnswer:
    """Take the places in one short transaction. The same sent again answers as it did.

    Raises what a signup raises: SignupClosed, SoldOut, NotOffered, InvalidInput, TotalChanged, CodeUsedUp,
    DifferentForm.
    """
    if _was_taken(here, asked):
        return telephone_state(here, sale.offer.activity.id, asked.registration_id)
    planned = telephone_plan(here, sale, asked)
    with here.db.write() as session:
        actions.sign_up_by_staff(session, planned, announced(here, sale.offer, planned, asked, by), asked.reason, by)
    return telephone_state(here, sale.offer.activity.id, asked.registration_id)


def _was_taken(here: "RegistrationService", asked: TelephoneSignup) -> bool:
    query = sa.select(column(Registration.fingerprint)).where(column(Registration.id) == asked.registration_id)
    with here.db.read() as session:
        known = session.execute(query).scalar()
    if known not in (None, fingerprint(asked)):
        raise DifferentForm()
    return known is not None


def announced(
    here: "RegistrationService", offer: Offer, planned: Plan, asked: TelephoneSignup, by: Caller
) -> Announcement:
    """The order and the letters: the usual ones, or where to pay by card; none when staff chose so."""
    usual, registration = announcement_of(here, offer, planned), planned.registration
    letters = list(usual.letters)
    if registration.status is RegistrationStatus.HELD:
        letters = [payment_asked(letter_context(here, offer), registration)]
    order = usual.order and _order(usual.order, asked, by)
    return Announcement(order, [letter for letter in letters if letter.to and asked.send])


def _order(order: PlaceOrder, asked: TelephoneSignup, by: Caller) -> PlaceOrder:
    had = (
        ReceivedPayment.model_validate({"method": asked.received, "reference": asked.reference})
        if (order.method is OrderMethod.RECEIVED)
        else None
    )
    return order.model_copy(update={"by": by.name, "received": had})


def telephone_state(here: "RegistrationService", activity_id: uuid.UUID, registration_id: uuid.UUID) -> TelephoneAnswer:
    """Where it stands, with what to collect and where a held card pays. Raises NotFound."""
    with here.db.read() as session:
        row = registration_by_id(session, registration_id)
    actions.refuse_others(row, activity_id)
    return TelephoneAnswer(
        registration_id=row.id,
        code=row.code,
        status=row.status.value,
        method=row.method,
        total=row.total,
        to_collect=cash(row.total) if row.method == "cash" else 0,
        pay_url=_pay_url(here, row),
    )


def _pay_url(here: "RegistrationService", row: RegistrationRow) -> str:
    held = row.status is RegistrationStatus.HELD
    return here.links.registration(row.id, row.link_version) + "/pay" if held else ""
