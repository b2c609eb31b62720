"""Buyers saved by an older rule are found as newer ones are: ł, ø, đ and ı without their strokes, O’Brien as `obrien`"""

import sqlalchemy as sa
from alembic import op

from kit.contracts.texts import glued
from kit.text import fold


revision = '0006'
down_revision = '0005'

# Rows that are read at once.
BATCH = 1000


def upgrade() -> None:
    """Whoever was forgotten stays so: what has no words to be found by is given none. Run twice, it changes nothing."""
    texts = ('company', 'name', 'po_number', 'search')
    buyer = sa.table('buyer', sa.column('order_id', sa.Uuid()), *(sa.column(one, sa.String()) for one in texts))
    orders = sa.table('orders', sa.column('id', sa.Uuid()), sa.column('code', sa.String()))
    query = sa.select(buyer, orders.c.code).join(orders, orders.c.id == buyer.c.order_id).where(buyer.c.search != '')
    query, last = query.order_by(buyer.c.order_id).limit(BATCH), None
    update = buyer.update().where(buyer.c.order_id == sa.bindparam('of')).values(search=sa.bindparam('words'))
    while rows := op.get_bind().execute(query if last is None else query.where(buyer.c.order_id > last)).all():
        words = ((row, _words(row)) for row in rows)
        changed = [{'of': row.order_id, 'words': new} for row, new in words if new != row.search]
        if changed:
            op.get_bind().execute(update, changed)
        last = rows[-1].order_id


def _words(row: sa.Row) -> str:
    names = f'{row.company} {row.name}'
    return fold(f'{row.code} {names} {row.po_number} {glued(names)}')
