"""The views of an activity's registrations that matter at work, each with how many it shows."""

import uuid
from collections.abc import Mapping

import sqlalchemy as sa
from sqlmodel import Session

from kit import paging
from kit.sql import column, table
from registration.office.activities.queries_registrations import narrowed_registrations
from registration.office.activities.schemas import RegistrationFilter
from registration.registrations.models import Registration

# By the name of its sentence: what the list is narrowed to.
VIEWS: Mapping[str, RegistrationFilter] = {
    "all": RegistrationFilter(),
    "confirmed": RegistrationFilter(status="confirmed"),
    "unpaid": RegistrationFilter(unpaid=True),
    "unnamed": RegistrationFilter(unnamed=True),
    "to_confirm": RegistrationFilter(status="held", method="invoice"),
    "cancelled": RegistrationFilter(status="cancelled"),
}


def view_counts(session: Session, activity_id: uuid.UUID) -> dict[str, int]:
    """How many registrations each view shows, in one statement; `paging.MANY` + 1 stands for more."""
    mine = column(Registration.activity_id) == activity_id
    counts = []
    for narrowed in VIEWS.values():
        rows = sa.select(column(Registration.id)).select_from(table(Registration))
        few = rows.where(mine, *narrowed_registrations(activity_id, narrowed)).limit(paging.MANY + 1)
        counts.append(sa.select(sa.func.count()).select_from(few.subquery()).scalar_subquery())
    return dict(zip(VIEWS, session.execute(sa.select(*counts)).one(), strict=True))
