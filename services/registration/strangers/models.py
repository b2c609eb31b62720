"""What strangers have used of what they may."""

from datetime import datetime

from sqlmodel import Field

from registration.tables import Table


class Budget(Table, table=True):
    """Units used in one bucket until `ends_at`, when counting begins anew. In the database: all processes count."""

    bucket: str = Field(primary_key=True)
    units: int
    ends_at: datetime = Field(index=True)
