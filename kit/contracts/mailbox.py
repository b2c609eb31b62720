"""What `POST /mailbox` hears and answers: messages of a sibling, and what became of each."""

import uuid
from typing import Any

from pydantic import BaseModel, Field


class Envelope(BaseModel):
    """One message on the wire."""

    id: uuid.UUID = Field(description="Id of the message: it is acted on once.")
    type: str = Field(description="Name of its contract.", examples=["OrderPaid"])
    body: dict[str, Any] = Field(description="What it says, by its contract.", examples=[{}])


class Receipt(BaseModel):
    """What became of one message: `done`, `later` (try again) or `refused` (counts towards dead)."""

    id: uuid.UUID = Field(description="Id of the message.")
    outcome: str = Field(description="`done`, `later` (try again) or `refused`.", examples=["done"])
    error: str = Field(default="", description="Why not; empty when done.", examples=[""])
