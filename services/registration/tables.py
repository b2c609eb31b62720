"""The base of this service's tables. Its own registry lets the three services live in one process (in tests)."""

import sqlalchemy as sa
from sqlalchemy.orm import registry

from kit.db import NAMING, Row

metadata = sa.MetaData(naming_convention=NAMING)


class Table(Row, registry=registry(metadata=metadata)):
    """Every table of registration."""
