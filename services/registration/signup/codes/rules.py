"""What a code asks of whoever uses it: the company it is for, or to be the person it was made for."""

from collections.abc import Sequence

from registration.catalog.offers.rules import ProductOffer
from registration.catalog.rules import MEMBER_PRICES, Who
from registration.registrations.rules_rows import LineRow, code_units
from registration.signup.rules import Circumstances
from registration.signup.rules_check import Problems
from registration.signup.rules_choices import Choice, places
from registration.signup.schemas import Item, SignupRequest


def problems_of_code(request: SignupRequest, choices: Sequence[Choice], circumstances: Circumstances) -> Problems:
    """By field: a company, where each has its share of the code; her own name among those who come, where it was made
    for one person."""
    problems: Problems = {}
    if circumstances.code.per_company and not (request.company or circumstances.visitor.company_id):
        problems |= {"company": "problem.company_for_code"}
    person = circumstances.code_person
    coming = [place.person for place in places(request, choices)]
    if person and not any(person.is_named(one.first_name, one.last_name) for one in coming):
        problems |= {"code": "problem.code_of_another"}
    return problems


def served_by_code(lines: Sequence[LineRow], circumstances: Circumstances) -> int:
    """Units of these lines that the code serves; none when it opens a price that was not chosen, or lowers nothing."""
    serves = circumstances.code.percent_off > 0 or any(line.who == Who.CODE or line.lowered_by for line in lines)
    return code_units(line.for_code for line in lines) if serves else 0


def as_served(item: Item, product: ProductOffer, circumstances: Circumstances) -> Item:
    """A member's place that only a code opens is the code's: its line says so, and what the code served is counted by
    it."""
    by_code = circumstances.code.opens == MEMBER_PRICES and not circumstances.visitor.member and not product.add_on
    return item.model_copy(update={"who": Who.CODE.value}) if by_code and item.who == "member" else item
