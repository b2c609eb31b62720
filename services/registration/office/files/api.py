"""The one door of files, for programs."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from kit.errors import refusals
from kit.idempotency import Key, once
from registration.files import actions, flows
from registration.files.rules import (
    DrawingTooHeavy,
    FileTooLarge,
    NoFile,
    PictureTooLarge,
    Purpose,
    UnreadableFile,
    WrongKindOfFile,
)
from registration.office.files.schemas import FileView
from registration.service import Coordinator, Here
from registration.uploads import SentFile

router = APIRouter(tags=["files"])
BODY = {"description": "The bytes of the file.", "required": True}
BYTES: dict[str, Any] = {
    "requestBody": BODY | {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.post(
    "/api/files",
    status_code=201,
    response_model=FileView,
    openapi_extra=BYTES
    | refusals(NoFile, FileTooLarge, WrongKindOfFile, UnreadableFile, PictureTooLarge, DrawingTooHeavy),
)
def upload_file(
    here: Here,
    _caller: Coordinator,
    sent: SentFile,
    purpose: Annotated[Purpose, Query(description="What it is for.")],
    key: Key,
) -> Response:
    """Take a file of 5 MB at most: PNG, JPEG or WebP, a drawing (SVG) as logo, a PDF as document. Its type is read from
    its bytes; pictures are made anew, without what cameras write into them. Nothing that uses it for a day: it goes."""
    now, ready = here.clock(), flows.made(sent, purpose)
    with here.db.write() as session:
        return once(
            session, key, now, lambda: FileView.of(actions.keep(session, ready, purpose, now), here.home), status=201
        )
