"""The history is only ever added to, and forgotten when its seven years are over"""

from alembic import op


revision = '0006'
down_revision = '0005'

# A later migration that rebuilds the table on SQLite (batch mode) must create its triggers again.
SQLITE = (
    """CREATE TRIGGER history_entry_no_update BEFORE UPDATE ON history_entry
    BEGIN SELECT RAISE(ABORT, 'history_entry is never changed'); END""",
    """CREATE TRIGGER history_entry_no_delete BEFORE DELETE ON history_entry WHEN OLD.at >= datetime('now', '-7 years')
    BEGIN SELECT RAISE(ABORT, 'history_entry is kept for seven years'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.at < now() - interval '7 years' THEN RETURN OLD; END IF;
        END IF;
        RAISE EXCEPTION '% is never changed, and kept for seven years', TG_TABLE_NAME;
    END $$""",
    """CREATE TRIGGER history_entry_stays BEFORE UPDATE OR DELETE ON history_entry
    FOR EACH ROW EXECUTE FUNCTION history_stays()""",
    """CREATE TRIGGER history_entry_never_emptied BEFORE TRUNCATE ON history_entry
    FOR EACH STATEMENT EXECUTE FUNCTION history_stays()""",
)


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == 'sqlite' else POSTGRESQL:
        op.execute(statement)
