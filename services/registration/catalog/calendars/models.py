"""Sessions that were taken out of an activity that was shown: calendars may hold them still."""

import uuid
from datetime import datetime

from sqlmodel import Field

from registration.tables import Table


class WithdrawnSession(Table, table=True):
    """A session as it was when it was taken out; its id is that of its events."""

    __tablename__ = "withdrawn_session"
    id: uuid.UUID = Field(primary_key=True)
    activity_id: uuid.UUID = Field(foreign_key="activity.id", index=True)
    starts_at: datetime
    ends_at: datetime
