"""Files are written once, and cleared away when nothing uses them."""

import hashlib
import secrets
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from kit.db import new_id
from kit.sql import Values, column, insert_all, named, table
from registration.files.models import StoredFile
from registration.files.queries import FileRow
from registration.files.rules import EXTENSIONS, Purpose, Rendition

# How long a file waits to be used by something.
WAITS = timedelta(days=1)


def keep(session: Session, renditions: Sequence[Rendition], purpose: Purpose, now: datetime) -> FileRow:
    """Write a file in all its shapes, under random names; the row of the whole."""
    whole: FileRow | None = None
    rows: list[Values] = []
    for rendition in renditions:
        row = FileRow(
            id=new_id(),
            key=f"{secrets.token_urlsafe(16)}.{EXTENSIONS[rendition.content_type]}",
            of_id=whole.id if whole else None,
            purpose=purpose,
            shape=rendition.shape,
            content_type=rendition.content_type,
            size=len(rendition.content),
            sha256=hashlib.sha256(rendition.content).hexdigest(),
            width=rendition.width,
            height=rendition.height,
        )
        whole = whole or row
        rows.append(_values(row, rendition.content, now))
    insert_all(session, table(StoredFile), [named(values) for values in rows])
    assert whole is not None  # noqa: S101 (A file always has a whole.)
    return whole


def _values(row: FileRow, content: bytes, now: datetime) -> Values:
    return {
        column(StoredFile.id): row.id,
        column(StoredFile.key): row.key,
        column(StoredFile.of_id): row.of_id,
        column(StoredFile.purpose): row.purpose,
        column(StoredFile.shape): row.shape,
        column(StoredFile.content_type): row.content_type,
        column(StoredFile.size): row.size,
        column(StoredFile.sha256): row.sha256,
        column(StoredFile.width): row.width,
        column(StoredFile.height): row.height,
        column(StoredFile.content): content,
        column(StoredFile.created_at): now,
    }


def purge(session: Session, now: datetime, in_use: Callable[[Session], set[uuid.UUID]]) -> int:
    """Clear away the files of more than a day that nothing uses; how many. Whoever begins to use one of them waits for
    the end of this transaction: they are locked before it is asked what is in use."""
    old = sa.select(column(StoredFile.id)).where(
        column(StoredFile.created_at) < now - WAITS, column(StoredFile.of_id).is_(None)
    )
    candidates = set(session.execute(old.with_for_update()).scalars())
    gone = candidates - in_use(session) if candidates else set()
    if gone:
        session.execute(sa.delete(table(StoredFile)).where(column(StoredFile.of_id).in_(gone)))
        session.execute(sa.delete(table(StoredFile)).where(column(StoredFile.id).in_(gone)))
    return len(gone)
