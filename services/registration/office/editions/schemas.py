"""An edition beside the one it was copied from, as the API gives it."""

import uuid

from pydantic import BaseModel, Field

from kit.contracts import Bilingual, Cents, Count, Day


class ProductBeside(BaseModel):
    """A product with the units taken in both editions."""

    key: str = Field(description="Key of the product.", examples=["golf-quat"])
    label: Bilingual = Field(description="What it is called.")
    now: Count = Field(description="Confirmed units of this edition.", examples=[12])
    before: Count | None = Field(description="Of the edition before; null: it had no such product.", examples=[31])


class WeekBeside(BaseModel):
    """People registered in both editions, so many weeks before their first day."""

    weeks_left: Count = Field(description="Weeks before the first day.", examples=[8])
    now: Count | None = Field(description="People of this edition by then; null: yet to come.", examples=[40])
    before: Count = Field(description="People of the edition before by then.", examples=[52])


class AmountBeside(BaseModel):
    """What a price was in the edition before."""

    key: str = Field(description="Key of the price, which a copy keeps.", examples=["golf-quat-m"])
    amount: Cents = Field(description="Its amount before tax, in cents.", examples=[74000])


class CountBeside(BaseModel):
    """What was counted in the edition before."""

    key: str = Field(description="Key of the resource, which a copy keeps.", examples=["tee_spots"])
    capacity: Count = Field(description="Units there were.", examples=[144])
    taken: Count = Field(description="Units that were taken.", examples=[124])


class EditionBeside(BaseModel):
    """An edition beside the one it was copied from. `texts` name the fields that tell a year or a day: they were copied
    as they stood, and are read again by their author."""

    id: uuid.UUID = Field(description="Id of the edition before.")
    title: Bilingual = Field(description="Its title.")
    day: Day | None = Field(description="Its first day; null: it had none.", examples=["2027-06-10"])
    amounts: list[AmountBeside] = Field(description="Its prices.")
    resources: list[CountBeside] = Field(description="What was counted of it.")
    products: list[ProductBeside] = Field(description="The products of this edition.")
    weeks: list[WeekBeside] = Field(description="The last weeks, the earliest first; empty without both dates.")
    texts: list[str] = Field(description="Fields whose text names a year or a day.", examples=[["summary.fr"]])
