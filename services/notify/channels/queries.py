"""Kept mail, read back the way a mail program would."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_string
from email.message import EmailMessage
from email.policy import SMTP

from sqlmodel import Session, col, select

from kit.errors import NotFound
from notify.channels.models import KeptMail

LISTED = 100


@dataclass(frozen=True)
class File:
    """A part that is not the text: an attachment, or a picture of the HTML (then `cid` names it)."""

    name: str
    content_type: str
    cid: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """One mail, with its headers, texts and files."""

    id: uuid.UUID
    kept_at: datetime
    raw: str
    headers: Sequence[tuple[str, str]]
    text: str
    html: str
    files: Sequence[File]

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.casefold() == name.casefold()), "")


def listed(session: Session, to: str = "") -> list[Mail]:
    """The newest mails, to one address when one is given."""
    rows = select(KeptMail).order_by(col(KeptMail.id).desc()).limit(LISTED)
    if to:
        rows = rows.where(KeptMail.to_address == to.strip().casefold())
    return [_parsed(row) for row in session.exec(rows).all()]


def one(session: Session, mail_id: uuid.UUID) -> Mail:
    """Raises NotFound."""
    row = session.get(KeptMail, mail_id)
    if row is None:
        raise NotFound()
    return _parsed(row)


def _parsed(row: KeptMail) -> Mail:
    message = message_from_string(row.raw, policy=SMTP)
    assert isinstance(message, EmailMessage)  # noqa: S101 (What the policy makes; the function declares less.)
    return Mail(
        id=row.id,
        kept_at=row.kept_at,
        raw=row.raw,
        headers=[(name, str(value)) for name, value in message.items()],
        text=_text(message, "plain"),
        html=_text(message, "html"),
        files=list(_files(message)),
    )


def _text(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""


def _files(message: EmailMessage) -> Iterator[File]:
    for part in message.walk():
        if part.get_content_disposition() in ("attachment", "inline"):
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)  # noqa: S101 (A leaf, as every part with a disposition is here.)
            cid = str(part.get("Content-ID", "")).strip("<>")
            yield File(part.get_filename() or "", part.get_content_type(), cid, content)
