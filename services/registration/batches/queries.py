"""One batch: its registrations as they stand now, and what is left to do."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session

from kit.errors import NotFound
from kit.sql import column, table
from registration.batches.models import Batch, BatchItem
from registration.batches.rules import Act, BatchRow, ItemRow, ItemState
from registration.registrations.models import Attendee, Registration, RegistrationLine
from registration.registrations.models_rows import line_row, registration_row
from registration.registrations.rules import AttendeeStatus, RegistrationStatus
from registration.registrations.rules_rows import LineRow


def batch_of(session: Session, batch_id: uuid.UUID) -> BatchRow:
    """The batch. Raises NotFound."""
    row = session.execute(sa.select(table(Batch)).where(column(Batch.id) == batch_id)).mappings().first()
    if row is None:
        raise NotFound()
    return BatchRow(**row)


def items_of(session: Session, batch: BatchRow) -> list[ItemRow]:
    """Its registrations in two statements, those that were refused first, then by the order of their signups."""
    query = (
        sa.select(column(BatchItem.state).label("item_state"), column(BatchItem.why), table(Registration))
        .join(table(Registration), column(Registration.id) == column(BatchItem.registration_id))
        .where(column(BatchItem.batch_id) == batch.id)
        .order_by(column(Registration.created_at), column(Registration.id))
    )
    people = _people(session, batch.id)
    items = []
    for found in session.execute(query):
        row = registration_row(found)
        item = ItemRow(
            registration_id=row.id,
            state=ItemState(found.item_state),
            why=found.why,
            may=batch.act is Act.ADDRESSES or row.status is RegistrationStatus.CONFIRMED,
            code=row.code,
            contact=row.contact_name,
            email=row.contact_email,
            company=row.company_name,
            people=people.get(row.id, 0),
            paid=row.paid_at is not None,
        )
        items.append(item)
    return sorted(items, key=lambda item: item.state is not ItemState.REFUSED)


def _people(session: Session, batch_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """Active places of each registration of the batch."""
    of = column(Attendee.registration_id)
    query = sa.select(of, sa.func.count()).where(
        of.in_(_chosen(batch_id)), column(Attendee.status) == AttendeeStatus.ACTIVE
    )
    return {found[0]: found[1] for found in session.execute(query.group_by(of))}


def lines_of_batch(session: Session, batch_id: uuid.UUID) -> dict[uuid.UUID, list[LineRow]]:
    """What each registration of the batch took."""
    query = sa.select(table(RegistrationLine)).where(column(RegistrationLine.registration_id).in_(_chosen(batch_id)))
    lines: dict[uuid.UUID, list[LineRow]] = {}
    for line in map(line_row, session.execute(query)):
        lines.setdefault(line.registration_id, []).append(line)
    return lines


def addresses(items: Sequence[ItemRow]) -> list[str]:
    """The addresses of the contacts, each once, whatever its case; in the order of their signups."""
    once = {item.email.lower(): item.email for item in items if item.email}
    return list(once.values())


def ready(batch_id: uuid.UUID | None) -> list[sa.ColumnElement[bool]]:
    """Registrations that wait for their turn: of one batch, or of all."""
    waits = column(BatchItem.state) == ItemState.READY
    return [waits] if batch_id is None else [waits, column(BatchItem.batch_id) == batch_id]


def is_ready(session: Session, batch_id: uuid.UUID | None) -> bool:
    """Whether anything waits for its turn, now or later."""
    return session.execute(sa.select(column(BatchItem.id)).where(*ready(batch_id)).limit(1)).first() is not None


def _chosen(batch_id: uuid.UUID) -> sa.Select[uuid.UUID]:
    return sa.select(column(BatchItem.registration_id)).where(column(BatchItem.batch_id) == batch_id)
