"""Documents as files, asked for between services by whoever sends or shows them, and kept by billing alone."""

import uuid
from typing import Literal

from pydantic import Base64Bytes, Field

from kit.contracts.base import Contract

Kind = Literal["invoice", "credit_note", "notice", "receipt"]


class Paper(Contract):
    """A document that somebody may be sent or shown."""

    kind: Kind = Field(description="What it is.", examples=["invoice"])
    id: uuid.UUID = Field(description="Its id in billing.")
    url: str = Field(
        description="Its page, whose address is secret.", examples=["https://example.org/billing/papers/invoice/…"]
    )


class PaperQuestion(Contract):
    """Which document's file is wanted."""

    kind: Kind = Field(description="What it is.", examples=["invoice"])
    id: uuid.UUID = Field(description="Its id in billing.")


class PaperFile(Contract):
    """A document's file, the same whenever it is asked for."""

    name: str = Field(description="Name of the file.", examples=["F-2027-00012.pdf"])
    sha256: str = Field(description="Digest of its bytes, in hexadecimal.")
    pdf: Base64Bytes = Field(description="Its bytes, in base64.")
    pay_url: str = Field(
        default="",
        description="Where a browser pays an invoice by card; empty when it cannot.",
        examples=["https://example.org/billing/pay/…"],
    )


class LogoQuestion(Contract):
    """Which logo is wanted: its address, as a profile has or had it."""

    url: str = Field(description="Address of the logo.", examples=["https://example.org/files/logo"])


class LogoFile(Contract):
    """The picture of a logo."""

    picture: Base64Bytes = Field(default=b"", description="Its bytes, in base64; empty: it is none of ours.")
