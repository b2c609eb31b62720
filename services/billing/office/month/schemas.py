"""A month of the association and the entries behind it, as the JSON API shows them. Amounts are integer cents."""

import uuid

from pydantic import BaseModel, Field

from billing.association.rules import FIRST_YEAR, LAST_YEAR, Period
from billing.office.month.queries import Age, Move
from billing.office.month.queries_behind import Figure
from billing.office.month.view import FIGURES
from billing.office.taxes.schemas import TaxLineView
from kit.contracts import Cents, Count, Day, PaymentMethod
from kit.errors import InvalidInput


class MonthQuestion(BaseModel):
    """Which month."""

    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR, description="Year of the calendar.", examples=[2027])
    month: int = Field(ge=1, le=12, description="Its month.", examples=[3])

    @property
    def period(self) -> Period:
        return Period.of_month(self.year, self.month)


class EntriesQuestion(MonthQuestion):
    """Which figure of which month."""

    of: str = Field(max_length=20, description="What moved (`payments`), an age (`late_30`), a way of paying (`card`).")
    after: uuid.UUID | None = Field(default=None, description="Only those after this one.")

    def figure(self) -> Figure:
        """Raises InvalidInput."""
        if self.of not in FIGURES:
            raise InvalidInput({"of": "month.no_such_figure"})
        return FIGURES[self.of]


class MoveView(BaseModel):
    """What changed what is owed."""

    of: Move = Field(description="What it was.", examples=["payments"])
    count: Count = Field(description="How many.", examples=[1])
    amount: Cents = Field(description="In cents, taxes included; negative: less is owed.", examples=[-10923])


class AgeView(BaseModel):
    """What is owed, by how long since it was first due."""

    of: Age = Field(
        description="`current`: not due yet; late by up to 30, 60 or 90 days; `later`: by more; `held`: the buyer's.",
        examples=["late_30"],
    )
    count: Count = Field(description="Of so many orders.", examples=[2])
    amount: Cents = Field(description="What is left of them in cents, taxes included.", examples=[104628])


class MeansView(BaseModel):
    """Payments that came one way."""

    method: PaymentMethod = Field(description="How they came.", examples=["cash"])
    count: Count = Field(description="How many.", examples=[1])
    amount: Cents = Field(description="What came, in cents, refunds not taken off.", examples=[10925])
    rounding: int = Field(description="The part of it that pays nothing: coins of 5 cents, in cents.", examples=[2])


class ToConfirmView(BaseModel):
    """What somebody must look at first."""

    tax_documents: Count = Field(description="Invoices of the month of which a tax is to be confirmed.", examples=[0])
    tax_amount: Cents = Field(description="Their amount in cents, taxes included.", examples=[0])
    events: Count = Field(description="Events of Stripe that nothing explains, today.", examples=[0])
    refunds: Count = Field(description="Refunds to be made by hand, today.", examples=[0])
    refunds_amount: Cents = Field(description="Their amount in cents.", examples=[0])


class MonthView(BaseModel):
    """A month as the books have it. What was owed before it, plus what moved, is what is owed at its end."""

    since: Day = Field(description="First day, in the association's calendar.")
    until: Day = Field(description="Last day.")
    on: Day = Field(description="The day at whose end something is owed: the last one, or today.")
    to_confirm: ToConfirmView = Field(description="What to look at first.")
    opening: int = Field(description="Owed to the association before the month, in cents.", examples=[0])
    moves: list[MoveView] = Field(description="What moved it.")
    closing: int = Field(description="Owed at its end, in cents.", examples=[104628])
    ages: list[AgeView] = Field(description="What is owed at its end, by age; they add up to `closing`.")
    means: list[MeansView] = Field(description="Payments by how they came.")
    taxes: list[TaxLineView] = Field(description="Taxes of the month, as lines of the return.")


class EntryView(BaseModel):
    """One entry behind a figure."""

    id: uuid.UUID = Field(description="Its id.")
    day: Day = Field(description="When it was written or received, or was first due.")
    what: str = Field(description="What it is: a memo of the ledger, a way of paying, an age.", examples=["payment"])
    detail: str = Field(description="Number of the invoice, or reference of the payment.", examples=["F-2027-00012"])
    amount: int = Field(description="In cents, signed as in the figure.", examples=[-10923])
    order_id: uuid.UUID | None = Field(description="The order it is about, or the first of several.")
    code: str = Field(description="Code of that order.", examples=["7K2M9Q"])
    buyer: str = Field(description="The company, or the person.", examples=["Usinage Valbrume inc."])


class EntryList(BaseModel):
    """The entries behind a figure, oldest first."""

    entries: list[EntryView] = Field(description="One page of them.")
    total: Count = Field(description="How many there are on all pages.", examples=[1])
    amount: int = Field(description="What all come to, in cents: the figure.", examples=[-10923])
    next: uuid.UUID | None = Field(description="Ask with `after` this for the next page; null on the last.")
