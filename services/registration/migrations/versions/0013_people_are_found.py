"""People who act for a company are found by their names, with neither accents nor case"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from registration.members.rules import person_search


revision = '0013'
down_revision = '0012'


def upgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        # A search in everything reads these instead of whole rows; on PostgreSQL there are trigrams for it.
        for name in ('attendee', 'registration'):
            op.create_index(f'ix_{name}_words', name, ['search', 'id'])
    op.add_column('person',
        sa.Column('search', sqlmodel.sql.sqltypes.AutoString(), server_default='', nullable=False))
    person = sa.table('person', *(sa.column(name) for name in ('id', 'first_name', 'last_name', 'email', 'search')))
    connection = op.get_bind()
    for key, first, last, email in connection.execute(
        sa.select(person.c.id, person.c.first_name, person.c.last_name, person.c.email)).all():
        connection.execute(
            person.update().where(person.c.id == key).values(search=person_search(first, last, email)))
