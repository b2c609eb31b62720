"""What an activity needs before everybody sees it, in the order of the editor."""

from collections.abc import Iterator
from dataclasses import dataclass

from registration.catalog.sections.rules import Draft, span
from registration.catalog.sections.rules_taxes import waits
from registration.catalog.sections.schemas import SectionName

# What is told by other kinds of activities than those one goes to: a form may have no price and no place.
FORMS = {"survey", "call_for_projects", "interest_form"}
AT_ANY_TIME = {"benefit_enrolment", "intake_and_matching", *FORMS}


@dataclass(frozen=True)
class Gap:
    """Something that is missing. What is not `needed` is worth a look, and keeps nobody from publishing."""

    section: SectionName
    what: str
    needed: bool = True


def gaps(draft: Draft) -> list[Gap]:
    """Everything that is missing or worth a look."""
    return [*_told(draft), *_sold(draft)]


def _told(draft: Draft) -> Iterator[Gap]:
    essentials = draft.essentials
    if not essentials.title.fr or not essentials.summary.fr:
        yield Gap(SectionName.ESSENTIALS, "french_text")
    if not essentials.title.en or not essentials.summary.en:
        yield Gap(SectionName.ESSENTIALS, "english_text", needed=False)
    place = essentials.place
    if draft.kind not in AT_ANY_TIME and not (place.name or place.city or place.online or place.stops):
        yield Gap(SectionName.ESSENTIALS, "place")
    first, last = span(draft.dates)
    if draft.kind not in AT_ANY_TIME and (first is None or last is None):
        yield Gap(SectionName.DATES, "dates")


def _sold(draft: Draft) -> Iterator[Gap]:
    products, essentials = draft.prices.products, draft.essentials
    priced = [product for product in products if product.prices]
    if draft.kind not in FORMS and essentials.signup_open and not priced:
        yield Gap(SectionName.PRICES, "prices")
    paid = [price for product in products for price in product.prices if price.amount]
    if any(not price.gl_account for price in paid):
        yield Gap(SectionName.PRICES, "accounts", needed=False)
    if any(waits(price) for price in paid):
        yield Gap(SectionName.PRICES, "taxes_to_confirm", needed=False)
    bounded = any(uses for uses in draft.resources.uses.values())
    if priced and not bounded:
        yield Gap(SectionName.RESOURCES, "unlimited", needed=False)
    if paid and essentials.signup_open and not draft.terms.methods:
        yield Gap(SectionName.TERMS, "methods")
    if paid and essentials.signup_open and not draft.terms.cancellation:
        yield Gap(SectionName.TERMS, "cancellation", needed=False)
    if not draft.welcome.points and draft.kind not in AT_ANY_TIME:
        yield Gap(SectionName.WELCOME, "points", needed=False)
