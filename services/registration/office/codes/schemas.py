"""Codes of an activity, as the API takes and gives them. Amounts are cents before tax."""

import uuid
from typing import Self

from pydantic import BaseModel, Field

from kit.contracts import Cents, Count, Instant
from kit.contracts.addresses import Address
from kit.contracts.texts import Line
from registration.catalog.codes.queries import CodeRow
from registration.catalog.codes.rules import Bound, CodeLimits, NewCode


class CodePerson(BaseModel):
    """The one person that a code serves."""

    first_name: Line = Field(description="First name.", examples=["Marguerite"])
    last_name: Line = Field(description="Last name.", examples=["Simard"])
    email: Address = Field(default="", description="E-mail address; empty: none.", examples=["marguerite@example.org"])


class CodeTerms(BaseModel):
    """How often and how long a code serves."""

    max_units: Count = Field(default=1, description="How many units it serves in all.", examples=[5])
    per_company: Count | None = Field(default=None, description="How many of one company; null: no limit.")
    budget: Cents | None = Field(
        default=None, description="What it may take off in all, in cents; null: no limit.", examples=[100000]
    )
    since: Instant | None = Field(default=None, description="Its first moment (UTC); null: at once.")
    until: Instant | None = Field(default=None, description="Its last moment (UTC); null: as long as signup.")

    @property
    def limits(self) -> CodeLimits:
        return CodeLimits(self.max_units, self.per_company, self.budget, self.since, self.until)


class CodeIn(CodeTerms):
    """Codes to make: one with a word (drawn when it is empty), or several whose words are drawn. It does one thing."""

    word: Line = Field(default="", description="Its word; empty: drawn.", examples=["HONNEUR"])
    count: Count = Field(default=1, description="How many; above one, their words are drawn.", examples=[1])
    opens: Line = Field(default="", description="Key of the price it opens; empty: none.", examples=["car-hon"])
    percent_off: Count = Field(default=0, description="What it takes off prices, in percent; 100: free.", examples=[0])
    amount_off: Cents = Field(default=0, description="Cents it takes off each unit that brings people.", examples=[0])
    set_price: Cents | None = Field(
        default=None, description="Cents that such a unit costs with it; null: not set.", examples=[5000]
    )
    person: CodePerson | None = Field(default=None, description="Whom alone it serves; null: whoever has it.")
    note: Line = Field(default="", description="What staff know it by.", examples=["Personnalité honorée"])

    @property
    def new_code(self) -> NewCode:
        """What is asked for, as the catalogue takes it."""
        person = Bound(self.person.first_name, self.person.last_name, self.person.email) if self.person else None
        lowers = (self.percent_off, self.amount_off, self.set_price)
        return NewCode(self.word, self.opens, *lowers, self.limits, person, self.note)


class ActivityCode(CodeTerms):
    """A code, with what it has served."""

    id: uuid.UUID = Field(description="Id of the code.")
    word: str = Field(description="Its word.", examples=["HONNEUR"])
    opens: str = Field(description="Key of the price it opens; empty: none.", examples=["car-hon"])
    percent_off: int = Field(description="What it takes off prices, in percent.", examples=[0])
    amount_off: Cents = Field(description="Cents it takes off each unit that brings people.", examples=[0])
    set_price: Cents | None = Field(description="Cents that such a unit costs with it; null: not set.")
    used: int = Field(description="Units it has served.", examples=[2])
    spent: Cents = Field(description="What it has taken off, in cents.", examples=[0])
    person: CodePerson | None = Field(description="Whom alone it serves; null: whoever has it.")
    note: str = Field(description="What staff know it by.", examples=["Personnalité honorée"])

    @classmethod
    def of(cls, row: CodeRow) -> Self:
        person = row.person
        return cls(
            id=row.id,
            word=row.word,
            opens=row.effect.opens,
            percent_off=row.effect.percent_off,
            amount_off=row.effect.amount_off,
            set_price=row.effect.set_price,
            used=row.used,
            spent=row.spent,
            person=CodePerson.model_construct(None, **vars(person)) if person else None,
            note=row.note,
            **vars(row.limits),
        )


class CodeUse(BaseModel):
    """A registration that used a code."""

    registration_id: uuid.UUID = Field(description="Id of the registration.")
    code: str = Field(description="Its code.", examples=["7X4KQ2MD"])
    contact: str = Field(description="Who signed up.", examples=["Chloé Roy"])
    company: str = Field(description="Their company; empty: none.", examples=["Fonderie Noël"])
    status: str = Field(description="Its state.", examples=["confirmed"])
    units: Count = Field(description="Units the code serves there now.", examples=[1])
    cents: Cents = Field(description="What it takes off there now, in cents before tax.", examples=[0])
    created_at: Instant = Field(description="When it was made (UTC).")


class CodeWords(BaseModel):
    """The words of the codes that were made."""

    words: list[str] = Field(description="Their words.", examples=[["HONNEUR"]])


class CodeReference(BaseModel):
    """The code as it is now."""

    id: uuid.UUID = Field(description="Id of the code.")
