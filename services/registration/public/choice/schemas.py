"""What a registration may choose once its activity is postponed, for programs."""

from typing import Literal

from pydantic import BaseModel, Field

from kit.contracts import Cents, Day, Instant
from registration.catalog.sections.schemas import Shape
from registration.rearrangements.rules import Answer, Kind


class OwnChoiceIn(Shape):
    """Stay, which may be changed until the day is over; or be refunded, at once and for good."""

    answer: Literal[Answer.KEEP, Answer.REFUND] = Field(description="`keep` or `refund`.", examples=["keep"])


class OwnChoice(BaseModel):
    """What is asked of a registration, and what it chose."""

    kind: Kind = Field(description="What became of the activity.", examples=["postpone"])
    open: bool = Field(description="Whether it may choose now.", examples=[True])
    decide_by: Day | None = Field(description="Last day to choose; null: nothing is asked.", examples=["2027-06-24"])
    decide_until: Instant | None = Field(description="Last moment to choose (UTC); null: nothing is asked.")
    default: Answer = Field(description="What goes when it does not choose.", examples=["keep"])
    answer: Answer | None = Field(description="What was chosen or applied; null: nothing yet.", examples=["keep"])
    refund: Cents = Field(description="What a refund returns, in cents with taxes.", examples=[80483])
