"""What calendars hold of an activity, and what they must be told to let go."""

import uuid
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Withdrawn:
    """A session that an activity had and has no more, as calendars may still hold it."""

    id: uuid.UUID
    starts_at: datetime
    ends_at: datetime
