"""A batch as it is shown, and the registrations that a narrowed list shows."""

import uuid
from collections import Counter
from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column
from registration.batches import queries, rules
from registration.batches.flows import percent_now
from registration.batches.rules import Act, BatchRow, BatchState, ItemRow, ItemState
from registration.office.activities.queries_registrations import narrowed_registrations
from registration.office.activities.schemas import RegistrationCriteria
from registration.office.batches.schemas import BatchEffect, BatchItemView, BatchRequest, BatchView
from registration.registrations.models import Registration
from registration.registrations.rules import NotInThisState
from registration.service import RegistrationService


def asked_ids(session: Session, activity_id: uuid.UUID, asked: BatchRequest) -> list[uuid.UUID]:
    """The registrations that were named, and those the list shows when it is narrowed as asked, one more than a batch
    may hold at most."""
    return [*asked.registrations, *(_shown(session, activity_id, asked.shown) if asked.shown else ())]


def _shown(session: Session, activity_id: uuid.UUID, narrowed: RegistrationCriteria) -> list[uuid.UUID]:
    mine = (column(Registration.activity_id) == activity_id, *narrowed_registrations(activity_id, narrowed))
    return list(session.execute(sa.select(column(Registration.id)).where(*mine).limit(rules.MOST + 1)).scalars())


def batch_view(here: RegistrationService, session: Session, batch_id: uuid.UUID) -> BatchView:
    """The batch with its registrations, in a fixed number of statements. Raises NotFound."""
    batch = queries.batch_of(session, batch_id)
    items = queries.items_of(session, batch)
    states = Counter(item.state for item in items)
    state = rules.state_of(batch, states)
    return BatchView(
        id=batch.id,
        activity_id=batch.activity_id,
        act=batch.act,
        state=state,
        by=batch.by,
        created_at=batch.created_at,
        confirmed_at=batch.confirmed_at,
        effect=_effect(here, session, batch, items) if state is BatchState.CHOSEN else None,
        done=states[ItemState.DONE],
        waiting=states[ItemState.READY] + states[ItemState.CHOSEN],
        refused=states[ItemState.REFUSED],
        items=[_item(item) for item in items],
        addresses=queries.addresses(items) if batch.act is Act.ADDRESSES else [],
    )


def _effect(here: RegistrationService, session: Session, batch: BatchRow, items: Sequence[ItemRow]) -> BatchEffect:
    cancels = batch.act is Act.CANCEL
    percent = percent_now(here, session, batch) if cancels else 0
    lines = queries.lines_of_batch(session, batch.id) if cancels else {}
    return BatchEffect(keep_percent=percent, **vars(rules.effect(items, lines, percent)))


def _item(item: ItemRow) -> BatchItemView:
    return BatchItemView(
        registration_id=item.registration_id,
        code=item.code,
        contact=item.contact,
        company=item.company,
        people=item.people,
        state=item.state,
        why=NotInThisState.__name__ if item.state is ItemState.CHOSEN and not item.may else item.why,
    )
