"""The code of one person covered, asked by who writes it on a letter at that moment; kept nowhere."""

import uuid
from typing import Literal

from pydantic import Field

from kit.contracts.base import Contract, Day


class CardQuestion(Contract):
    """Whose code it is, and in which language the rest is read."""

    coverage: uuid.UUID = Field(description="Id of the coverage, as the letter has it.")
    lang: Literal["fr", "en"] = Field(default="fr", description="Language the person reads.", examples=["fr"])


class Card(Contract):
    """What somebody needs who wants help: the code, whom to call, from when to when, and what they are entitled to."""

    code: str = Field(description="The code, as it is read aloud.", examples=["AIF-7K2M-QX4D"])
    provider_name: str = Field(description="Who provides the service.", examples=["Clinique fictive Cap-Repère"])
    provider_phone: str = Field(description="Their telephone.", examples=["418 555-0190"])
    provider_email: str = Field(description="Their e-mail address.", examples=["pae@cap-repere.example.org"])
    starts: Day = Field(description="First day of the coverage.", examples=["2027-04-01"])
    ends: Day = Field(description="Last day of the coverage.", examples=["2028-03-31"])
    entitlement: str = Field(
        description="What one is entitled to, in words.", examples=["5 heures pour la personne employée"]
    )
