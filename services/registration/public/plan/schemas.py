"""What HR's pages and programs ask of her company's part of a plan, and what they are answered."""

import uuid
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from kit.contracts import Cents, Count
from kit.contracts.addresses import Address
from kit.contracts.base import Contract
from registration.forms import FormValues
from registration.plans.buying.flows import Bought, Price
from registration.plans.lists.queries import Prepared
from registration.plans.lists.rules import Judged
from registration.plans.lists.schemas import PersonIn
from registration.plans.rules import CoverageRow
from registration.signup.schemas import BillTo, Shape


class Gesture(StrEnum):
    """What HR does about one person."""

    REPLACE = "replace"
    ADDRESS = "address"
    LETTER = "letter"
    STOP = "stop"
    OFF_LIST = "off-list"


class MineAsked(BaseModel):
    """What the page of people shows."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    show: str = Field(default="", max_length=20)
    turn: int = Field(default=1, ge=1, le=1000)
    done: str = Field(default="", max_length=20)


class ListAsked(MineAsked):
    """What the page of the list shows; `edit` is the row that is being corrected."""

    edit: int = Field(default=0, ge=0)


class AddressIn(Shape):
    """Another address for somebody covered."""

    email: Address = Field(
        default="", description="Where the code leaves again; empty: it is on a card.", examples=["remi@example.org"]
    )


class CoverageOut(Contract):
    """One person covered, or on the list. Nothing is known of whether a code was ever used."""

    id: uuid.UUID = Field(description="Id of the coverage.")
    first_name: str = Field(description="First name; empty for a sealed code.", examples=["Rémi"])
    last_name: str = Field(description="Last name; empty for a sealed code.", examples=["Sansnuage"])
    email: str = Field(description="Address; empty: the code is on a card.", examples=["remi@example.org"])
    employer_ref: str = Field(description="Your own number for them.", examples=["101"])
    card_number: int | None = Field(description="Number of the card to hand over; null: none.", examples=[1])
    state: Literal["listed", "covered", "replaced", "ended"] = Field(
        description="How they stand.", examples=["covered"]
    )
    starts_on: str = Field(description="First day; empty: not yet covered.", examples=["2027-04-01"])
    ends_on: str = Field(description="Last day; empty: not yet covered.", examples=["2028-03-31"])
    undelivered: bool = Field(description="The letter with the code did not arrive.", examples=[False])

    @classmethod
    def of(cls, row: CoverageRow) -> "CoverageOut":
        return cls(
            id=row.id,
            first_name=row.first_name,
            last_name=row.last_name,
            email=row.email,
            employer_ref=row.employer_ref,
            card_number=row.card_number,
            state=row.state.value,
            starts_on=row.starts_on.isoformat() if row.starts_on else "",
            ends_on=row.ends_on.isoformat() if row.ends_on else "",
            undelivered=row.undelivered,
        )


class MineOut(Contract):
    """A company's part of a plan."""

    people: list[CoverageOut] = Field(description="Everybody covered, and on the list.")
    free: Count = Field(description="Places that are paid and wait for a newcomer.", examples=[0])
    starts: str = Field(description="First day of the plan.", examples=["2027-04-01"])
    ends: str = Field(description="Last day of the plan; empty: twelve months each.", examples=["2028-03-31"])


class RowOut(Contract):
    """One row of the list and what it comes to."""

    number: int = Field(description="Number of the row in the file.", examples=[4])
    verdict: str = Field(description="What it comes to.", examples=["no_email"])
    like: int = Field(description="The row it resembles; 0: none.", examples=[0])
    person: PersonIn = Field(description="Who it is.")

    @classmethod
    def of(cls, row: Judged) -> "RowOut":
        entry = row.entry
        person = PersonIn(
            first_name=entry.first_name,
            last_name=entry.last_name,
            email=entry.email,
            lang="en" if entry.lang == "en" else "fr" if entry.lang else "",
            employer_ref=entry.employer_ref,
        )
        return cls(number=entry.number, verdict=row.verdict.value, like=row.like, person=person)


class ListOut(Contract):
    """The list that is being prepared, what its rows come to, and what it would cost."""

    rows: list[RowOut] = Field(description="Its rows, in the order of the file.")
    sealed: Count = Field(description="Codes without names.", examples=[0])
    ignored: list[str] = Field(description="Columns that mean nothing here.", examples=[["Poste"]])
    absent: list[uuid.UUID] = Field(description="Coverages of those whom the file does not name: nothing is done.")
    waiting: Count = Field(description="People on the list already, not yet paid.", examples=[0])
    people: Count = Field(description="People who would be covered.", examples=[12])
    paid: Count = Field(description="Those of them who are paid: the others take free places.", examples=[12])
    letters: Count = Field(description="People who are written to.", examples=[11])
    cards: Count = Field(description="Cards to hand over.", examples=[1])
    subtotal: Cents = Field(description="Before tax, in cents.", examples=[78000])
    tps: Cents = Field(description="GST (TPS), in cents.", examples=[3900])
    tvq: Cents = Field(description="QST (TVQ), in cents.", examples=[7781])
    total: Cents = Field(description="With taxes, in cents: `expected_total`.", examples=[89681])

    @classmethod
    def of(cls, listed: Prepared, price: Price | None) -> "ListOut":
        amounts = price.amounts if price else None
        return cls(
            rows=[RowOut.of(row) for row in listed.judgement.rows],
            sealed=listed.sealed,
            ignored=list(listed.draft.ignored) if listed.draft else [],
            absent=[one.id for one in listed.absent],
            waiting=len(listed.waiting),
            people=listed.people,
            paid=listed.paid,
            letters=listed.letters,
            cards=listed.cards,
            subtotal=amounts.subtotal if amounts else 0,
            tps=amounts.tps if amounts else 0,
            tvq=amounts.tvq if amounts else 0,
            total=amounts.total if amounts else 0,
        )


class BoughtOut(Contract):
    """What became of a purchase."""

    registration_id: uuid.UUID | None = Field(description="Id of the registration; null: nothing was paid.")
    status: str = Field(description="`held` until the card is paid, `confirmed`; empty: none.", examples=["confirmed"])
    total: Cents = Field(description="With taxes, in cents.", examples=[89681])
    covered: Count = Field(description="People covered now: their codes left.", examples=[12])
    kept: bool = Field(description="The company is in arrears: its list is kept.", examples=[False])
    pay_url: str = Field(description="Where a browser pays by card; empty: nothing to pay so.", examples=[""])

    @classmethod
    def of(cls, bought: Bought, pay_url: str) -> "BoughtOut":
        row = bought.registration
        return cls(
            registration_id=row.id if row else None,
            status=row.status.value if row else "",
            total=row.total if row else 0,
            covered=len(bought.covered),
            kept=bought.kept,
            pay_url=pay_url,
        )


def person_typed(form: FormValues) -> PersonIn:
    """One person as a form has it."""
    return PersonIn(
        first_name=form.one("first_name"),
        last_name=form.one("last_name"),
        email=form.one("email"),
        lang="en" if form.one("lang") == "en" else "fr" if form.one("lang") else "",
        employer_ref=form.one("employer_ref"),
    )


def bill_to_typed(form: FormValues) -> BillTo:
    """Where the invoice goes, as a form has it."""
    return BillTo(
        email=form.one("bill_to.email"),
        address=form.one("bill_to.address"),
        city=form.one("bill_to.city"),
        province=form.one("bill_to.province", "QC"),
        postal_code=form.one("bill_to.postal_code"),
        po_number=form.one("bill_to.po_number"),
    )
