"""An act on many registrations, as it is asked for and as it stands. Amounts are cents before tax."""

import uuid

from pydantic import BaseModel, ConfigDict, Field

from kit.contracts import Cents, Count, Instant
from registration.batches.rules import MOST, Act, BatchState, ItemState
from registration.office.activities.schemas import RegistrationCriteria


class BatchRequest(BaseModel):
    """What shall be done to which registrations of an activity: those named, or with `shown` all that the list shows
    when it is narrowed so. At most 1,000."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    act: Act = Field(
        description="`resend` sends confirmations and tickets again, `cancel` cancels by the activity's rule, "
        "`addresses` reads the contacts' addresses and changes nothing.",
        examples=["resend"],
    )
    registrations: list[uuid.UUID] = Field(default=[], description="Ids of the registrations.", max_length=MOST)
    shown: RegistrationCriteria | None = Field(
        default=None, description="All that the list shows when it is narrowed so; null: only those named."
    )


class ChoiceForm(RegistrationCriteria):
    """The rows that were ticked, or everything that the list shows as it is narrowed."""

    act: Act
    registration: list[uuid.UUID] = []
    everything: bool = False

    @property
    def asked(self) -> BatchRequest:
        shown = RegistrationCriteria(**self.model_dump(include=set(RegistrationCriteria.model_fields)))
        named = [] if self.everything else self.registration[:MOST]
        return BatchRequest(act=self.act, registrations=named, shown=shown if self.everything else None)


class BatchEffect(BaseModel):
    """What confirming a batch will do, as things stand now."""

    registrations: Count = Field(description="Registrations it reaches.", examples=[3])
    left_alone: Count = Field(description="Chosen ones that it leaves as they are: not confirmed.", examples=[1])
    people: Count = Field(description="People of those it reaches.", examples=[15])
    keep_percent: Count = Field(description="Part that the activity's rule keeps now, in percent.", examples=[0])
    credit: Cents = Field(description="What a cancellation credits before tax, in cents.", examples=[85900])
    kept: Cents = Field(description="What it keeps before tax, in cents.", examples=[0])
    paid_credit: Cents = Field(
        description="Of the credit, what was paid and goes back, before tax, in cents.", examples=[65000]
    )


class BatchItemView(BaseModel):
    """One registration of a batch."""

    registration_id: uuid.UUID = Field(description="Id of the registration.")
    code: str = Field(description="Code as people read it.", examples=["CAR-7F3K"])
    contact: str = Field(description="Name of the contact.", examples=["Chloé Roy"])
    company: str = Field(description="Name of the company; empty: none.", examples=["Fonderie Noël"])
    people: Count = Field(description="Active places.", examples=[2])
    state: ItemState = Field(
        description="`chosen` until the batch is confirmed, `ready` until it is `done` or `refused`.", examples=["done"]
    )
    why: str = Field(
        description="Code of what refuses it, before or after it was tried; `TriedTooOften` when it failed again and "
        "again; empty: nothing.",
        examples=[""],
    )


class BatchView(BaseModel):
    """A batch and how far it is."""

    id: uuid.UUID = Field(description="Id of the batch.")
    activity_id: uuid.UUID = Field(description="Id of the activity.")
    act: Act = Field(description="What it does.", examples=["resend"])
    state: BatchState = Field(
        description="`chosen` until it is confirmed, `at_work` until each registration is done or refused, `done`.",
        examples=["chosen"],
    )
    by: str = Field(description="Who confirmed it; until then, who chose it.", examples=["Élise Côté"])
    created_at: Instant = Field(description="When it was chosen (UTC).")
    confirmed_at: Instant | None = Field(description="When it was confirmed (UTC); null until then.")
    effect: BatchEffect | None = Field(description="What confirming it will do; null when there is nothing to confirm.")
    done: Count = Field(description="Registrations that are done.", examples=[0])
    waiting: Count = Field(description="Registrations that wait for their turn.", examples=[3])
    refused: Count = Field(description="Registrations that were refused and left as they were.", examples=[0])
    items: list[BatchItemView] = Field(description="Its registrations, the refused ones first.")
    addresses: list[str] = Field(
        description="Addresses of the contacts, each once, when they were asked for.",
        examples=[["chloe@example.org"]],
    )
