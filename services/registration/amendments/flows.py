"""Adding people or options to a confirmed registration: an order of its own, worked out before any lock."""

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from kit.contracts import LEAST_BY_CARD, OrderMethod
from kit.contracts.callers import Caller
from kit.errors import InvalidInput
from kit.sql import column
from registration.amendments import actions, queries
from registration.amendments.rules import (
    Amended,
    amendment_fingerprint,
    chosen_people,
    of_options,
    option_problems,
    option_shares,
    refuse_unless_amendable,
    refuse_unless_sold,
    without_common_questions,
)
from registration.amendments.schemas import AmendmentRequest
from registration.catalog.allotments.queries import open_to
from registration.catalog.allotments.rules import Beneficiary
from registration.catalog.rules import Channel, Visitor
from registration.registrations.models import Registration
from registration.registrations.queries import Whole, whole_registration
from registration.registrations.rules import BY_STAFF
from registration.registrations.rules_rows import RegistrationRow
from registration.signup.flows import circumstances_now, sealed_plan
from registration.signup.rules import DifferentForm, Plan, TotalChanged
from registration.signup.rules_plan import choose, plan, total
from registration.signup.rules_rows import Terms, rows
from registration.signup.schemas import BillTo, Contact, SignupRequest
from registration.signup.telephone.flows import Sale, announced, telephone_state
from registration.signup.telephone.rules import as_staff_sell, staff_problems
from registration.signup.telephone.schemas import TelephoneAnswer, TelephoneSignup

if TYPE_CHECKING:
    from registration.service import RegistrationService


@dataclass(frozen=True)
class AmendmentSale:
    """A registration with what can be added to it now, at the prices of its own category."""

    whole: Whole
    sale: Sale
    by_staff: bool = True


def amendment_sale(here: "RegistrationService", registration_id: uuid.UUID) -> AmendmentSale:
    """What staff can add: whatever the online dates, by any way of paying that has whom to bill.

    Raises NotFound, NotInThisState unless it is confirmed and no amendment itself, SignupClosed for a draft.
    """
    with here.db.read() as session:
        whole = whole_registration(session, registration_id, here.offers)
        row = whole.registration
        refuse_unless_amendable(row)
        kept = open_to(session, whole.offer, Beneficiary(None, row.company_id))
    sold = without_common_questions(as_staff_sell(kept))
    if not (row.company_name and row.contact_email):
        # An invoice goes to a company, by mail.
        sold = replace(sold, activity=replace(sold.activity, methods=(OrderMethod.CARD,)))
    visitor = Visitor(str(row.company_id or ""), row.company_name, member=row.member)
    circumstances = circumstances_now(here, sold, visitor, channel=Channel.ON_SITE)
    circumstances = replace(circumstances, hold_seconds=here.settings.confirm_seconds)
    return AmendmentSale(whole, Sale(whole.offer, sold, circumstances, visitor))


def amend_by_staff(
    here: "RegistrationService", of: AmendmentSale, asked: AmendmentRequest, by: Caller
) -> TelephoneAnswer:
    """Add it in one short transaction; the same sent again answers as it did.

    Raises NotInThisState, SoldOut, SignupClosed, NotOffered, InvalidInput, TotalChanged, DifferentForm.
    """
    activity_id = of.sale.offer.activity.id
    if was_taken(here, of, asked):
        return telephone_state(here, activity_id, asked.amendment_id)
    planned, said = amendment_plan(here, of, asked), _said(of, asked)
    announcement = announced(here, of.sale.offer, planned, said, by)
    with here.db.write() as session:
        actions.amend(session, amended(of, asked), planned, announcement, by)
    return telephone_state(here, activity_id, asked.amendment_id)


def amended(of: AmendmentSale, asked: AmendmentRequest) -> Amended:
    """What is added to, with what limits options for its people; nothing does where people are added."""
    choices = choose(of.sale.sold, asked.items, of.sale.circumstances) if _is_of_options(of, asked) else ()
    return Amended(of.whole.registration.id, {one.product.id: one.most_each for one in choices})


def was_taken(here: "RegistrationService", of: AmendmentSale, asked: AmendmentRequest) -> bool:
    """Whether this was added already. Raises DifferentForm when it was with other content."""
    query = sa.select(column(Registration.fingerprint)).where(column(Registration.id) == asked.amendment_id)
    with here.db.read() as session:
        known = session.execute(query).scalar()
    if known not in (None, amendment_fingerprint(of.whole.registration.id, asked)):
        raise DifferentForm()
    return known is not None


