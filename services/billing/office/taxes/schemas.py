"""The taxes of a period and the documents behind them, as the JSON API shows them. Amounts are integer cents."""

import uuid
from typing import Literal, Self

from pydantic import BaseModel, Field

from billing.association.rules import FIRST_YEAR, LAST_YEAR, Period
from billing.documents.rules import PaperKind
from billing.office.taxes.view import TaxLine
from kit.contracts import Cents, Count, Day


class QuarterQuestion(BaseModel):
    """Which quarter of the calendar."""

    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR, description="Year of the calendar.", examples=[2027])
    quarter: int = Field(ge=1, le=4, description="Its quarter: 1 is January to March.", examples=[1])

    @property
    def period(self) -> Period:
        return Period.of_quarter(self.year, self.quarter)


class TaxLineView(BaseModel):
    """One line of the return."""

    key: str = Field(
        description="`supplies` (line 101) and what it is made of, `tps`, `tvq`, `out_of_scope`.", examples=["tps"]
    )
    number: str = Field(
        description="Number of the line in the return; empty: part of one, or in none.", examples=["103"]
    )
    invoices: Cents = Field(description="What the invoices of the period say, in cents.", examples=[5450])
    credits: Cents = Field(description="What its credit notes take back, in cents; zero or negative.", examples=[-425])
    net: Cents = Field(description="Both together: what is reported, in cents.", examples=[5025])

    @classmethod
    def of(cls, line: TaxLine) -> Self:
        return cls(key=line.key, number=line.number, invoices=line.invoices, credits=line.credits, net=line.net)


class TaxReturnView(BaseModel):
    """The taxes of a period, on the days of the documents."""

    since: Day = Field(description="First day of the period, in the association's calendar.")
    until: Day = Field(description="Last day of the period.")
    lines: list[TaxLineView] = Field(description="Lines of the return; supplies are before taxes.")
    outside: TaxLineView = Field(description="What is outside the taxes, before taxes: in no line.")
    to_confirm: Count = Field(description="Documents within the lines of which a tax is to be confirmed.", examples=[0])


class DocumentsQuestion(BaseModel):
    """Which documents."""

    since: Day = Field(description="First day on which they were issued.", examples=["2027-03-01"])
    until: Day = Field(description="Last day on which they were issued.", examples=["2027-03-31"])
    kind: Literal["", "invoice", "credit_note"] = Field(default="", description="Only this kind; empty: both.")
    review: bool = Field(default=False, description="Only those of which a tax is to be confirmed.")
    after: uuid.UUID | None = Field(default=None, description="Only those after this one.")


class IssuedView(BaseModel):
    """One document; negative amounts on a credit note."""

    id: uuid.UUID = Field(description="Its id.")
    kind: PaperKind = Field(description="An invoice, or a credit note.", examples=["invoice"])
    number: str = Field(description="Its number.", examples=["F-2027-00012"])
    issued_on: Day = Field(description="Day of issue, in the association's calendar.")
    order_id: uuid.UUID = Field(description="The order it is of, or the first of several.")
    code: str = Field(description="Code of that order.", examples=["7K2M9Q"])
    buyer: str = Field(description="The company, or the person.", examples=["Usinage Valbrume inc."])
    subtotal: Cents = Field(description="Before taxes, in cents.", examples=[21500])
    taxable: Cents = Field(description="The taxable part of it, in cents.", examples=[21500])
    tps: Cents = Field(description="GST (TPS), in cents.", examples=[1075])
    tvq: Cents = Field(description="QST (TVQ), in cents.", examples=[2145])
    total: Cents = Field(description="With taxes, in cents.", examples=[24720])


class IssuedList(BaseModel):
    """Documents of a period, oldest first."""

    documents: list[IssuedView] = Field(description="One page of them.")
    total: Count = Field(description="How many there are on all pages.", examples=[2])
    subtotal: Cents = Field(description="What all come to before taxes, in cents.", examples=[109000])
    tps: Cents = Field(description="What all come to in GST (TPS), in cents.", examples=[5450])
    tvq: Cents = Field(description="What all come to in QST (TVQ), in cents.", examples=[10874])
    amount: Cents = Field(description="What all come to with taxes, in cents.", examples=[125324])
    next: uuid.UUID | None = Field(description="Ask with `after` this for the next page; null on the last.")
