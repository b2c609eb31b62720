"""What a provider asks, and the one answer."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from kit.contracts.texts import Line
from registration.plans.eligibility.rules import Standing
from registration.plans.rules import PlanRow
from registration.signup.schemas import Shape


class CodeAsked(Shape):
    """A code, however it is typed."""

    code: Line = Field(description="The code: case, spaces and hyphens do not count.", examples=["aif 7k2m qx4d"])
    lang: Literal["fr", "en"] = Field(
        default="fr", description="Language of the entitlement: `fr` or `en`.", examples=["fr"]
    )


class CodeAnswer(BaseModel):
    """Whether the code is valid. One that is unknown, revoked or over is not valid, and nothing says which."""

    valid: bool = Field(description="Whether it is valid.", examples=[True])
    starts: date | None = Field(default=None, description="First day of its coverage.", examples=["2027-04-01"])
    ends: date | None = Field(default=None, description="Last day of its coverage.", examples=["2028-03-31"])
    entitlement: str = Field(
        default="",
        description="What one is entitled to, in words; empty when it is not valid.",
        examples=["5 heures pour la personne employée"],
    )

    @classmethod
    def of(cls, plan: PlanRow, standing: Standing | None, lang: str) -> "CodeAnswer":
        if standing is None:
            return cls(valid=False)
        return cls(
            valid=True, starts=standing.valid_from, ends=standing.valid_to, entitlement=plan.entitlement.in_(lang)
        )
