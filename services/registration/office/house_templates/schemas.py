"""House templates, as the API takes and gives them."""

import uuid

from pydantic import BaseModel, Field

from kit.contracts import Instant
from kit.contracts.texts import Line


class TemplateIn(BaseModel):
    """What a template is kept under."""

    name: Line = Field(description="Its name; no other template has it.", examples=["5 à 7 du printemps"])


class TemplateReference(BaseModel):
    """The template."""

    id: uuid.UUID = Field(description="Id of the template.")


class TemplateView(TemplateReference):
    """A template as it was kept."""

    name: str = Field(description="Its name.", examples=["5 à 7 du printemps"])
    kind: str = Field(description="Kind of the activities it makes.", examples=["cocktail_5a7"])
    created_at: Instant = Field(description="When it was kept (UTC).")
