"""What the director's pages read of the activities: whose doors an account can be for."""

import uuid
from collections.abc import Collection

from sqlmodel import Session

from kit.contracts import Bilingual
from kit.contracts.callers import ANYONE
from registration.catalog.models import Activity
from registration.checkin.queries import open_doors
from registration.service import RegistrationService


def doors(here: RegistrationService, session: Session, chosen: Collection[str] = ()) -> dict[str, Bilingual]:
    """The activities people can be checked in for, and those chosen before that are over, by their ids."""
    every = [activity for activity, _ in open_doors(session, here.clock(), ANYONE)]
    known = {str(activity.id): activity.title for activity in every}
    for one in chosen:
        if one not in known and (activity := _activity(session, one)) is not None:
            known[one] = activity.title
    return known


def _activity(session: Session, activity_id: str) -> Activity | None:
    try:
        return session.get(Activity, uuid.UUID(activity_id))
    except ValueError:
        return None
