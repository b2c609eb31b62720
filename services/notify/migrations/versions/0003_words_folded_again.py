"""Messages saved by an older rule are found as newer ones are: ł, ø, đ and ı without their strokes, O’Brien as `obrien`"""

import sqlalchemy as sa
from alembic import op

from kit.contracts.texts import glued
from kit.text import fold


revision = '0003'
down_revision = '0002'

# Rows that are read at once.
BATCH = 1000


def upgrade() -> None:
    """What was forgotten stays so: it has no words to be found by, and is given none. Run twice, it changes nothing."""
    texts = ('to_address', 'to_name', 'search')
    message = sa.table('message', sa.column('id', sa.Uuid()), *(sa.column(one, sa.String()) for one in texts))
    query, last = sa.select(message).where(message.c.search != '').order_by(message.c.id).limit(BATCH), None
    update = message.update().where(message.c.id == sa.bindparam('of')).values(search=sa.bindparam('words'))
    while rows := op.get_bind().execute(query if last is None else query.where(message.c.id > last)).all():
        words = ((row, fold(f'{row.to_address} {row.to_name} {glued(row.to_name)}')) for row in rows)
        changed = [{'of': row.id, 'words': new} for row, new in words if new != row.search]
        if changed:
            op.get_bind().execute(update, changed)
        last = rows[-1].id
