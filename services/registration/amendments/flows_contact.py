"""What the contact adds to a confirmed registration, until the names' deadline."""

from dataclasses import replace
from typing import TYPE_CHECKING

from kit.contracts import OrderMethod
from registration.amendments import actions
from registration.amendments.flows import AmendmentSale, amended, amendment_plan, was_taken
from registration.amendments.rules import refuse_unless_amendable, without_common_questions
from registration.amendments.schemas import AmendmentRequest, ContactAmendment
from registration.catalog.allotments.queries import open_to
from registration.catalog.allotments.rules import Beneficiary
from registration.catalog.rules import Visitor
from registration.changes.actions_answers import BY_LINK
from registration.changes.flows import refuse_if_late
from registration.registrations.queries import Whole, registration_by_id
from registration.registrations.rules_rows import RegistrationRow
from registration.signup.actions_proposal import Limits, Proposal
from registration.signup.flows import announcement_of, circumstances_now
from registration.signup.telephone.flows import Sale
from registration.strangers.rules import Stranger

if TYPE_CHECKING:
    from registration.service import RegistrationService


def contact_sale(here: "RegistrationService", whole: Whole) -> AmendmentSale:
    """What the contact can add: the page's prices of the registration's own category, whether its sale is open or not.

    Raises TooLate after the names' deadline, NotInThisState unless it is confirmed and no amendment itself.
    """
    row = whole.registration
    refuse_unless_amendable(row)
    refuse_if_late(here, whole)
    with here.db.read() as session:
        kept = open_to(session, whole.offer, Beneficiary(None, row.company_id))
    sale = replace(kept.activity.sale, opens_at=None, closes_at=None)
    billed = bool(row.company_name and row.contact_email)
    methods = tuple(one for one in kept.activity.methods if billed or one != OrderMethod.INVOICE)
    products = tuple(product for product in kept.products if not product.level.is_level)
    sold = replace(kept, activity=replace(kept.activity, sale=sale, methods=methods), products=products)
    visitor = Visitor(str(row.company_id or ""), row.company_name, member=row.member)
    sold = without_common_questions(sold)
    return AmendmentSale(
        whole, Sale(whole.offer, sold, circumstances_now(here, sold, visitor), visitor), by_staff=False
    )


def as_asked(added: ContactAmendment) -> AmendmentRequest:
    """The contact's words as staff would say them."""
    return AmendmentRequest(**vars(added))


def amend_by_contact(
    here: "RegistrationService", of: AmendmentSale, added: ContactAmendment, stranger: Stranger
) -> RegistrationRow:
    """Add it in one short transaction; the amendment as it stands then, or as it stood already.

    Raises what a signup does, NotInThisState, DifferentForm.
    """
    asked, first = as_asked(added), of.whole.registration
    if not was_taken(here, of, asked):
        planned, activity = amendment_plan(here, of, asked), of.sale.offer.activity
        limits = Limits(activity.confirm_above, of.sale.circumstances.confirm_seconds, activity.company_places)
        proposal = Proposal(planned, announcement_of(here, of.sale.offer, planned), limits)
        counted = stranger if first.company_id is None else None
        with here.db.write() as session:
            actions.amend_within_limits(session, amended(of, asked), proposal, BY_LINK, counted)
    with here.db.read() as session:
        return registration_by_id(session, asked.amendment_id)
