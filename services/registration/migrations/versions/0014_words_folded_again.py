"""Rows saved by an older rule are found as newer ones are: ł, ø, đ and ı without their strokes, O’Brien as `obrien`"""

from collections.abc import Callable, Iterator

import sqlalchemy as sa
from alembic import op

from kit.contracts.texts import glued
from kit.text import fold
from registration.registrations.rules_rows import contact_search, person_name


revision = '0014'
down_revision = '0013'

# Rows that are read at once.
BATCH = 1000
Words = Callable[[sa.Row], dict[str, str]]


def upgrade() -> None:
    _again('attendee', ('first_name', 'last_name', 'email', 'company_name', 'code', 'sort_name', 'search'), _of_place)
    _again('registration', ('contact_first', 'contact_last', 'contact_email', 'company_name', 'code', 'search'), _of_contact)
    _again('company', ('name', 'search'), lambda row: {'search': fold(f'{row.name} {glued(row.name)}')})


def _of_place(row: sa.Row) -> dict[str, str]:
    name = person_name(row.first_name, row.last_name, row.email, row.company_name, row.code)
    return {'search': name.search, 'sort_name': name.sort_name}


def _of_contact(row: sa.Row) -> dict[str, str]:
    name = f'{row.contact_first} {row.contact_last}'.strip()
    return {'search': contact_search(name, row.company_name, row.contact_email, row.code)}


def _again(name: str, columns: tuple[str, ...], words: Words) -> None:
    """Whoever was forgotten stays so: what has no words to be found by is given none. Run twice, it changes nothing."""
    table = sa.table(name, sa.column('id', sa.Uuid()), *(sa.column(one, sa.String()) for one in columns))
    for rows in _batches(table):
        again = [(row, words(row)) for row in rows]
        changed = [(row.id, new) for row, new in again if any(getattr(row, key) != new[key] for key in new)]
        if changed:
            update = table.update().where(table.c.id == sa.bindparam('of'))
            update = update.values({key: sa.bindparam(f'new_{key}') for key in changed[0][1]})
            op.get_bind().execute(update, [{'of': of, **{f'new_{key}': value for key, value in new.items()}} for of, new in changed])


def _batches(table: sa.TableClause) -> Iterator[list[sa.Row]]:
    query, last = sa.select(table).where(table.c.search != '').order_by(table.c.id).limit(BATCH), None
    while rows := op.get_bind().execute(query if last is None else query.where(table.c.id > last)).all():
        yield list(rows)
        last = rows[-1].id
