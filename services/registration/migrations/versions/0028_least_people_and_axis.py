"""From how many people an activity takes place, the day that is decided, and the axis of the plan it serves"""

from datetime import date

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0028'
down_revision = '0027'

TEXT = sqlmodel.sql.sqltypes.AutoString()
DECIDED = 'go_no_go'
TEMPLATE = sa.table('house_template', sa.column('id', sa.Uuid()), sa.column('body', sa.JSON()))
ACTIVITY = sa.table(
    'activity',
    sa.column('id', sa.Uuid()),
    sa.column('notes', sa.JSON()),
    sa.column('min_people', sa.Integer()),
    sa.column('decides_on', sa.Date()),
)


def upgrade() -> None:
    op.add_column('activity', sa.Column('min_people', sa.Integer(), nullable=True))
    op.add_column('activity', sa.Column('decides_on', sa.Date(), nullable=True))
    op.add_column('activity', sa.Column('axis', TEXT, server_default='', nullable=False))
    _notes_become_fields(op.get_bind())
    _templates_too(op.get_bind())


def _notes_become_fields(here: sa.Connection) -> None:
    """What a note told until now. The most people it told are the places that are counted."""
    for row in here.execute(sa.select(ACTIVITY)).all():
        told, left = _parted(row.notes)
        if told:
            day = date.fromisoformat(told[0]['day'])
            mine = sa.update(ACTIVITY).where(ACTIVITY.c.id == row.id)
            here.execute(mine.values({'notes': left, 'min_people': told[0]['min'], 'decides_on': day}))


def _templates_too(here: sa.Connection) -> None:
    """A template has no day of its own."""
    for row in here.execute(sa.select(TEMPLATE)).all():
        essentials, dates = row.body.get('essentials', {}), row.body.get('dates', {})
        told, left = _parted(essentials.get('notes'))
        if told:
            least = told[0].get('values', {}).get('min')
            body = {**row.body, 'essentials': {**essentials, 'notes': left}, 'dates': {**dates, 'min_people': least}}
            here.execute(sa.update(TEMPLATE).where(TEMPLATE.c.id == row.id).values({'body': body}))


def _parted(notes: list | None) -> tuple[list, list]:
    """The notes that told it, and the others."""
    listed = notes or []
    return [one for one in listed if one['kind'] == DECIDED], [one for one in listed if one['kind'] != DECIDED]
