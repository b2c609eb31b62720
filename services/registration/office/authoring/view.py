"""What the editor shows beside the sections: their states, what is missing, what is worth a look."""

import uuid
from collections.abc import Iterable

from kit.clock import local_day
from registration.catalog.authoring.rules_calendar import Near
from registration.catalog.models import Activity


def near(activities: Iterable[Activity], but: uuid.UUID) -> list[Near]:
    """The other activities by the day they begin."""
    return [
        Near(row.title_fr, local_day(row.starts_at, row.timezone))
        for row in activities
        if row.starts_at and row.id != but
    ]
