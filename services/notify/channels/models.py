"""Mail kept instead of sent, in development only."""

import uuid
from datetime import datetime

from sqlmodel import Field

from kit.db import new_id, personal
from notify.tables import Table


class KeptMail(Table, table=True):
    """One mail as it would have left: `raw` is the whole of it, headers and parts, in ASCII."""

    __tablename__ = "kept_mail"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    to_address: str = Field(index=True, sa_column_kwargs=personal("show mail in development", "until the next start"))
    raw: str = Field(sa_column_kwargs=personal("show mail in development", "until the next start"))
    kept_at: datetime = Field(index=True)
