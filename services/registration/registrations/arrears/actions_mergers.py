"""Merge companies, and take a merge back, with what they owe: it follows the registrations that move."""

import uuid
from datetime import datetime

from sqlmodel import Session

from kit.contracts.callers import Caller
from registration.members.duplicates.rules import Subject
from registration.members.mergers import actions, actions_undo
from registration.members.mergers.actions import Merge
from registration.registrations.arrears.actions import mark


def merge_companies(session: Session, merge: Merge, by: Caller, now: datetime) -> uuid.UUID:
    """Raises what `mergers.actions.merge_companies` raises."""
    merger_id = actions.merge_companies(session, merge, by, now)
    session.flush()
    mark(session, [merge.gone_id, merge.kept_id])
    return merger_id


def undo_merge(session: Session, merger_id: uuid.UUID, by: Caller, now: datetime) -> None:
    """Raises what `mergers.actions_undo.undo_merge` raises."""
    merger = actions_undo.undo_merge(session, merger_id, by, now)
    session.flush()
    if merger.subject is Subject.COMPANY:
        mark(session, [merger.gone_id, merger.kept_id])
