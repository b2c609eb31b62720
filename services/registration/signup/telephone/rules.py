"""What staff may sell that the public page does not, and what they must say for it. Amounts are cents."""

from dataclasses import replace

from kit.contracts import OrderMethod
from kit.contracts.problems import Where
from kit.errors import Refusal
from registration.catalog.offers.rules import Offer
from registration.catalog.offers.rules_activity import ActivityOffer
from registration.catalog.rules import ActivityStatus, Channel, PriceOption, Visitor
from registration.signup.rules import SignupClosed
from registration.signup.telephone.schemas import TelephoneSignup

# Characters that the books hold of a cheque's number.
LONGEST_REFERENCE = 80
# Ways of paying that wait for something; what staff have in hand is added to them.
WAYS = (OrderMethod.INVOICE, OrderMethod.CARD)


class EnrolledByCompanies(Refusal):
    """Companies cover their people themselves: staff take no name of theirs, and send whoever may the link to do it."""


def refuse_covering(activity: ActivityOffer) -> None:
    """Raises EnrolledByCompanies for what covers people."""
    if activity.covers_people:
        raise EnrolledByCompanies()


def as_staff_sell(offer: Offer) -> Offer:
    """The activity as staff sell it: the page's prices whatever its dates, sponsor levels among them.

    Raises SignupClosed for a draft: nobody can see what they would be signed up for.
    """
    if offer.activity.sale.status is ActivityStatus.DRAFT:
        raise SignupClosed()
    products = tuple(replace(product, prices=_by_hand(product.prices)) for product in offer.products)
    return replace(offer, activity=_freely_sold(offer.activity), products=products)


def _freely_sold(activity: ActivityOffer) -> ActivityOffer:
    """At any time until it ends, paid in any way that the association takes."""
    sale = replace(activity.sale, opens_at=None, closes_at=None)
    return replace(activity, sale=sale, methods=WAYS)


def _by_hand(prices: tuple[PriceOption, ...]) -> tuple[PriceOption, ...]:
    """The prices of the page; the door's, where the page sells nothing of it. Staff stand behind them as at the door:
    an address is not needed then, and cash is taken."""
    own = tuple(price for price in prices if price.channel is Channel.ONLINE) or prices
    return tuple(replace(price, channel=Channel.ON_SITE) for price in own)


def is_member(recognised: Visitor, asked: TelephoneSignup) -> bool:
    """Whether it counts as a member's: of a company that was recognised, or at a price that staff gave."""
    return recognised.member or any(item.who == "member" for item in asked.items)


def staff_problems(recognised: Visitor, asked: TelephoneSignup, members_only: bool) -> dict[Where, str]:
    """What staff must still say, by field."""
    favoured = members_only or is_member(recognised, asked)
    found = {
        "reason": (favoured and not recognised.member and not asked.reason, "telephone.reason_needed"),
        "method": ((asked.method == "received") != bool(asked.received), "problem.method"),
        "reference": (len(asked.reference) > LONGEST_REFERENCE, "telephone.reference_too_long"),
    }
    return {field: problem for field, (wrong, problem) in found.items() if wrong}
