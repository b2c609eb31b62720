"""Taxes and accounts of the prices of an activity, as the API takes and gives them."""

from pydantic import BaseModel, Field

from kit.contracts import Cents
from kit.contracts.texts import Line
from kit.money import TaxClass
from registration.catalog.sections.rules_taxes import TaxDecision, waits
from registration.catalog.sections.schemas import PriceText, ProductText


class TaxedPriceIn(BaseModel):
    """What is decided about one price."""

    tax_class: TaxClass = Field(description="How it is taxed.", examples=["taxable"])
    gl_account: Line = Field(description="Account of the books.", examples=["4210"])
    to_confirm: bool = Field(description="It is still to be confirmed.", examples=[False])

    @property
    def decision(self) -> TaxDecision:
        return TaxDecision(self.tax_class, self.gl_account.strip(), self.to_confirm)


class TaxesIn(BaseModel):
    """What is decided, price by price; a price that is not named stays as it is."""

    prices: dict[str, TaxedPriceIn] = Field(description="By the key of the price.", max_length=3000)


class TaxedPrice(TaxedPriceIn):
    """One price with how it is taxed."""

    key: str = Field(description="Key of the price.", examples=["golf-quat-m"])
    product: Line = Field(description="Name of the product in French.", examples=["Quatuor"])
    label_fr: str = Field(description="Name of the price in French.", examples=["Quatuor – Membre"])
    label_en: str = Field(description="Name of the price in English.", examples=["Foursome – Member"])
    who: str = Field(description="For whom it is.", examples=["member"])
    amount: Cents = Field(description="Amount before tax, in cents.", examples=[70000])
    note: str = Field(description="What was noted about it; empty: nothing.", examples=["T13"])

    @classmethod
    def of(cls, product: ProductText, price: PriceText) -> "TaxedPrice":
        return cls(
            key=price.key,
            product=product.label.fr,
            label_fr=price.label.fr,
            label_en=price.label.en,
            who=price.who.value,
            amount=price.amount,
            note=price.tax_review.get("note", ""),
            tax_class=price.tax_class,
            gl_account=price.gl_account,
            to_confirm=waits(price),
        )


class TaxesView(BaseModel):
    """Every price of an activity with how it is taxed; `mark` names this state of it."""

    prices: list[TaxedPrice] = Field(description="In the order of the page.")
    mark: str = Field(description="Mark of what was read.", examples=["5f3a"])
