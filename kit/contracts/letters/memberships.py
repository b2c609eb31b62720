"""Letters about a membership: to a company's billing address, and to whoever is its delegate."""

from typing import Literal

from pydantic import Field

from kit.contracts.base import Day
from kit.contracts.letters.base import Letter, Positive, Said, Text, Url


class MembershipLetter(Letter):
    """A letter about the fee of one period; how to pay comes from the association's profile."""

    company: Said = Field(description="Name of the company.", examples=["Usinage Valbrume inc."])
    period: Said = Field(description="The period, in words.", examples=["du 1er juillet 2027 au 30 juin 2028"])
    last_day: Said = Field(description="The last day of it, in words.", examples=["30 juin 2028"])
    answer_by: Said = Field(description="Until when one may answer, in words.", examples=["29 août 2027"])
    number: Said = Field(description="Number of the notice.", examples=["AC-2027-00001"])
    total: Positive = Field(description="What it comes to, with taxes if it has any, in cents.", examples=[37500])
    url: Url = Field(description="Page of the notice.", examples=["https://inscriptions.example.org/renewal/"])


class RenewalNotice(MembershipLetter):
    """The notice: nothing is owed before it is agreed to."""

    kind: Literal["renewal_notice"] = "renewal_notice"


class RenewalReminder(MembershipLetter):
    """The notice was not answered yet."""

    kind: Literal["renewal_reminder"] = "renewal_reminder"


class MembershipInvoiced(MembershipLetter):
    """It was agreed to: the invoice."""

    kind: Literal["membership_invoiced"] = "membership_invoiced"
    invoice: Said = Field(description="Number of the invoice.", examples=["F-2027-00031"])
    due_on: Day = Field(description="Day until which it is payable.")


class MembershipPaid(MembershipLetter):
    """The fee was paid."""

    kind: Literal["membership_paid"] = "membership_paid"
    invoice: Text = Field(default="", description="Number of the invoice; empty: not known yet.", examples=[""])


RenewalLetter = RenewalNotice | RenewalReminder | MembershipInvoiced | MembershipPaid
