"""What registration asks billing while staff look for something: orders by a number, a code or whoever owes."""

import uuid

from pydantic import Field

from kit.contracts.base import Bilingual, Cents, Contract, Count


class OrderSearch(Contract):
    """What is looked for, as it was typed; it names people, so it travels in a body. `most` orders are enough."""

    words: str = Field(max_length=100, description="Words, a code or the beginning of a number.", examples=["F-2027-"])
    most: Count = Field(le=50, description="How many orders are enough.", examples=[6])


class FoundOrder(Contract):
    """One order; `number` is its invoice's or, before that, its notice's; empty before there is either."""

    id: uuid.UUID = Field(description="Id of the order, the same as its registration's.")
    code: str = Field(description="Code as people read it.", examples=["7F3KQ2AB"])
    number: str = Field(
        description="Number of its invoice, before that of its notice; empty: none yet.", examples=["F-2027-00012"]
    )
    buyer: str = Field(description="Company or person that owes.", examples=["Fonderie Noël"])
    activity_title: Bilingual = Field(description="Title of the activity.")
    status: str = Field(description="`open`, `invoiced`, `paid` or `void`.", examples=["invoiced"])
    total: Cents = Field(description="Total with taxes, in cents.", examples=[7473])


class FoundOrders(Contract):
    """Orders that were found, newest first."""

    orders: tuple[FoundOrder, ...] = Field(description="The orders, newest first.")
