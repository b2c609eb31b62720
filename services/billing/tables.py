"""The base of this service's tables. Its own registry lets the three services live in one process (in tests)."""

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from kit.db import NAMING

metadata = sa.MetaData(naming_convention=NAMING)


class Table(SQLModel, registry=registry(metadata=metadata)):
    """Every table of billing."""
