"""`/dev/mail`: in development without a mail server, what would have been sent. Elsewhere it does not exist."""

import base64
import re
import uuid
from functools import partial
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from kit import app
from kit.auth import allow
from kit.clock import local
from kit.errors import NotFound
from notify.channels import queries
from notify.channels.queries import File, Mail
from notify.channels.schemas import KeptMailAnswer, answer
from notify.service import Here

# A mail is shown as it is, styles included, but in a frame that can neither run nor send anything, and loads pictures
# only. Its links open beside it.
FRAME_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: https: {home}; base-uri 'self'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


def only_where_mail_is_kept(here: Here) -> None:
    """Raises NotFound wherever mail is really sent."""
    if not here.settings.keeps_mail:
        raise NotFound()


router = APIRouter(dependencies=[Depends(only_where_mail_is_kept), allow("public")], include_in_schema=False)


@router.get("/dev/mail")
def show_list(request: Request, here: Here, to: Annotated[str, Query(max_length=320)] = "") -> HTMLResponse:
    with here.db.read() as session:
        mails = queries.listed(session, to)
    wall = partial(local, zone=here.association().timezone)
    return app.page(request, "channels/list.html", app.language(request), mails=mails, to=to, wall=wall)


@router.get("/dev/mail.json")
def list_json(here: Here, to: Annotated[str, Query(max_length=320)] = "") -> list[KeptMailAnswer]:
    with here.db.read() as session:
        return [answer(mail) for mail in queries.listed(session, to)]


@router.get("/dev/mail/{mail_id}")
def show_one(request: Request, mail_id: uuid.UUID, here: Here) -> HTMLResponse:
    mail, zone = _mail(here, mail_id), here.association().timezone
    return app.page(request, "channels/mail.html", app.language(request), mail=mail, zone=zone)


@router.get("/dev/mail/{mail_id}/html")
def show_html(mail_id: uuid.UUID, here: Here) -> Response:
    """The mail's own HTML, with its pictures in place, for the frame of the page above."""
    mail = _mail(here, mail_id)
    html = re.sub(r"(<head>)", r'\1<base target="_blank">', mail.html, count=1)
    for file in mail.files:
        if file.cid:
            html = html.replace(f"cid:{file.cid}", _inline(file))
    policy = FRAME_CSP.format(home=here.settings.public_url("registration"))
    return HTMLResponse(html, headers={"Content-Security-Policy": policy, "X-Frame-Options": "SAMEORIGIN"})


@router.get("/dev/mail/{mail_id}/raw")
def download_raw(mail_id: uuid.UUID, here: Here) -> Response:
    return _download(_mail(here, mail_id).raw.encode(), "message/rfc822", f"{mail_id}.eml")


@router.get("/dev/mail/{mail_id}/files/{number}")
def download_file(mail_id: uuid.UUID, number: int, here: Here) -> Response:
    files = _mail(here, mail_id).files
    if not 0 <= number < len(files):
        raise NotFound()
    return _download(files[number].content, files[number].content_type, files[number].name)


def _mail(here: Here, mail_id: uuid.UUID) -> Mail:
    with here.db.read() as session:
        return queries.one(session, mail_id)


def _inline(file: File) -> str:
    return f"data:{file.content_type};base64,{base64.b64encode(file.content).decode()}"


def _download(content: bytes, content_type: str, name: str) -> Response:
    """Always a download: a file out of a mail is never opened as a page of ours."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type=content_type, headers=headers)
