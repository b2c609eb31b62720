"""An activity rearranged, as it is asked for, as it is shown before, and how far it is. Cents with taxes."""

import uuid
from typing import Literal

from pydantic import BaseModel, Field

from kit.contracts import Cents, Count, Day, Instant
from kit.contracts.texts import Line
from registration.catalog.sections.schemas import Shape, Text, Title
from registration.catalog.sections.schemas_times import Wall
from registration.office.authoring.schemas import WarningView
from registration.rearrangements.rules import Answer, ChoiceState, Kind

Offered = Literal[Answer.KEEP, Answer.REFUND]


class RearrangementIn(Shape):
    """What is to become of the activity, what people are told, and what goes for whoever does not answer."""

    kind: Kind = Field(description="`postpone`, `cancel` or `online`.", examples=["postpone"])
    starts: Wall | None = Field(
        default=None,
        description="When it begins instead, on the wall clock of its zone; null: the new date is not known yet.",
        examples=["2027-08-19T07:00"],
    )
    move_sale: bool = Field(default=False, description="The opening of the sale, when still to come, moves along.")
    move_early_bird: bool = Field(default=False, description="Early-bird days, when still to come, move along.")
    default: Offered = Field(
        default=Answer.KEEP, description="What goes for a registration that does not choose.", examples=["keep"]
    )
    decide_by: Day | None = Field(
        default=None, description="Last day to choose, of a postponement.", examples=["2027-06-24"]
    )
    reason: Line = Field(default="", description="Why, for staff.", examples=["Orages annoncés"])
    subject: Title = Field(default=Title(), description="Subject of the letter.")
    text: Text = Field(default=Text(), description="What the letter says; it may use the words of mailings.")


class RearrangementRequest(RearrangementIn):
    """The same, to be done."""

    id: uuid.UUID | None = Field(default=None, description="Id it shall have: sent twice, it is done once.")
    version: Count | None = Field(
        default=None, description="Version of the activity that was previewed; null: whatever stands.", examples=[4]
    )


class DateChange(BaseModel):
    """One date that is linked to the activity's, before and after, on the wall clock."""

    what: str = Field(description="Which date.", examples=["names_due"])
    label: str = Field(description="Of which session, price or step; empty: there is one.", examples=["quatuor"])
    before: Wall | None = Field(description="As it stands.", examples=["2027-06-07T12:00"])
    after: Wall | None = Field(description="As it will stand.", examples=["2027-08-16T12:00"])


class RearrangementPreview(BaseModel):
    """What would be done to whom, as things stand now."""

    version: Count = Field(description="Version of the activity that this is about.", examples=[4])
    registrations: Count = Field(description="Confirmed registrations.", examples=[31])
    people: Count = Field(description="Their active places.", examples=[124])
    held: Count = Field(
        description="Registrations on their way to a payment: once paid, they choose too.", examples=[1]
    )
    card: Cents = Field(description="What refunding everybody returns to cards.", examples=[80483])
    by_hand: Cents = Field(description="What it returns by cheque or transfer.", examples=[0])
    unpaid: Cents = Field(description="What is not paid yet, and would be credited.", examples=[170150])
    letters: Count = Field(description="Letters that leave.", examples=[97])
    english: Count = Field(description="Those of them in English.", examples=[4])
    sessions: Count = Field(description="Sessions of the activity.", examples=[1])
    dates: list[DateChange] = Field(description="Dates that move, and linked ones that stay.")
    warnings: list[WarningView] = Field(description="What is worth a look about the new date.")


class ChoiceLineView(BaseModel):
    """One registration and what it chose."""

    registration_id: uuid.UUID = Field(description="Id of the registration.")
    code: str = Field(description="Code as people read it.", examples=["GOL-7F3K"])
    contact: str = Field(description="Name of the contact.", examples=["Chloé Roy"])
    company: str = Field(description="Name of the company; empty: none.", examples=["Fonderie Noël"])
    people: Count = Field(description="Active places.", examples=[4])
    status: str = Field(description="State of the registration.", examples=["confirmed"])
    state: ChoiceState = Field(
        description="`asked` while it may choose, `ready` while its turn is to come, then `done` or `refused`.",
        examples=["asked"],
    )
    answer: Answer | None = Field(description="What was chosen or applied; null: nothing yet.", examples=["keep"])
    answered_at: Instant | None = Field(
        description="When it was chosen (UTC); null: it went without saying, or was not."
    )
    answered_by: str = Field(description="Who recorded it; empty: the contact, or nobody.", examples=["Élise Côté"])
    why: str = Field(description="Code of what refused it; empty: nothing.", examples=[""])


class RearrangementView(BaseModel):
    """A rearrangement and how far it is, in registrations and in letters."""

    id: uuid.UUID = Field(description="Id of the rearrangement.")
    activity_id: uuid.UUID = Field(description="Id of the activity.")
    kind: Kind = Field(description="What became of the activity.", examples=["postpone"])
    default: Answer = Field(description="What goes for whoever does not choose.", examples=["keep"])
    decide_by: Day | None = Field(description="Last day to choose; null: nothing is asked.", examples=["2027-06-24"])
    reason: str = Field(description="Why, for staff.", examples=["Orages annoncés"])
    by: str = Field(description="Who did it.", examples=["Élise Côté"])
    created_at: Instant = Field(description="When (UTC).")
    undone_at: Instant | None = Field(description="When it was taken back (UTC); null: it was not.")
    undo_until: Instant | None = Field(description="Until when it can be taken back (UTC); null: it cannot any more.")
    kept: Count = Field(description="Registrations that stay.", examples=[2])
    refunded: Count = Field(description="Registrations that were refunded.", examples=[1])
    undecided: Count = Field(description="Registrations that have not chosen.", examples=[1])
    waiting: Count = Field(description="Registrations whose turn is to come.", examples=[0])
    refused: Count = Field(description="Registrations that were refused and left as they were.", examples=[0])
    letters: Count = Field(description="Letters in all.", examples=[97])
    letters_sent: Count = Field(description="Letters handed over.", examples=[97])
    letters_left_out: Count = Field(description="Letters that had nobody to go to, or failed.", examples=[0])
    choices: list[ChoiceLineView] = Field(description="The first 200 registrations, as narrowed.")


class UndoRequest(Shape):
    """What people who were told are told now."""

    subject: Title = Field(default=Title(), description="Subject of the letter.")
    text: Text = Field(default=Text(), description="What the letter says.")


class ChoiceIn(Shape):
    """What becomes of a registration."""

    answer: Offered = Field(description="`keep`, or `refund` at once and for good.", examples=["keep"])
