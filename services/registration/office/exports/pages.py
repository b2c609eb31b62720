"""The buttons « Exporter » of an activity's lists: the same files as for programs, of the list as it is narrowed."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from kit import app as kit_app
from kit import lookup
from registration.office.exports.api import attendees_file, check_ins_file, registrations_file, sponsorships_file
from registration.office.exports.schemas import (
    AttendeeExport,
    CheckInExport,
    ConfidentialAsked,
    FileAsked,
    RegistrationExport,
)
from registration.service import Coordinator, Here, Reader

router = APIRouter(include_in_schema=False)
Confidential = Annotated[ConfidentialAsked, Form()]


@router.get("/staff/activities/{activity_id}/registrations/export")
def registrations(
    request: Request,
    activity_id: uuid.UUID,
    here: Here,
    caller: Reader,
    narrowed: Annotated[RegistrationExport, Query()],
) -> Response:
    narrowed = narrowed.model_copy(update={"q": lookup.words_of(request)})
    return registrations_file(here, activity_id, narrowed, kit_app.language(request, caller.lang))


@router.post("/staff/activities/{activity_id}/registrations/export")
def registrations_whole(
    request: Request,
    activity_id: uuid.UUID,
    here: Here,
    caller: Coordinator,
    narrowed: Annotated[RegistrationExport, Query()],
    form: Confidential,
) -> Response:
    """With what was told in confidence, when the box was ticked."""
    narrowed = narrowed.model_copy(update={"q": lookup.words_of(request), "format": form.format})
    lang = kit_app.language(request, caller.lang)
    return registrations_file(here, activity_id, narrowed, lang, caller if form.confidential else None)


@router.get("/staff/activities/{activity_id}/attendees/export")
def attendees(
    request: Request, activity_id: uuid.UUID, here: Here, caller: Reader, narrowed: Annotated[AttendeeExport, Query()]
) -> Response:
    narrowed = narrowed.model_copy(update={"q": lookup.words_of(request)})
    return attendees_file(here, activity_id, narrowed, kit_app.language(request, caller.lang))


@router.post("/staff/activities/{activity_id}/attendees/export")
def attendees_whole(
    request: Request,
    activity_id: uuid.UUID,
    here: Here,
    caller: Coordinator,
    narrowed: Annotated[AttendeeExport, Query()],
    form: Confidential,
) -> Response:
    """With what was told in confidence, when the box was ticked."""
    narrowed = narrowed.model_copy(update={"q": lookup.words_of(request), "format": form.format})
    lang = kit_app.language(request, caller.lang)
    return attendees_file(here, activity_id, narrowed, lang, caller if form.confidential else None)


@router.get("/staff/activities/{activity_id}/check-ins/export")
def check_ins(
    request: Request, activity_id: uuid.UUID, here: Here, caller: Reader, narrowed: Annotated[CheckInExport, Query()]
) -> Response:
    return check_ins_file(here, activity_id, narrowed, kit_app.language(request, caller.lang))


@router.get("/staff/activities/{activity_id}/sponsors/export")
def sponsorships(
    request: Request, activity_id: uuid.UUID, here: Here, caller: Reader, asked: Annotated[FileAsked, Query()]
) -> Response:
    return sponsorships_file(here, activity_id, asked, kit_app.language(request, caller.lang))
