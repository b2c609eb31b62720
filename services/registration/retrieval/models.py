"""Who asked for the links of their registrations, until the letter is written."""

import uuid
from datetime import datetime

from sqlmodel import Field

from kit.db import new_id, personal
from registration.tables import Table


class Retrieval(Table, table=True):
    """One request for the links that an address has: a worker answers it within seconds and deletes the row.

    The page never looks whether there is anything to find, so that it says and takes the same for every address.
    """

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    email: str = Field(sa_column_kwargs=personal("send somebody the links of their registrations", "a day at most"))
    lang: str
    asked_at: datetime = Field(index=True)
