"""How an activity stands, before it is moved."""

import hashlib
import uuid
from dataclasses import dataclass

from sqlmodel import Session

from kit.errors import NotFound
from registration.catalog.models import Activity
from registration.catalog.moves.rules import Stand, stand_of
from registration.catalog.sections.queries import draft as read_draft
from registration.catalog.sections.rules import Draft


@dataclass(frozen=True)
class Standing:
    """An activity as its author sees it, how it stands, and the version that both are of."""

    draft: Draft
    stand: Stand
    version: int


def standing(session: Session, activity_id: uuid.UUID) -> Standing:
    """The activity as it stands in this transaction. Raises NotFound."""
    row, draft = session.get(Activity, activity_id), read_draft(session, activity_id)
    if row is None or draft is None:
        raise NotFound()
    return Standing(draft, stand_of(draft, row.status, row.moved_at), row.version)


def mark(stand: Stand) -> str:
    """What a stand is known by."""
    return hashlib.blake2b(stand.model_dump_json().encode(), digest_size=9).hexdigest()
