"""What staff start their day with, for programs. Amounts are cents."""

import uuid

from pydantic import BaseModel, Field

from kit.contracts import Cents, Count, Instant


class TaskView(BaseModel):
    """Something that waits for a person."""

    key: str = Field(
        description="`refunds`, `uncredited` (paid, then gone back), `overdue`, `mail`, `confirm`, `unasked` "
        "(companies that no fee notice can be sent to), `unnamed`, "
        "`unnamed_late` (the deadline is past), `benefits_late` (owed to sponsors) or `unpaid`.",
        examples=["overdue"],
    )
    count: Count = Field(description="How many wait.", examples=[5])
    amount: Cents = Field(description="What they come to, in cents; 0: it is not about money.", examples=[149468])
    title_fr: str = Field(description="The activity it is about, in French; empty: none.", examples=[""])
    title_en: str = Field(description="The activity it is about, in English; empty: none.", examples=[""])
    until: Instant | None = Field(description="By when it must be done (UTC); null: no such moment.")
    address: str = Field(
        description="The page where it is done.", examples=["https://billing.example.org/staff/orders?status=owed"]
    )


class HomeView(BaseModel):
    """What is on today, what waits, and which services did not answer in time."""

    today: list[uuid.UUID] = Field(description="Activities whose door is open today.", examples=[[]])
    tasks: list[TaskView] = Field(description="What waits, the most pressing first.")
    silent: list[str] = Field(description="Services that did not answer: what waits there is not in it.", examples=[[]])
