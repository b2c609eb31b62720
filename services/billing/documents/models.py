"""Documents as files, each made out once."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from billing.documents.rules import PaperKind
from billing.tables import Table
from kit.db import enum_type, personal


class DocumentFile(Table, table=True):
    """The PDF of a document (`kind`, and the id of its row), made out when somebody first asks for it, and the same
    bytes for ever: the database refuses to change it. `sha256` is of the bytes, `made_at` when."""

    __tablename__ = "document_file"
    kind: PaperKind = Field(primary_key=True, sa_type=enum_type(PaperKind))
    document_id: uuid.UUID = Field(primary_key=True)
    file_name: str
    sha256: str
    size: int
    pdf: bytes = Field(sa_type=sa.LargeBinary, sa_column_kwargs=personal("keep the document as it was sent", "7 years"))
    made_at: datetime
