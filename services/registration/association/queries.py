"""The profile in force on a day."""

from datetime import date

from sqlmodel import Session, col, select

from kit.contracts import NOBODY, Association
from registration.association.models import AssociationProfile


def profile_on(session: Session, day: date) -> Association:
    """The profile valid on a day; the oldest one for days before it, nobody's before anyone has described one."""
    rows = session.exec(select(AssociationProfile).order_by(col(AssociationProfile.valid_from))).all()
    valid = [row for row in rows if row.valid_from <= day] or rows[:1]
    return valid[-1].association() if valid else NOBODY


def profiles(session: Session) -> list[AssociationProfile]:
    """Every profile, newest first."""
    return list(session.exec(select(AssociationProfile).order_by(col(AssociationProfile.valid_from).desc())).all())
