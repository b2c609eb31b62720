"""The buttons that print: the list of the door, the poster of an activity."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from kit import app as kit_app
from registration.office.prints.api import Listed, door_list_file, poster_file
from registration.office.prints.schemas import DoorListAsked
from registration.service import READERS, Here

router = APIRouter(include_in_schema=False)


@router.get("/staff/activities/{activity_id}/door-list")
def door_list(
    request: Request, activity_id: uuid.UUID, here: Here, caller: Listed, asked: Annotated[DoorListAsked, Query()]
) -> Response:
    return door_list_file(here, activity_id, asked.paper, kit_app.language(request, caller.lang))


@router.get("/staff/activities/{activity_id}/poster", dependencies=[READERS])
def poster(activity_id: uuid.UUID, here: Here) -> Response:
    return poster_file(here, activity_id)
