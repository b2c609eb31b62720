"""Reads of the door: search, the counter, the latest arrivals, what can be checked in today."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit import paging
from kit.db import column, table
from kit.text import sort_key
from registration.catalog.models import Activity, ActivitySession
from registration.catalog.rules import ActivityStatus
from registration.checkin.models import CheckIn
from registration.checkin.rules import points_of, to_pay
from registration.checkin.schemas import Found, FoundPage, Missing, MissingList
from registration.registrations.models import Attendee, Registration, RegistrationLine

PAGE = 20
# One sheet of paper is the use of it: above so many, a list is no help.
MISSING = 500
# The door stays open a while after the activity: lists are put right the next day.
AFTER = timedelta(days=2)


def present(session: Session, activity_id: uuid.UUID, point: str) -> int:
    """How many people are in at a point."""
    standing = (
        column(CheckIn.activity_id) == activity_id,
        column(CheckIn.point) == point,
        column(CheckIn.undone_at).is_(None),
    )
    return int(session.execute(sa.select(sa.func.count()).select_from(table(CheckIn)).where(*standing)).scalar_one())


def expected(session: Session, activity_id: uuid.UUID) -> int:
    """How many have a confirmed place. Counts them all: the door keeps the answer for a moment (`BriefCache`)."""
    confirmed = (column(Attendee.status) == "active", column(Registration.status) == "confirmed")
    places = sa.select(sa.func.count()).select_from(table(Attendee).join(table(Registration)))
    return int(session.execute(places.where(column(Attendee.activity_id) == activity_id, *confirmed)).scalar_one())


def search(
    session: Session, activity_id: uuid.UUID, text: str, point: str, after: uuid.UUID | None = None
) -> FoundPage:
    """Places whose name, company, address or code holds every word, accents ignored, by last name, twenty at a time.

    `after` is the `next` of the page before: the last place it looked at, by id, so that no name is in an address.
    An expired hold is nobody's place and is left out.
    """
    words = paging.matching(column(Attendee.search), text)
    if not words:
        return FoundPage(attendees=[])
    query = sa.select(column(Attendee.id)).join(table(Registration))
    query = query.where(column(Attendee.activity_id) == activity_id, column(Registration.status) != "expired", *words)
    last = (
        session.execute(sa.select(column(Attendee.sort_name)).where(column(Attendee.id) == after)).scalar()
        if after
        else None
    )
    place = None if after is None else (last or "", after)
    page = paging.slice_of(session, query, (column(Attendee.sort_name), column(Attendee.id)), PAGE, (place, None))
    ids = [row.id for row in page.rows]
    rows = session.execute(_with_state(ids, point)).all()
    return FoundPage(attendees=[_search_result(row) for row in rows], next=page.keys(ids)["next"])


def _with_state(ids: list[uuid.UUID], point: str) -> Any:
    standing = (
        (column(CheckIn.attendee_id) == column(Attendee.id))
        & (column(CheckIn.point) == point)
        & column(CheckIn.undone_at).is_(None)
    )
    return (
        sa.select(
            table(Attendee),
            column(Registration.status).label("registration_status"),
            column(Registration.method),
            column(Registration.total),
            column(Registration.credited),
            column(Registration.paid_at),
            column(RegistrationLine.label_fr),
            column(RegistrationLine.label_en),
            column(CheckIn.id).label("check_in_id"),
            column(CheckIn.at),
        )
        .join(table(Registration), column(Registration.id) == column(Attendee.registration_id))
        .join(table(RegistrationLine), column(RegistrationLine.id) == column(Attendee.line_id))
        .outerjoin(table(CheckIn), standing)
        .where(column(Attendee.id).in_(ids))
        .order_by(column(Attendee.sort_name), column(Attendee.id))
    )


def _search_result(row: Any) -> Found:
    return Found(
        attendee_id=row.id,
        name=f"{row.first_name} {row.last_name}".strip(),
        company=row.company_name,
        code=row.code,
        label_fr=row.label_fr,
        label_en=row.label_en,
        confirmed=row.registration_status == "confirmed",
        cancelled="cancelled" in (row.status, row.registration_status),
        to_pay=to_pay(row.method, row.total, row.credited, row.paid_at),
        check_in_id=row.check_in_id,
        at=row.at,
    )


def missing(session: Session, activity_id: uuid.UUID, point: str) -> MissingList:
    """Who has a confirmed place and is not in at a point, company by company; those of no company come last."""
    standing = (
        column(CheckIn.attendee_id) == column(Attendee.id),
        column(CheckIn.point) == point,
        column(CheckIn.undone_at).is_(None),
    )
    expected_here = (column(Attendee.activity_id) == activity_id, column(Attendee.status) == "active")
    confirmed = column(Registration.status) == "confirmed"
    absent = (
        sa.select(table(Attendee))
        .join(table(Registration))
        .where(*expected_here, confirmed, ~sa.exists().where(*standing))
    )
    total = session.execute(sa.select(sa.func.count()).select_from(absent.subquery())).scalar_one()
    order = (
        column(Attendee.company_name) == "",
        column(Attendee.company_name),
        column(Attendee.sort_name),
        column(Attendee.id),
    )
    listed = session.execute(absent.order_by(*order).limit(MISSING)).all()
    # The order of names is ours, not the database's: Électro-Nord comes before Fonderie.
    rows = sorted(listed, key=lambda row: (row.company_name == "", sort_key(row.company_name)))
    names = [(row, f"{row.first_name} {row.last_name}".strip()) for row in rows]
    found = [Missing(attendee_id=row.id, name=name, company=row.company_name, code=row.code) for row, name in names]
    return MissingList(attendees=found, total=total, limit=MISSING)


def latest(session: Session, activity_id: uuid.UUID, point: str, limit: int = 8) -> list[Any]:
    """The last people who came in: check-in id, time, by whom, names."""
    query = (
        sa.select(
            column(CheckIn.id),
            column(CheckIn.at),
            column(CheckIn.by),
            column(Attendee.first_name),
            column(Attendee.last_name),
        )
        .add_columns(column(Attendee.company_name), column(Attendee.code))
        .join(table(Attendee), column(Attendee.id) == column(CheckIn.attendee_id))
        .where(
            column(CheckIn.activity_id) == activity_id,
            column(CheckIn.point) == point,
            column(CheckIn.undone_at).is_(None),
        )
        .order_by(column(CheckIn.at).desc(), column(CheckIn.id).desc())
        .limit(limit)
    )
    return list(session.execute(query).all())


def open_doors(session: Session, now: datetime) -> list[tuple[Activity, list[ActivitySession]]]:
    """Activities people can be checked in for, soonest first, with their sessions; those of the past are gone."""
    coming = col(Activity.ends_at) >= now - AFTER
    query = select(Activity).where(Activity.status == ActivityStatus.PUBLISHED, coming, Activity.signup_open)
    activities = list(session.exec(query.order_by(col(Activity.starts_at))).all())
    held: dict[uuid.UUID, list[ActivitySession]] = {activity.id: [] for activity in activities}
    of_these = select(ActivitySession).where(col(ActivitySession.activity_id).in_(held))
    for one in session.exec(of_these.order_by(col(ActivitySession.number))).all():
        held[one.activity_id].append(one)
    return [(activity, held[activity.id]) for activity in activities]


def points(session: Session, activity: Activity) -> list[str]:
    """Where people are checked in for an activity."""
    count = sa.select(sa.func.count()).where(col(ActivitySession.activity_id) == activity.id)
    return points_of(activity.points, session.execute(count).scalar_one())
