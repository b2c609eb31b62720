"""Who may buy coverages, and the plan's activity as it is sold: so many units, which bring nobody."""

from dataclasses import replace

from registration.catalog.offers.rules import Offer, ProductOffer
from registration.catalog.rules import NotOffered, Visitor
from registration.plans.rules import NotAMember, Whose


def covering(offer: Offer) -> Offer:
    """The plan's activity as companies buy it: anybody else is told to ask their employer. What brings one person when
    it is a place covers one employee here, who is no attendee."""
    products = tuple(replace(one, attendees=0, covers=True) if one.is_place else one for one in offer.products)
    sale = replace(offer.activity.sale, signup_open=True)
    return replace(offer, activity=replace(offer.activity, sale=sale), products=products)


def product_of(offer: Offer) -> ProductOffer:
    """What covers one employee. Raises NotOffered when the activity sells nothing of the kind."""
    found = next((one for one in offer.products if one.is_place), None)
    if found is None:
        raise NotOffered()
    return found


def refuse_others(whose: Whose, visitor: Visitor) -> None:
    """Member companies only, in good standing or in arrears: those who are not are told how to join. Raises
    NotAMember."""
    if visitor.company_id != str(whose.company_id) or not (visitor.member or visitor.in_arrears):
        raise NotAMember()
