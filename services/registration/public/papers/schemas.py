"""What programs read of documents."""

from pydantic import BaseModel, Field

from kit.contracts.notices import PaperSeen


class PaperList(BaseModel):
    """The documents of a registration."""

    documents: list[PaperSeen] = Field(description="Each with its page, the oldest first.")
