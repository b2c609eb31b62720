"""House templates: what an association usually organises, kept from an activity of its own."""

import uuid
from datetime import datetime

from sqlmodel import Field

from kit.db import new_id
from registration.tables import Table


class HouseTemplate(Table, table=True):
    """An activity as it was written when it was kept. `sections` is its JSON: no row of the activity is referred to, so
    that neither touches the other afterwards."""

    __tablename__ = "house_template"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(unique=True)
    kind: str
    timezone: str
    sections: str
    created_at: datetime
