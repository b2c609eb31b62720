"""What HR's list is asked and what it is answered, for its pages and for programs."""

import uuid

from pydantic import Field

from kit.contracts import Cents, Count
from kit.contracts.base import Contract
from registration.forms import FormValues
from registration.plans.buying.flows import Bought, Price
from registration.plans.lists.queries import Prepared
from registration.plans.lists.rules import Judged
from registration.plans.lists.schemas import PersonIn
from registration.public.plan.schemas import MineAsked
from registration.signup.schemas import BillTo


class ListAsked(MineAsked):
    """What the page of the list shows; `edit` is the row that is being corrected."""

    edit: int = Field(default=0, ge=0)


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
