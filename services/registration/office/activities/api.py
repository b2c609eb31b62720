"""Staff's lists of activities, registrations and attendees, for programs."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query

from registration.office.activities.queries_attendees import attendees_of
from registration.office.activities.queries_list import activity_list
from registration.office.activities.queries_registrations import registrations_of
from registration.office.activities.schemas import (
    ActivityFilter,
    ActivityRow,
    AttendeeFilter,
    AttendeeList,
    RegistrationFilter,
    RegistrationList,
)
from registration.service import READERS, Here

router = APIRouter(tags=["staff"])


@router.get("/api/staff/activities", dependencies=[READERS])
def list_staff_activities(here: Here, narrowed: Annotated[ActivityFilter, Query()]) -> list[ActivityRow]:
    """Activities with what is taken, who comes and what is expected."""
    with here.db.read() as session:
        return list(activity_list(session, here.clock(), narrowed).rows)


@router.get("/api/staff/activities/{activity_id}/registrations", dependencies=[READERS])
def list_registrations(
    activity_id: uuid.UUID, here: Here, narrowed: Annotated[RegistrationFilter, Query()]
) -> RegistrationList:
    """An activity's registrations, fifty at a time."""
    with here.db.read() as session:
        return registrations_of(session, activity_id, narrowed)


@router.get("/api/staff/activities/{activity_id}/attendees", dependencies=[READERS])
def list_attendees(activity_id: uuid.UUID, here: Here, narrowed: Annotated[AttendeeFilter, Query()]) -> AttendeeList:
    """An activity's attendees, fifty at a time."""
    with here.db.read() as session:
        return attendees_of(session, activity_id, narrowed)
