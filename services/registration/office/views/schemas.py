"""One's own views, as the API takes and gives them."""

import uuid

from pydantic import BaseModel, Field

from kit.contracts.texts import Line
from registration.views.rules import Listed, ViewRow


class ViewIn(BaseModel):
    """A view to keep."""

    listed: Listed = Field(description="The list that it narrows.", examples=["registrations"])
    name: Line = Field(description="What it is called.", examples=["Cartes à suivre"])
    narrowed: Line = Field(
        description="The parameters of the list's address; words looked for (`q`) are not kept.",
        examples=["method=card&unpaid=true"],
    )


class OwnView(BaseModel):
    """A view of whoever asks."""

    id: uuid.UUID = Field(description="Id of the view.")
    listed: Listed = Field(description="The list that it narrows.", examples=["registrations"])
    name: str = Field(description="What it is called.", examples=["Cartes à suivre"])
    narrowed: str = Field(description="The parameters of the list's address.", examples=["method=card&unpaid=true"])

    @classmethod
    def of(cls, row: ViewRow) -> "OwnView":
        return cls(**vars(row))


class ViewReference(BaseModel):
    """The view that was kept, or is kept no longer."""

    id: uuid.UUID = Field(description="Id of the view.")
