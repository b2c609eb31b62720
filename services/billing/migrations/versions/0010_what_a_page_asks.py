"""A payment page asks what is owed when it is opened; a card that paid several orders gives back to each of them"""

import sqlalchemy as sa
from alembic import op


revision = '0010'
down_revision = '0009'

# What was once at Stripe is once for each order that its payment paid.
ONCE = {'refund': 'stripe_refund', 'dispute': 'stripe_dispute'}


def upgrade() -> None:
    # Not in batch mode: SQLite adds a column in place. The release before, which may run beside this one, writes 0.
    op.add_column('checkout', sa.Column('amount', sa.BigInteger(), server_default='0', nullable=False))
    op.execute('UPDATE checkout SET amount = (SELECT o.total FROM orders o WHERE o.id = checkout.order_id)')
    for table, column in ONCE.items():
        if op.get_bind().dialect.name == 'sqlite':
            _write_anew(op.get_bind(), table, column)
        else:
            op.drop_constraint(f'uq_{table}_{column}', table)
            op.create_unique_constraint(f'uq_{table}_{column}', table, [column, 'order_id'])


def _write_anew(connection: sa.Connection, table: str, column: str) -> None:
    """SQLite cannot change what is unique: the table is copied as it is, word for word, with its indexes and views."""

    def words(of: str) -> list[tuple[str, str]]:
        asked = sa.text('SELECT name, sql FROM sqlite_master WHERE type = :of AND sql LIKE :about')
        return [(row.name, row.sql) for row in connection.execute(asked, {'of': of, 'about': f'%{table}%'})]

    [made] = [sql for name, sql in words('table') if name == table]
    indexes = [sql for _, sql in words('index') if f' ON {table} ' in sql]
    views = words('view')
    before, after = f'UNIQUE ({column})', f'UNIQUE ({column}, order_id)'
    if made.count(before) != 1 or not made.startswith(f'CREATE TABLE {table} ('):
        raise AssertionError(made)
    for name, _ in views:
        op.execute(f'DROP VIEW {name}')
    op.execute(made.replace(before, after).replace(f'CREATE TABLE {table} (', f'CREATE TABLE {table}_anew (', 1))
    op.execute(f'INSERT INTO {table}_anew SELECT * FROM {table}')
    op.execute(f'DROP TABLE {table}')
    op.execute(f'ALTER TABLE {table}_anew RENAME TO {table}')
    for sql in [*indexes, *(sql for _, sql in views)]:
        op.execute(sql)
