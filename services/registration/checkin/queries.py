"""Reads of the door: search, the counter, the latest arrivals, what can be checked in today."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit import paging
from kit.clock import local_day
from kit.contracts.callers import Caller
from kit.sql import column, table
from kit.text import sort_key
from registration.catalog.models import Activity, ActivitySession
from registration.catalog.rules import ActivityStatus
from registration.checkin.models import CheckIn
from registration.checkin.queries_search import standing_at
from registration.checkin.rules import points_of
from registration.checkin.schemas import Missing, MissingList
from registration.registrations.models import Attendee, Registration
from registration.registrations.rules_rows import listed
from registration.registrations.tallies.queries import tally

# One sheet of paper is the use of it: above so many, a list is no help.
MISSING = 500
# The door stays open a while after the activity: lists are put right the next day.
AFTER = timedelta(days=2)
# Whatever is on today, on the wall clock of wherever it is, begins within a day from now.
A_DAY = timedelta(days=1)


def present(session: Session, activity_id: uuid.UUID, point: str) -> int:
    """How many people are in at a point."""
    standing = (column(CheckIn.activity_id) == activity_id, *standing_at(point))
    return int(session.execute(sa.select(sa.func.count()).select_from(table(CheckIn)).where(*standing)).scalar_one())


def expected(session: Session, activity_id: uuid.UUID) -> int:
    """How many have a confirmed place."""
    return tally(session, activity_id).people


def missing(session: Session, activity_id: uuid.UUID, point: str) -> MissingList:
    """Who has a confirmed place and is not in at a point, company by company; those of no company come last. Of more
    than fit on the sheet, the first by last name."""
    standing = (column(CheckIn.attendee_id) == column(Attendee.id), *standing_at(point))
    expected_here = (column(Attendee.activity_id) == activity_id, column(Attendee.status) == "active")
    confirmed = column(Registration.status) == "confirmed"
    person = (Attendee.id, Attendee.first_name, Attendee.last_name, Attendee.company_name, Attendee.code)
    absent = (
        sa.select(*(column(one) for one in person))
        .join(table(Registration))
        .where(*expected_here, confirmed, ~sa.exists().where(*standing))
    )
    # In the order of an index, so that no more of a crowd is read than is listed.
    by_name = absent.order_by(column(Attendee.sort_name), column(Attendee.id)).limit(MISSING)
    found = [
        Missing(
            attendee_id=attendee_id,
            name=f"{first} {last}".strip(),
            listed_name=listed(first, last),
            company=company,
            code=code,
        )
        for attendee_id, first, last, company, code in session.execute(by_name)
    ]
    # The order of companies is ours, not the database's: Électro-Nord comes before Fonderie.
    order = {company: (company == "", sort_key(company)) for company in {one.company for one in found}}
    found.sort(key=lambda one: order[one.company])
    total = len(found) if len(found) < MISSING else paging.counted(session, absent)
    return MissingList(attendees=found, total=total, limit=MISSING)


@dataclass(frozen=True)
class LatestArrival:
    """Somebody who just came in, in the order `latest` reads it."""

    id: uuid.UUID
    at: datetime
    by: str
    first_name: str
    last_name: str
    company_name: str
    code: str


def latest(session: Session, activity_id: uuid.UUID, point: str, limit: int = 8) -> list[LatestArrival]:
    """The last people who came in, latest first."""
    arrival, person = (CheckIn.id, CheckIn.at, CheckIn.by), (Attendee.first_name, Attendee.last_name)
    query = (
        sa.select(*(column(one) for one in (*arrival, *person, Attendee.company_name, Attendee.code)))
        .select_from(table(CheckIn))
        .join(table(Attendee), column(Attendee.id) == column(CheckIn.attendee_id))
        .where(column(CheckIn.activity_id) == activity_id, *standing_at(point))
        .order_by(column(CheckIn.at).desc(), column(CheckIn.id).desc())
        .limit(limit)
    )
    return [LatestArrival(*row) for row in session.execute(query)]


def open_doors(
    session: Session, now: datetime, caller: Caller, until: datetime | None = None
) -> list[tuple[Activity, list[ActivitySession]]]:
    """Activities this caller checks people in for, soonest first, with their sessions; those of the past are gone.
    Only those that have begun by a moment, where `until` says which."""
    activities = [activity for activity in with_doors(session, now, until) if caller.reaches(activity.id)]
    held: dict[uuid.UUID, list[ActivitySession]] = {activity.id: [] for activity in activities}
    of_these = select(ActivitySession).where(col(ActivitySession.activity_id).in_(held))
    for one in session.exec(of_these.order_by(col(ActivitySession.number))).all():
        held[one.activity_id].append(one)
    return [(activity, held[activity.id]) for activity in activities]


def doors_today(session: Session, now: datetime, caller: Caller) -> list[Activity]:
    """Of these, the activities that are on today."""
    doors = open_doors(session, now, caller, now + A_DAY)
    return [activity for activity, sessions in doors if is_today(activity, sessions, now)]


def is_today(activity: Activity, sessions: list[ActivitySession], now: datetime) -> bool:
    """A training is today when one of its sessions is; anything else, from its first day to its last."""
    today, zone = local_day(now, activity.timezone), activity.timezone
    if sessions:
        return any(one.day <= today <= one.ends_day for one in sessions)
    if activity.starts_at is None or activity.ends_at is None:
        return False
    return local_day(activity.starts_at, zone) <= today <= local_day(activity.ends_at, zone)


def with_doors(session: Session, now: datetime, until: datetime | None = None) -> Sequence[Activity]:
    """Activities that somebody checks people in for, soonest first; `until`: those that have begun by then."""
    coming = col(Activity.ends_at) >= now - AFTER
    query = select(Activity).where(Activity.status == ActivityStatus.PUBLISHED, coming, Activity.signup_open)
    if until is not None:
        query = query.where(col(Activity.starts_at) <= until)
    return session.exec(query.order_by(col(Activity.starts_at))).all()


def points(session: Session, activity: Activity) -> list[str]:
    """Where people are checked in for an activity."""
    count = sa.select(sa.func.count()).where(col(ActivitySession.activity_id) == activity.id)
    return points_of(activity.points, session.execute(count).scalar_one())
