"""What a company answers to a notice of renewal, from its own page or through staff."""

from pydantic import BaseModel, Field

from kit.contracts.texts import Line


class DeclineIn(BaseModel):
    """A company that does not renew."""

    reason: Line = Field(default="", max_length=200, description="Why, if it says so.", examples=["Déménagement"])
