"""What the door's pages read: one activity at one point, and how many are in."""

import uuid
from typing import Any

from sqlmodel import Session

from kit.errors import NotFound
from registration.catalog.models import Activity
from registration.catalog.rules import ActivityStatus
from registration.checkin import queries
from registration.checkin.rules import point_at
from registration.checkin.schemas import Counter
from registration.door.checkin.view import DoorView, door_view
from registration.service import RegistrationService


def shown_activity(session: Session, activity_id: uuid.UUID) -> Activity:
    """The activity that a door is of: a draft has none. Raises NotFound."""
    activity = session.get(Activity, activity_id)
    if activity is None or activity.status is ActivityStatus.DRAFT:
        raise NotFound()
    return activity


def read_door(session: Any, here: RegistrationService, lang: str, activity_id: uuid.UUID, point: str) -> DoorView:
    """The door of an activity. Raises NotFound, UnknownPoint."""
    activity = shown_activity(session, activity_id)
    return door_view(here, lang, activity, queries.points(session, activity), point_at(activity.points, point))


def counter(session: Session, activity_id: uuid.UUID, point: str) -> Counter:
    """The counter: who is in, and of how many, as it is now."""
    return Counter(
        present=queries.present(session, activity_id, point),
        expected=queries.expected(session, activity_id),
    )
