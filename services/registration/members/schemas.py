"""What the member cookie says."""

import uuid

from pydantic import BaseModel, ConfigDict


class Recognition(BaseModel):
    """A company recognised in a browser: by a person's link of one version, or by the company's code (`code` is a
    proof that changes with it and says nothing of it)."""

    model_config = ConfigDict(frozen=True)

    company: uuid.UUID
    person: uuid.UUID | None = None
    version: int = 0
    code: str = ""
