"""What a link that sets a password says."""

import uuid

from pydantic import BaseModel, ConfigDict, Field


class LinkClaims(BaseModel):
    """Whose password it sets, and the `link_version` it was sent with: raising that of the account revokes it."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    staff_id: uuid.UUID = Field(alias="id")
    version: int = Field(alias="v")
