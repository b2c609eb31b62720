"""The association's profile in force on a day, and the day it is in its books."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from billing.association.models import AssociationProfile
from billing.association.rules import ProfileUnknown
from kit.clock import local_day
from kit.contracts import NOBODY, Association

# Under which a session keeps the profiles it has read; whoever changes one forgets them.
KNOWN = "association profiles"


@dataclass(frozen=True)
class Books:
    """The association's day at some moment, and the profile its documents of that day show."""

    day: date
    profile: Association


def profile_on(session: Session, day: date) -> Association:
    """The profile valid on a day; the oldest one for days before it. Raises ProfileUnknown when there is none."""
    known = profiles(session)
    if not known:
        raise ProfileUnknown()
    return next((profile for since, profile in reversed(known) if since <= day), known[0][1])


def profiles(session: Session) -> list[tuple[date, Association]]:
    """Every profile with the day it is valid from, oldest first, read once a transaction (an invoice asks often)."""
    if KNOWN not in session.info:
        rows = session.exec(select(AssociationProfile).order_by(col(AssociationProfile.valid_from))).all()
        session.info[KNOWN] = [(row.valid_from, Association.model_validate(row.body)) for row in rows]
    known: list[tuple[date, Association]] = session.info[KNOWN]
    return known


def shown_on(session: Session, day: date) -> Association:
    """The profile for a page, which must show something even before anything is known."""
    try:
        return profile_on(session, day)
    except ProfileUnknown:
        return NOBODY


def books(session: Session, now: datetime) -> Books:
    """Documents and ledger follow the association's own calendar: two of one series cannot be of different years."""
    day = local_day(now, profile_on(session, now.date()).timezone)
    return Books(day, profile_on(session, day))
