"""Templates of the house."""

import uuid
from datetime import datetime

from sqlmodel import Field

from kit.db import new_id
from registration.catalog.templates.rules import TemplateBody
from registration.tables import JsonOf, Table


class HouseTemplate(Table, table=True):
    """An activity kept to begin others from, under a `name`. No activity points to it: it may go at any
    time."""

    __tablename__ = "house_template"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(unique=True)
    kind: str
    body: TemplateBody = Field(sa_type=JsonOf(TemplateBody))
    created_at: datetime
