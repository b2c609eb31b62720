"""Kept mail for scripts: what `/dev/mail.json` answers."""

from datetime import datetime

from pydantic import BaseModel

from notify.channels.queries import Mail


class KeptFile(BaseModel):
    """A part of a mail, and the path it can be had at. `cid` is empty unless the HTML shows it."""

    name: str
    content_type: str
    cid: str
    path: str


class KeptMailAnswer(BaseModel):
    """One mail. `key` is its `X-Message-Key`; paths are below notify's own address."""

    id: str
    at: datetime
    key: str
    to: str
    subject: str
    headers: dict[str, str]
    text: str
    html: str
    files: list[KeptFile]
    raw_path: str


def answer(mail: Mail) -> KeptMailAnswer:
    """A mail as JSON."""
    here = f"/dev/mail/{mail.id}"
    files = [
        KeptFile(name=file.name, content_type=file.content_type, cid=file.cid, path=f"{here}/files/{n}")
        for n, file in enumerate(mail.files)
    ]
    return KeptMailAnswer(
        id=str(mail.id),
        at=mail.kept_at,
        key=mail.header("X-Message-Key"),
        to=mail.header("To"),
        subject=mail.header("Subject"),
        headers=dict(mail.headers),
        text=mail.text,
        html=mail.html,
        files=files,
        raw_path=f"{here}/raw",
    )
