"""What an accountant decides about prices (`domain.md` T10, T13, T16): class, account, and whether it is settled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kit.errors import InvalidInput
from kit.money import TaxClass
from registration.catalog.sections.schemas import Prices, PriceText

ACCOUNT_LENGTH = 20
# What the review of a price says while its taxes are not settled.
TO_CONFIRM = "to_confirm"


@dataclass(frozen=True)
class TaxDecision:
    """How one price is taxed, on which account it is booked, and whether the accountant still has to confirm it."""

    tax_class: TaxClass
    gl_account: str
    to_confirm: bool


# What the accountants of such associations book sponsorships on, as the sample does.
SPONSORING = TaxDecision(TaxClass.OUT_OF_SCOPE, "4220", to_confirm=True)


def first_taxes(price: PriceText) -> PriceText:
    """A new price of a sponsor level until the accountant settles it (`domain.md` T13): no supply, to be confirmed. One
    whose taxes were reviewed, or that is said to be anything but taxable, stays as it is."""
    if price.tax_review or price.tax_class is not TaxClass.TAXABLE:
        return price
    account = price.gl_account or SPONSORING.gl_account
    return price.model_copy(
        update={"tax_class": SPONSORING.tax_class, "gl_account": account, "tax_review": {"status": TO_CONFIRM}}
    )


def decided(prices: Prices, decisions: Mapping[str, TaxDecision], today: date) -> Prices:
    """The prices with these decisions, by their keys, and nothing else changed; a price that is not named stays as it
    is. Raises InvalidInput for a key that no price has, and for an account that is too long."""
    keys = {price.key for product in prices.products for price in product.prices}
    wrong = {f"prices.{key}": "problem.unknown_price" for key in decisions.keys() - keys}
    wrong |= {
        f"prices.{key}.gl_account": "problem.account"
        for key, decision in decisions.items()
        if len(decision.gl_account) > ACCOUNT_LENGTH
    }
    if wrong:
        raise InvalidInput(wrong)
    products = [
        product.model_copy(
            update={"prices": tuple(_decided(price, decisions.get(price.key), today) for price in product.prices)}
        )
        for product in prices.products
    ]
    return prices.model_copy(update={"products": tuple(products)})


def waits(price: PriceText) -> bool:
    """Whether its taxes are still to be confirmed."""
    return price.tax_review.get("status") == TO_CONFIRM


def _decided(price: PriceText, decision: TaxDecision | None, today: date) -> PriceText:
    if decision is None:
        return price
    review = price.tax_review
    if decision.to_confirm != waits(price):
        status = {"status": TO_CONFIRM} if decision.to_confirm else {"status": "confirmed", "on": today.isoformat()}
        review = review | status
    return price.model_copy(
        update={"tax_class": decision.tax_class, "gl_account": decision.gl_account, "tax_review": review}
    )
