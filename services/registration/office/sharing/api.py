"""What an activity is announced with, for programs: addresses, blocks for a newsletter, the QR that leads to it."""

import io
import uuid
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from kit.errors import NotFound, refusals
from kit.qr import qr
from registration.catalog.view import page
from registration.office.sharing.schemas import Sharing
from registration.office.sharing.view import sharing
from registration.service import READERS, Here, RegistrationService

router = APIRouter(tags=["staff"])
Format = Annotated[Literal["svg", "png"], Query(alias="format", description="`svg` for print, `png` for the rest.")]
Of = Annotated[Literal["fr", "en"], Query(description="The page that it leads to.")]
MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
# Pixels of a module of the code: a picture of some 700, which prints sharp on a flyer.
SCALE = 16
ANSWERED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The code.",
        "content": {media: {"schema": {"type": "string", "format": "binary"}} for media in MEDIA_TYPES.values()},
    }
}


@router.get("/api/staff/activities/{activity_id}/sharing", dependencies=[READERS], openapi_extra=refusals(NotFound))
def read_sharing(activity_id: uuid.UUID, here: Here) -> Sharing:
    """The addresses of an activity, and blocks for a newsletter."""
    with here.db.read() as session:
        return sharing(here, here.offer(session, activity_id))


@router.get(
    "/api/staff/activities/{activity_id}/qr",
    dependencies=[READERS],
    response_class=Response,
    responses=ANSWERED,
    openapi_extra=refusals(NotFound),
)
def read_qr(activity_id: uuid.UUID, here: Here, kind: Format = "svg", of: Of = "fr") -> Response:
    """A QR code of the activity's public address."""
    return qr_file(here, activity_id, kind, of)


def qr_file(here: RegistrationService, activity_id: uuid.UUID, kind: str, of: str) -> Response:
    """The code as a file. Raises NotFound."""
    with here.db.read() as session:
        activity = here.offer(session, activity_id).activity
    written = io.BytesIO()
    qr(here.home + page(activity, of)).save(written, kind=kind, scale=SCALE, border=4)
    headers = {"Content-Disposition": f'attachment; filename="{activity.slug.in_(of)}.{kind}"'}
    return Response(written.getvalue(), media_type=MEDIA_TYPES[kind], headers=headers)
