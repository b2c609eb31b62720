"""Letters of the employee-assistance plan: to the person covered, and to whoever enrols or enrolled them.

The first holds nothing but a greeting: the code is asked of registration when it is written, and kept nowhere.
"""

from typing import Literal

from pydantic import Field

from kit.contracts.base import Count, Day
from kit.contracts.letters.base import ActivityLetter, Amount, Letter, Said, Text, Url
from kit.contracts.paying import OrderMethod


class CoverageCode(Letter):
    """To one person covered: their code, whom to call, and that it is confidential. `sender` is who writes, as the
    subject says it; the subject says nothing else."""

    kind: Literal["coverage_code"] = "coverage_code"
    sender: Said = Field(description="Short name of the association.", examples=["l’Alliance"])


class PlanConfirmed(ActivityLetter):
    """To whoever enrolled their people: how many, and how their codes reach them. Nobody is named: it may be passed
    on."""

    kind: Literal["plan_confirmed"] = "plan_confirmed"
    code: Said = Field(description="Code of the registration.", examples=["PAEX7K3Q"])
    people: Count = Field(ge=1, description="How many people are covered by it.", examples=[12])
    by_mail: Count = Field(ge=0, description="How many of them get their code by mail.", examples=[11])
    on_cards: Count = Field(ge=0, description="How many codes are handed over on a card.", examples=[1])
    held: bool = Field(default=False, description="The association holds the codes for now.", examples=[False])
    starts: Day = Field(description="First day of the coverage.", examples=["2027-04-01"])
    ends: Day = Field(description="Last day of the coverage.", examples=["2028-03-31"])
    provider: Said = Field(description="Who provides the service.", examples=["Clinique fictive Cap-Repère"])
    subtotal: Amount = Field(description="Before taxes, in cents.", examples=[78000])
    tps: Amount = Field(description="GST (TPS), in cents.", examples=[3900])
    tvq: Amount = Field(description="QST (TVQ), in cents.", examples=[7781])
    total: Amount = Field(description="With taxes, in cents.", examples=[89681])
    paid_by: OrderMethod = Field(description="How it is paid: it says what is still to come.")
    cancel_rule: Text = Field(default="", description="Until when somebody may be taken off, in words.", examples=[""])
    personal_url: Url = Field(description="The contact's page.", examples=["https://inscriptions.example.org/r/"])


class PlanEnding(Letter):
    """To whoever may enrol a company's people: when their coverage ends, and what the same list would come to next.
    Nobody is named but who reads it."""

    kind: Literal["plan_ending"] = "plan_ending"
    company: Said = Field(description="Name of the company.", examples=["Usinage Valbrume inc."])
    activity_title: Said = Field(description="Title of the plan.", examples=["Programme d’aide aux employés"])
    people: Count = Field(ge=1, description="How many people are covered now.", examples=[12])
    ends: Said = Field(description="Last day of the first of them, in words.", examples=["31 mars 2028"])
    last_ends: Text = Field(default="", description="Last day of the last, when it is another.", examples=[""])
    next_starts: Text = Field(default="", description="First day of what follows, when it is known.", examples=[""])
    next_ends: Text = Field(
        default="", description="Its last day; empty: twelve months each.", examples=["31 mars 2029"]
    )
    total: Amount = Field(default=0, description="What as many people come to in it, with taxes, in cents.")
    url: Url = Field(description="Her link to the list.", examples=["https://inscriptions.example.org/m/"])


PlanLetter = CoverageCode | PlanConfirmed | PlanEnding
