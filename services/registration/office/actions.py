"""What staff do that nobody else can: read what was told in confidence."""

import uuid
from datetime import datetime

from sqlmodel import Session

from kit.auth import Caller
from registration.history.actions import record


def show_sensitive(session: Session, registration_id: uuid.UUID, by: Caller, now: datetime) -> None:
    """Remember that somebody looked at the sensitive answers of a registration (allergies, for instance)."""
    record(session, "registration", registration_id, "registration.sensitive_shown", by, now)
