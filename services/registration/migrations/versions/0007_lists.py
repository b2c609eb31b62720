"""What was cancelled, or never confirmed, is listed without a look at everything else"""

import sqlalchemy as sa
from alembic import op


revision = '0007'
down_revision = '0006'


def upgrade() -> None:
    cancelled, unconfirmed = sa.text("status = 'cancelled'"), sa.text("status <> 'confirmed'")
    op.create_index('ix_attendee_cancelled', 'attendee', ['activity_id', 'sort_name', 'id'],
        sqlite_where=cancelled, postgresql_where=cancelled)
    op.create_index('ix_registration_unconfirmed', 'registration', ['activity_id', 'status', 'created_at', 'id'],
        sqlite_where=unconfirmed, postgresql_where=unconfirmed)
