"""Registrations that add to another: people or options that came after it was confirmed"""

import sqlalchemy as sa
from alembic import op


revision = '0025'
down_revision = '0024'

VIEW = """
    SELECT r.id, r.code, a.key AS activity_key, r.status, r.channel, r.method, r.lang, r.company_id, r.member,
           r.subtotal, r.tps, r.tvq, r.total, r.credited, r.refunded, r.created_at, r.hold_until, r.confirmed_at,
           r.ended_at, r.paid_at, r.invoice_number, r.amends_id
    FROM registration r JOIN activity a ON a.id = r.activity_id"""


def upgrade() -> None:
    """Not in batch mode: SQLite adds a column in place. The database keeps no reference to the table itself: SQLite
    could not add one, and what is amended is never deleted before what amends it."""
    op.add_column('registration', sa.Column('amends_id', sa.Uuid(), nullable=True))
    mine = sa.text('amends_id IS NOT NULL')
    op.create_index('ix_registration_amends', 'registration', ['amends_id'], sqlite_where=mine, postgresql_where=mine)
    op.execute('DROP VIEW contract_registrations')
    op.execute(f'CREATE VIEW contract_registrations AS {VIEW}')
