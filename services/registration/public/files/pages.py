"""Files as anybody may fetch them: pictures to show, documents to save. No cookie is looked at and none is set."""

from fastapi import APIRouter, Request, Response

from kit.auth import allow
from kit.errors import NotFound
from registration.files import queries
from registration.files.rules import PDF, SVG
from registration.service import Here

router = APIRouter(include_in_schema=False, dependencies=[allow("public")])
# A file under a random name never changes.
FOR_EVER = "public, max-age=31536000, immutable"
# Opened by itself, a file loads nothing, runs nothing and is of no origin; a drawing may be painted by its own rules.
POLICY = "default-src 'none'; sandbox"
OF_DRAWINGS = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@router.get("/files/{key}")
def file(request: Request, key: str, here: Here) -> Response:
    """One file, under the type that was read from its bytes."""
    with here.db.read() as session:
        found = queries.served(session, key)
    if found is None:
        raise NotFound()
    mark = f'"{found.sha256}"'
    headers = {
        "ETag": mark,
        "Cache-Control": FOR_EVER,
        "Content-Security-Policy": OF_DRAWINGS if found.content_type == SVG else POLICY,
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if found.content_type == PDF:
        headers |= {"Content-Disposition": f'attachment; filename="{key}"'}
    if mark in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(found.content, headers=headers, media_type=found.content_type)
