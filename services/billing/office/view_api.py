"""Rows as the JSON API shows them, field by field, so that a column renamed in its table is missed here too."""

from billing.checkout.models import Incoming
from billing.office.listing.queries import Row
from billing.office.schemas import EventView, OrderRow


def row(row: Row) -> OrderRow:
    """One order of the list."""
    return OrderRow(
        id=row.id,
        code=row.code,
        activity_title=row.activity_title,
        status=row.status,
        method=row.method,
        placed_at=row.placed_at,
        buyer=row.buyer,
        number=row.number,
        total=row.total,
        owed=row.owed,
        credited=row.credited,
        refunded=row.refunded,
        due_on=row.due_on,
        notice=row.notice,
        notice_state=row.notice_state or "",
    )


def event(incoming: Incoming) -> EventView:
    return EventView(
        id=incoming.id,
        event_id=incoming.event_id,
        type=incoming.type,
        object_id=incoming.object_id,
        created=incoming.created,
        error=incoming.error,
    )
