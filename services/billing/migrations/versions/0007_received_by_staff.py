"""Payments that staff received before they signed somebody up, card readers, and orders that amend another"""

import sqlalchemy as sa
from alembic import op


revision = '0007'
down_revision = '0006'

CHECKS = {
    'orders': ("method IN ('card', 'invoice', 'cash', 'free')", "method IN ('card', 'invoice', 'cash', 'received', 'free')"),
    'payment': ("method IN ('card', 'cheque', 'transfer', 'cash')", "method IN ('card', 'cheque', 'transfer', 'cash', 'reader')"),
}

VIEW = """
    SELECT id, code, activity_key, status, closing, method, lang, ordered_on, placed_at, due_on, tax_review,
           subtotal, taxable, tps, tvq, total, credited, paid, refunding, refunded,
           total - credited - paid + refunding + refunded + disputed AS owed, disputed, amends
    FROM orders"""


def upgrade() -> None:
    """Additive. SQLite cannot change a check, and a copied table would lose what hangs on it: the words of the table
    alone are written anew, as its documentation allows (lang_altertable.html, 7)."""
    op.add_column('orders', sa.Column('amends', sa.Uuid(), nullable=True))
    op.create_index(op.f('ix_orders_amends'), 'orders', ['amends'])
    op.execute('DROP VIEW contract_orders')
    op.execute(f'CREATE VIEW contract_orders AS {VIEW}')
    connection = op.get_bind()
    for table, (before, after) in CHECKS.items():
        if connection.dialect.name == 'sqlite':
            _write_anew(connection, table, before, after)
        else:
            checks = sa.inspect(connection).get_check_constraints(table)
            [name] = [check['name'] for check in checks if 'method' in check['sqltext'] and 'cash' in check['sqltext']]
            op.drop_constraint(op.f(name), table)
            op.create_check_constraint(op.f(name), table, after)


def _write_anew(connection: sa.Connection, table: str, before: str, after: str) -> None:
    version = connection.exec_driver_sql('PRAGMA schema_version').scalar()
    query = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?"
    words = connection.exec_driver_sql(query, (table,)).scalar()
    assert isinstance(words, str) and isinstance(version, int) and before in words
    connection.exec_driver_sql('PRAGMA writable_schema = ON')
    connection.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?", (words.replace(before, after), table)
    )
    connection.exec_driver_sql(f'PRAGMA schema_version = {version + 1}')
    connection.exec_driver_sql('PRAGMA writable_schema = RESET')
