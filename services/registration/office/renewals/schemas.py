"""Fees and notices of renewal, as the API takes and gives them."""

import uuid
from datetime import datetime

from pydantic import BaseModel, Field

from kit.contracts import Cents, Count, Day, Instant
from kit.contracts.lists import ListPage
from kit.contracts.texts import Line
from kit.money import TaxClass
from registration.links import Links
from registration.office.renewals.queries import RenewalRow, Sum
from registration.renewals.queries_seen import SeenRenewal
from registration.renewals.rules import NoticeState
from registration.renewals.scale.queries import ScaleRow
from registration.renewals.scale.rules import Scale, Step


class StepIn(BaseModel):
    """The fee of a company of up to so many people."""

    most: Count | None = Field(description="Up to so many people employed; null: any size.", examples=[20])
    fee: Cents = Field(description="The fee before taxes, in cents.", examples=[37500])


class FeesIn(BaseModel):
    """What a membership costs, and when companies are asked to renew."""

    starts_month: Count = Field(description="Month in which periods begin.", examples=[7])
    starts_day: Count = Field(description="Day of that month.", examples=[1])
    due_days: Count = Field(description="Days after the beginning when the fee is owed.", examples=[30])
    steps: list[StepIn] = Field(description="By number of people, the smallest first.", max_length=20)
    tax_class: TaxClass = Field(description="How the fee is taxed.", examples=["exempt"])
    tax_to_confirm: bool = Field(description="That is still to be confirmed.", examples=[True])
    gl_account: Line = Field(description="Account of the books.", examples=["4010"])
    reminder_days: list[Count] = Field(
        description="Days before the end of a period; the first is the notice.", examples=[[60, 30, 7]], max_length=10
    )
    automatic: bool = Field(description="Notices leave on these days without anybody doing anything.", examples=[True])

    @property
    def asked(self) -> Scale:
        return Scale(
            starts_month=self.starts_month,
            starts_day=self.starts_day,
            due_days=self.due_days,
            steps=tuple(Step(step.most, step.fee) for step in self.steps),
            tax_class=self.tax_class,
            tax_to_confirm=self.tax_to_confirm,
            gl_account=self.gl_account,
            reminder_days=tuple(self.reminder_days),
            automatic=self.automatic,
        )


class FeesSaved(FeesIn):
    """Fees to save over those that were read."""

    version: Count = Field(description="Number of what was read; 0: there was none.", examples=[1])


class FeesView(BaseModel):
    """The fees as they stand."""

    version: Count = Field(description="Number of their last change; 0: nobody has said yet.", examples=[1])
    fees: FeesIn | None = Field(description="What a membership costs; null: nobody has said yet.")

    @classmethod
    def of(cls, found: ScaleRow | None) -> "FeesView":
        if found is None:
            return cls(version=0, fees=None)
        scale = found.scale
        steps = [StepIn(most=step.most, fee=step.fee) for step in scale.steps]
        plain = {**vars(scale), "steps": steps, "reminder_days": list(scale.reminder_days)}
        return cls(version=found.version, fees=FeesIn(**plain))


class RenewalLine(BaseModel):
    """One company whose period ends."""

    period_id: uuid.UUID = Field(description="Id of the period that ends.")
    company_id: uuid.UUID = Field(description="Id of the company.")
    company: str = Field(description="Name of the company.", examples=["Usinage Valbrume inc."])
    employees: Count | None = Field(description="How many people it employs; null: not known.", examples=[18])
    state: NoticeState = Field(description="Where the asking stands.")
    renewal_id: uuid.UUID | None = Field(description="Id of the notice; null: it was not asked yet.")
    number: str = Field(description="Number of the notice; empty: it has none yet.", examples=["AC-2027-00001"])
    total: Cents | None = Field(description="What it is asked for, in cents; null: it was not asked yet.")
    reason: str = Field(description="Why it declined, if it said so.", examples=[""])
    link: str = Field(description="Page of the notice; empty: there is none.", examples=[""])
    last_came: Instant | None = Field(description="When somebody of it last came (UTC); null: never.")
    silent: bool = Field(description="Nobody of it came for a year.", examples=[False])

    @classmethod
    def of(cls, row: RenewalRow, links: Links, now: datetime) -> "RenewalLine":
        link = links.renewal(row.renewal_id, row.link_version) if row.renewal_id else ""
        return cls(
            period_id=row.period_id,
            company_id=row.company_id,
            company=row.company,
            employees=row.employees,
            state=row.state,
            renewal_id=row.renewal_id,
            number=row.number,
            total=row.total,
            reason=row.why,
            link=link,
            last_came=row.last_came,
            silent=row.silent(now),
        )


class StateSum(BaseModel):
    """How many companies stand there, and what they were asked for."""

    companies: Count = Field(description="How many companies.", examples=[38])
    total: Cents = Field(description="What they were asked for in all, in cents.", examples=[1710000])

    @classmethod
    def of(cls, one: Sum) -> "StateSum":
        return cls(companies=one.companies, total=one.cents)


class RenewalList(ListPage):
    """Companies whose period ends on a day."""

    ends: Day | None = Field(description="The day on which their periods end; null: no period ends.")
    days: list[Day] = Field(description="The days that may be asked for.")
    sums: dict[NoticeState, StateSum] = Field(description="All of that day, by where they stand.")
    renewals: list[RenewalLine] = Field(description="The companies of this page.")


class AskedOut(BaseModel):
    """What a company is asked since."""

    renewal_id: uuid.UUID = Field(description="Id of the notice.")
    state: NoticeState = Field(description="Where the asking stands.")
    number: str = Field(description="Number of the notice; empty: billing has not given it yet.", examples=[""])
    total: Cents = Field(description="What it is asked for, in cents.", examples=[37500])
    sent_times: Count = Field(description="How often its letters left.", examples=[1])

    @classmethod
    def of(cls, found: SeenRenewal) -> "AskedOut":
        renewal = found.renewal
        return cls(
            renewal_id=renewal.id,
            state=found.state,
            number=renewal.number,
            total=renewal.total,
            sent_times=renewal.times_sent,
        )
