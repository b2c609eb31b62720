"""A notice of renewal as programs see it, and what a company answers."""

import uuid
from typing import Annotated

from fastapi import Header
from pydantic import BaseModel, Field

from kit.contracts import Cents, Day
from registration.renewals.queries_seen import SeenRenewal
from registration.renewals.rules import NoticeState

NoticeToken = Annotated[str, Header(alias="X-Link-Token", description="The secret part of the link of the notice")]


class RenewalOut(BaseModel):
    """What a company is asked, and what became of it."""

    id: uuid.UUID = Field(description="Id of the notice; that of the order, and of the period that follows.")
    state: NoticeState = Field(description="What became of it.")
    company: str = Field(description="Name of the company.", examples=["Usinage Valbrume inc."])
    number: str = Field(description="Number of the notice; empty: it has none yet.", examples=["AC-2027-00001"])
    starts: Day = Field(description="First day of the period.", examples=["2027-07-01"])
    ends: Day = Field(description="Last day of the period.", examples=["2028-06-30"])
    fee: Cents = Field(description="The fee before taxes, in cents.", examples=[37500])
    total: Cents = Field(description="With taxes if it has any, in cents.", examples=[37500])
    answer_by: Day = Field(description="Last day to answer; then the notice lapses.", examples=["2027-08-29"])
    invoice: str = Field(description="Number of the invoice; empty: none was issued.", examples=["F-2027-00031"])
    due_on: Day = Field(description="Day until which the fee is payable once it is agreed to.", examples=["2027-07-31"])
    paid_on: Day | None = Field(description="Day on which it was paid; null: it was not.", examples=["2027-06-02"])

    @classmethod
    def of(cls, found: SeenRenewal) -> "RenewalOut":
        renewal = found.renewal
        return cls(
            id=renewal.id,
            state=found.state,
            company=found.company.name,
            number=renewal.number,
            starts=renewal.starts,
            ends=renewal.ends,
            fee=renewal.fee,
            total=renewal.total,
            answer_by=renewal.answer_by,
            invoice=renewal.invoice_number,
            due_on=found.due_on,
            paid_on=found.paid_on,
        )
