"""Signups that wait to be confirmed, with the activity they are for."""

from sqlmodel import Session

from registration.catalog.models import Activity
from registration.changes.queries_waiting import waiting
from registration.office.confirming.schemas import WaitingSignup


def waiting_signups(session: Session) -> list[WaitingSignup]:
    """All of them, the one whose time ends first, first."""
    signups = []
    for row, places in waiting(session):
        activity = session.get_one(Activity, row.activity_id)
        signup = WaitingSignup(
            id=row.id,
            activity_id=row.activity_id,
            activity_title_fr=activity.title_fr,
            activity_title_en=activity.title.in_("en"),
            timezone=activity.timezone,
            code=row.code,
            contact=row.contact_name,
            email=row.contact_email,
            company=row.company_name,
            places=places,
            total=row.total,
            held_until=row.hold_until,
        )
        signups.append(signup)
    return signups
