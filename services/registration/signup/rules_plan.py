"""A signup worked out before any lock is taken: every row it will write, and every refusal that needs no database.

Amounts are cents; the day that taxes are computed for is the activity's local day.
"""

from collections.abc import Sequence

from kit.contracts import LEAST_BY_CARD
from kit.contracts.problems import spelled
from kit.errors import InvalidInput
from kit.money import Amounts, Line
from registration.catalog.offers.rules import Offer
from registration.catalog.rules import ActivityStatus, NotOffered, SaleState, best_price, groups, lowered
from registration.registrations.rules import SoldOut
from registration.signup.codes.rules import as_served, problems_of_code
from registration.signup.rules import Circumstances, MembersOnly, Plan, SignupClosed, TotalChanged
from registration.signup.rules_check import Problems, find_problems, invoice_problems
from registration.signup.rules_choices import Choice
from registration.signup.rules_rows import Terms, rows
from registration.signup.schemas import Item, SignupRequest
from registration.signup.sponsorships.rules import expanded, sponsorship_problems, with_benefits


def choose(offer: Offer, items: tuple[Item, ...], circumstances: Circumstances) -> list[Choice]:
    """Each item with the price that applies to this visitor now. Raises NotOffered."""
    choices = []
    for number, item in enumerate(items):
        product = offer.product(item.product)
        if product is None or product.on_request:
            raise NotOffered(field=spelled(("items", number)))
        now, channel, code = circumstances.now, circumstances.channel, circumstances.code
        if item.who not in groups(product.prices, circumstances.visitor, now, channel, code):
            raise NotOffered(field=spelled(("items", number)))
        price = best_price(product.prices, item.who, item.quantity, now, channel, code)
        served = as_served(item, product, circumstances)
        choices.append(Choice(served, product, price, lowered(price.amount, circumstances.code, product.add_on)))
    return choices


def total(choices: Sequence[Choice], circumstances: Circumstances) -> Amounts:
    """What the choices come to, with taxes, on the activity's local day."""
    lines = [Line(choice.amount * choice.item.quantity, choice.price.tax_class) for choice in choices]
    return circumstances.owed(lines)


def plan(offer: Offer, request: SignupRequest, circumstances: Circumstances) -> Plan:
    """Everything the signup will write.

    Raises SignupClosed, MembersOnly, SoldOut, CodeUsedUp, CodeNotNow, NotOffered, InvalidInput (fields named) or
    TotalChanged.
    """
    _refuse_unless_open(offer, circumstances)
    if circumstances.code_refusal:
        raise circumstances.code_refusal
    choices = choose(offer, request.items, circumstances)
    found = total(choices, circumstances)
    method = _method(offer, request, found.total, circumstances)
    problems = find_problems(offer, request, choices, circumstances.channel == "on_site", circumstances.reach)
    if circumstances.code_unknown:
        # Never at another price than the one that whoever wrote a code counts on.
        problems = {"code": "problem.code", **problems}
    problems |= sponsorship_problems(offer, choices) | _method_problems(request, method, found.total)
    problems |= problems_of_code(request, choices, circumstances)
    if problems:
        raise InvalidInput(problems)
    if request.expected_total is not None and request.expected_total != found.total:
        raise TotalChanged(field="total")
    planned = rows(offer, request, expanded(offer, choices), circumstances, Terms(found, method))
    return with_benefits(offer, planned, circumstances)


def _method_problems(request: SignupRequest, method: str, owed: int) -> Problems:
    """What is wrong with the way of paying, by field."""
    if not method:
        return {"method": "problem.method"}
    if method == "card" and owed < LEAST_BY_CARD:
        return {"method": "problem.card_minimum"}
    return invoice_problems(request) if method == "invoice" else {}


def _refuse_unless_open(offer: Offer, circumstances: Circumstances) -> None:
    state = offer.state(circumstances.now)
    if offer.activity.status is ActivityStatus.DRAFT:
        raise SignupClosed()
    if circumstances.channel == "on_site" and state in (SaleState.CLOSED, SaleState.NOT_YET):
        return  # At the door the online dates do not apply.
    if state is SaleState.SOLD_OUT:
        raise SoldOut()
    if state is not SaleState.OPEN:
        raise SignupClosed()
    if offer.activity.members_only and not circumstances.visitor.member:
        raise MembersOnly()


def _method(offer: Offer, request: SignupRequest, owed: int, circumstances: Circumstances) -> str:
    """Empty when the way asked for is not offered."""
    if owed == 0:
        return "free"
    offered = {method for method in offer.activity.methods if method != "card" or circumstances.card_offered}
    if circumstances.channel == "on_site":
        offered |= {"cash"}
    return request.method if request.method in offered else ""