def _said(of: AmendmentSale, asked: AmendmentRequest) -> TelephoneSignup:
    """The amendment as staff say a signup: how its money came, whether letters leave."""
    signup = _as_signup(of.whole.registration, asked)
    own = {"received": asked.received, "reference": asked.reference, "send": asked.send}
    return TelephoneSignup.model_validate(vars(signup) | own)


def amendment_plan(here: "RegistrationService", of: AmendmentSale, asked: AmendmentRequest) -> Plan:
    """Every row it will write. Raises InvalidInput with every field to mend, and what `plan` does."""
    first, sale = of.whole.registration, of.sale
    problems = (
        staff_problems(replace(sale.recognised, member=True), _said(of, asked), members_only=False)
        if of.by_staff
        else {}
    )
    signup = _as_signup(first, asked)
    if asked.received:
        signup = signup.model_copy(update={"method": OrderMethod.CASH})
    try:
        planned = _options_plan(here, of, asked, signup) if _is_of_options(of, asked) else _plan(of, signup)
    except InvalidInput as refusal:
        raise InvalidInput({**refusal.places, **problems}) from refusal
    if problems:
        raise InvalidInput(problems)
    paid = OrderMethod.RECEIVED if asked.received and planned.registration.total else planned.registration.method
    registration = replace(
        _as_first(planned.registration, first), channel=BY_STAFF if of.by_staff else Channel.ONLINE, method=paid
    )
    marked = replace(planned, registration=registration, fingerprint=amendment_fingerprint(first.id, asked))
    return sealed_plan(here, sale.offer, marked)


def _as_first(added: RegistrationRow, first: RegistrationRow) -> RegistrationRow:
    """An amendment is its registration's: the same company, the same category."""
    return replace(added, amends_id=first.id, company_id=first.company_id, member=first.member)


def _plan(of: AmendmentSale, signup: SignupRequest) -> Plan:
    return plan(of.sale.sold, signup, of.sale.circumstances)


def _is_of_options(of: AmendmentSale, asked: AmendmentRequest) -> bool:
    return of_options(choose(of.sale.sold, asked.items, of.sale.circumstances))


def _options_plan(
    here: "RegistrationService", of: AmendmentSale, asked: AmendmentRequest, signup: SignupRequest
) -> Plan:
    """Options for people who come already: a signup that brings nobody, with whom its units are for."""
    sale, people = of.sale, chosen_people(of.whole.active, asked.places)
    # What a signup of a place would be refused for is refused here too: the activity may be over, or cancelled.
    refuse_unless_sold(sale.sold, sale.circumstances.now)
    choices = choose(sale.sold, asked.items, sale.circumstances)
    with here.db.read() as session:
        problems = option_problems(choices, people, queries.options_held(session, of.whole.registration.id))
    owed = total(choices, sale.circumstances)
    ways = {one for one in sale.sold.activity.methods if one != "card" or sale.circumstances.card_offered}
    ways |= {OrderMethod.CASH} if of.by_staff else set()
    problems |= {} if asked.terms_accepted else {"terms_accepted": "problem.terms"}
    if owed.total and signup.method not in ways:
        problems |= {"method": "problem.method"}
    elif signup.method == OrderMethod.CARD and owed.total < LEAST_BY_CARD:
        problems |= {"method": "problem.card_minimum"}
    if problems:
        raise InvalidInput(problems)
    if asked.expected_total not in (None, owed.total):
        raise TotalChanged(field="total")
    method = signup.method if owed.total else OrderMethod.FREE
    planned = rows(sale.sold, signup, choices, sale.circumstances, Terms(owed, method))
    return replace(planned, add_ons=option_shares(planned.lines, people, asked.amendment_id))


def _as_signup(registration: RegistrationRow, asked: AmendmentRequest) -> SignupRequest:
    """The amendment as a signup by the same contact, for the same company, billed to the same address."""
    return SignupRequest(
        registration_id=asked.amendment_id,
        lang="en" if registration.lang == "en" else "fr",
        contact=Contact(
            first_name=registration.contact_first,
            last_name=registration.contact_last,
            email=registration.contact_email,
            phone=registration.contact_phone,
        ),
        company=registration.company_name,
        items=asked.items,
        contact_attends=False,
        method=asked.method,
        bill_to=BillTo(**vars(registration.bill_to)),
        terms_accepted=asked.terms_accepted,
        expected_total=asked.expected_total,
    )
