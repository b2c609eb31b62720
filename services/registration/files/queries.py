"""Files as they are served, and what is known of them without their bytes."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.files.models import StoredFile
from registration.files.rules import Purpose, Shape


@dataclass(frozen=True)
class FileRow:
    """A file without its bytes. `path` is where it is on this service's origin."""

    id: uuid.UUID
    key: str
    of_id: uuid.UUID | None
    purpose: Purpose
    shape: Shape
    content_type: str
    size: int
    sha256: str
    width: int
    height: int

    @property
    def path(self) -> str:
        return f"/files/{self.key}"


@dataclass(frozen=True)
class ServedFile:
    """A file as it goes over the wire."""

    content: bytes
    content_type: str
    sha256: str


COLUMNS = (
    column(StoredFile.id),
    column(StoredFile.key),
    column(StoredFile.of_id),
    column(StoredFile.purpose),
    column(StoredFile.shape),
    column(StoredFile.content_type),
    column(StoredFile.size),
    column(StoredFile.sha256),
    column(StoredFile.width),
    column(StoredFile.height),
)


def served(session: Session, key: str) -> ServedFile | None:
    """The bytes behind a random name."""
    columns = (column(StoredFile.content), column(StoredFile.content_type), column(StoredFile.sha256))
    row = session.execute(sa.select(*columns).where(column(StoredFile.key) == key)).first()
    return ServedFile(*row) if row else None


def shapes(session: Session, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, Mapping[Shape, FileRow]]:
    """Files in all the shapes they are kept in, in one read: id of the whole -> shape -> row."""
    wanted = set(ids)
    mine = sa.or_(column(StoredFile.id).in_(wanted), column(StoredFile.of_id).in_(wanted))
    found: dict[uuid.UUID, dict[Shape, FileRow]] = {}
    for row in session.execute(sa.select(*COLUMNS).where(mine)):
        one = FileRow(*row)
        found.setdefault(one.of_id or one.id, {})[one.shape] = one
    return found


def locked(session: Session, wanted: uuid.UUID | str, purpose: Purpose) -> FileRow | None:
    """A whole file by its id or its random name, kept from being cleared away until this transaction ends."""
    is_it = column(StoredFile.id) == wanted if isinstance(wanted, uuid.UUID) else column(StoredFile.key) == wanted
    query = sa.select(*COLUMNS).where(is_it, column(StoredFile.purpose) == purpose, column(StoredFile.of_id).is_(None))
    row = session.execute(query.with_for_update(read=True, of=table(StoredFile))).first()
    return FileRow(*row) if row else None


def ids_of(session: Session, keys: Iterable[str]) -> set[uuid.UUID]:
    """Files by their random names."""
    query = sa.select(column(StoredFile.id)).where(column(StoredFile.key).in_(set(keys)))
    return set(session.execute(query).scalars())
