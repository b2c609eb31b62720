"""What member prices come to beside the fees, for programs."""

import uuid

from fastapi import APIRouter
from pydantic import BaseModel, Field

from kit.contracts import Cents, Count, Day
from registration.renewals.discounts.queries import discounts
from registration.renewals.discounts.rules import Discount, FeeTested
from registration.service import READERS, Here

router = APIRouter(tags=["members"])


class DiscountOut(BaseModel):
    """The most that a member saves on one unit of a product."""

    activity_id: uuid.UUID = Field(description="Id of the activity.")
    activity: str = Field(description="Its title, in French.", examples=["5 à 7 caricatures"])
    product: str = Field(description="Label of the product, in French.", examples=["Place"])
    others: Cents = Field(description="Price of others before taxes, in cents.", examples=[8500])
    member: Cents = Field(description="Price of members at the same moment, in cents.", examples=[6500])
    discount: Cents = Field(description="The difference, in cents.", examples=[2000])

    @classmethod
    def of(cls, one: Discount) -> "DiscountOut":
        return cls(
            activity_id=one.activity_id,
            activity=one.activity.fr,
            product=one.product.fr,
            others=one.others,
            member=one.member,
            discount=one.amount,
        )


class FeeTestedOut(BaseModel):
    """A fee beside the sum of the discounts."""

    most: Count | None = Field(description="Companies of up to so many people; null: of any size.", examples=[20])
    fee: Cents = Field(description="Fee before taxes, in cents.", examples=[37500])
    limit: Cents = Field(description="30 % of it, in cents.", examples=[11250])
    percent: Count = Field(description="The discounts in hundredths of the fee, rounded down.", examples=[24])
    reached: bool = Field(description="The discounts come to 30 % of the fee or more.", examples=[False])

    @classmethod
    def of(cls, one: FeeTested) -> "FeeTestedOut":
        return cls(most=one.most, fee=one.fee, limit=one.limit, percent=one.percent, reached=one.reached)


class DiscountsView(BaseModel):
    """What member prices come to in the period of memberships that today is in, a unit of each product counted."""

    starts: Day = Field(description="First day of the period.", examples=["2026-07-01"])
    ends: Day = Field(description="Its last day.", examples=["2027-06-30"])
    total: Cents = Field(description="Sum of the discounts, in cents.", examples=[9000])
    fees: list[FeeTestedOut] = Field(description="Each fee of the scale beside that sum.")
    discounts: list[DiscountOut] = Field(description="Each product with a price for members, the largest first.")


@router.get("/api/staff/fees/discounts", dependencies=[READERS])
def read_discounts(here: Here) -> DiscountsView:
    """Each fee beside the sum of what a member may save on the activities of the period, and each saving."""
    with here.db.read() as session:
        found = discounts(session, here.member_terms().day)
    return DiscountsView(
        starts=found.period.starts,
        ends=found.period.ends,
        total=found.total,
        fees=[FeeTestedOut.of(one) for one in found.fees],
        discounts=[DiscountOut.of(one) for one in found.discounts],
    )
