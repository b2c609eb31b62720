"""Names leave the history when their term is over; a company that nobody recognised is counted by its rows"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from kit.text import fold


revision = '0011'
down_revision = '0010'

# The one change an entry may see: what it says of the fields is emptied, and everything else stays.
SAME = ('id', 'at', 'actor_id', 'actor', 'subject_id', 'subject', 'action')
SQLITE = (
    'DROP TRIGGER history_entry_no_update',
    f"""CREATE TRIGGER history_entry_no_update BEFORE UPDATE ON history_entry
    WHEN NEW.changes <> '[]' OR {' OR '.join(f'NEW.{name} <> OLD.{name}' for name in SAME)}
    BEGIN SELECT RAISE(ABORT, 'history_entry is never changed'); END""",
)
POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.at < now() - interval '7 years' THEN RETURN OLD; END IF;
        ELSIF TG_OP = 'UPDATE' THEN
            IF NEW.changes::text = '[]' AND {' AND '.join(f'NEW.{name} = OLD.{name}' for name in SAME)} THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION '% is never changed, and kept for seven years', TG_TABLE_NAME;
    END $$""",
)


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == 'sqlite' else POSTGRESQL:
        op.execute(statement)
    op.add_column('registration',
        sa.Column('company_key', sqlmodel.sql.sqltypes.AutoString(), server_default='', nullable=False))
    registration = sa.table('registration', sa.column('company_name', sa.String()), sa.column('company_key', sa.String()),
        sa.column('method', sa.String()))
    names = sa.select(registration.c.company_name).where(registration.c.method == 'invoice').distinct()
    for (name,) in op.get_bind().execute(names).all():
        known = sa.and_(registration.c.company_name == name, registration.c.method == 'invoice')
        op.execute(registration.update().where(known).values(company_key=fold(name)))
    op.create_index('ix_registration_company', 'registration', ['activity_id', 'company_key'],
        sqlite_where=sa.text("method = 'invoice'"), postgresql_where=sa.text("method = 'invoice'"))
