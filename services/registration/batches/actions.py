"""Choose the registrations of a batch, confirm it, and forget old ones."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.db import new_id
from kit.errors import InvalidInput
from kit.sql import Values, column, insert_all, named, table
from registration.batches.models import Batch, BatchItem
from registration.batches.rules import KEPT, MOST, UNCONFIRMED, Act, ItemState
from registration.registrations.models import Registration


@dataclass(frozen=True)
class Choice:
    """What shall be done to which registrations of an activity."""

    activity_id: uuid.UUID
    act: Act
    registrations: Collection[uuid.UUID]


def choose(session: Session, choice: Choice, by: Caller, now: datetime) -> uuid.UUID:
    """Keep the choice, of which nothing is done before it is confirmed; the id of its batch. What is no registration of
    the activity is left out. Raises InvalidInput when none is left, or too many are."""
    mine = (
        column(Registration.activity_id) == choice.activity_id,
        column(Registration.id).in_(list(choice.registrations)[: MOST + 1]),
    )
    ids = list(session.execute(sa.select(column(Registration.id)).where(*mine)).scalars())
    if not ids:
        raise InvalidInput({"registrations": "problem.none_chosen"})
    if len(ids) > MOST:
        raise InvalidInput({"registrations": "problem.too_many_chosen"})
    batch: Values = {
        column(Batch.id): new_id(),
        column(Batch.activity_id): choice.activity_id,
        column(Batch.act): choice.act,
        column(Batch.by_id): by.id,
        column(Batch.by): by.name,
        column(Batch.created_at): now,
    }
    batch_id: uuid.UUID = batch[column(Batch.id)]
    insert_all(session, table(Batch), [named(batch)])
    insert_all(session, table(BatchItem), [_item(batch_id, registration, now) for registration in ids])
    return batch_id


def _item(batch_id: uuid.UUID, registration_id: uuid.UUID, now: datetime) -> dict[str, object]:
    item: Values = {
        column(BatchItem.id): new_id(),
        column(BatchItem.batch_id): batch_id,
        column(BatchItem.registration_id): registration_id,
        column(BatchItem.state): ItemState.CHOSEN,
        column(BatchItem.why): "",
        column(BatchItem.due_at): now,
        column(BatchItem.attempts): 0,
    }
    return named(item)


def confirm(session: Session, batch_id: uuid.UUID, percent: int | None, by: Caller, now: datetime) -> bool:
    """Let the work begin, in the name of whoever confirms; `percent` is what a cancellation keeps. False when it was
    confirmed before, or there is nothing to confirm: then nothing is changed."""
    confirmed: Values = {
        column(Batch.confirmed_at): now,
        column(Batch.keep_percent): percent,
        column(Batch.by_id): by.id,
        column(Batch.by): by.name,
    }
    waits = (
        column(Batch.id) == batch_id,
        column(Batch.confirmed_at).is_(None),
        column(Batch.act) != Act.ADDRESSES,
    )
    first = sa.update(table(Batch)).where(*waits).values(dict(confirmed)).returning(column(Batch.id))
    if session.execute(first).first() is None:
        return False
    begun: Values = {column(BatchItem.state): ItemState.READY, column(BatchItem.due_at): now}
    session.execute(sa.update(table(BatchItem)).where(column(BatchItem.batch_id) == batch_id).values(dict(begun)))
    return True


def purge(session: Session, now: datetime) -> None:
    """Forget batches that nobody confirmed in a week, and those of which nothing is left to do after ninety days."""
    unconfirmed = sa.and_(column(Batch.confirmed_at).is_(None), column(Batch.created_at) < now - UNCONFIRMED)
    at_work = sa.select(column(BatchItem.batch_id)).where(column(BatchItem.state) == ItemState.READY)
    over = sa.and_(column(Batch.created_at) < now - KEPT, column(Batch.id).not_in(at_work))
    old = list(session.execute(sa.select(column(Batch.id)).where(sa.or_(unconfirmed, over))).scalars())
    if old:
        session.execute(sa.delete(table(BatchItem)).where(column(BatchItem.batch_id).in_(old)))
        session.execute(sa.delete(table(Batch)).where(column(Batch.id).in_(old)))
