"""What the director's pages read of the activities: whose doors an account can be for."""

import uuid
from collections.abc import Collection

from sqlmodel import Session, col, select

from kit.contracts import Bilingual
from registration.catalog.models import Activity
from registration.checkin.queries import with_doors
from registration.service import RegistrationService


def doors(here: RegistrationService, session: Session, chosen: Collection[str] = ()) -> dict[str, Bilingual]:
    """The activities people can be checked in for, and those chosen before that are over, by their ids."""
    known = {str(activity.id): activity.title for activity in with_doors(session, here.clock())}
    over = {_id(one) for one in chosen if one not in known} - {None}
    if over:
        known |= {str(one.id): one.title for one in session.exec(select(Activity).where(col(Activity.id).in_(over)))}
    return known


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
