"""A database of the release before gets the newer schema with what is in it."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.exc import IntegrityError

import registration
from kit import migrate
from kit.db import Database
from kit.sql import column
from registration.catalog.models import Activity
from registration.catalog.offers.rules_activity import Note
from tests.fakes.postgres import Cluster

FOLDER = Path(str(registration.__file__)).parent / "migrations"
NOON = datetime(2027, 5, 1, 16, tzinfo=UTC)
ACTIVITY, QUESTION = uuid.uuid4(), uuid.uuid4()


@pytest.fixture
def older(cluster: Cluster | None, tmp_path: Path) -> Iterator[Database]:
    """A database at the first migration, with an activity, a question and a code."""
    url = cluster.create("older") if cluster else f"sqlite:///{tmp_path / 'older.db'}"
    db = Database(url)
    with db.engine.execution_options(guichet_write=True).begin() as connection:
        command.upgrade(migrate.config(FOLDER, connection), "0001")
        _fill(connection)
    yield db
    db.close()
    if cluster:
        cluster.drop(url)


def _fill(connection: sa.Connection) -> None:
    known = sa.MetaData()
    for name in ("activity", "question", "code", "registration", "answer"):
        sa.Table(name, known, autoload_with=connection)
    texts = {"slug_fr": "a", "slug_en": "a", "title_fr": "A", "title_en": "", "summary_fr": "", "summary_en": ""}
    lists = {"place": {}, "agenda": [], "notes": [], "methods": [], "cancellation": [], "points": ["accueil"]}
    about = {"key": "a", "kind": "webinar", "status": "published", "timezone": "America/Toronto", "version": 1}
    flags = {"signup_open": True, "members_only": False}
    values = {"id": ACTIVITY, **about, **texts, **lists, **flags}
    connection.execute(known.tables["activity"].insert(), _fitting(known.tables["activity"], values))
    question = {"id": QUESTION, "activity_id": ACTIVITY, "key": "q", "position": 0, "per": "attendee", "type": "choice"}
    question |= {"required": False, "label_fr": "Q", "label_en": "", "options": [], "show_if": {}, "sensitive": False}
    connection.execute(known.tables["question"].insert(), _fitting(known.tables["question"], question))
    code = {"id": uuid.uuid4(), "activity_id": ACTIVITY, "word": "RABAIS", "percent_off": 10, "max_units": 5, "used": 2}
    connection.execute(known.tables["code"].insert(), _fitting(known.tables["code"], code))


def _fitting(table: sa.Table, values: dict[str, object]) -> dict[str, object]:
    """Ids as the reflected column holds them: SQLite knows no type for them."""
    plain = {name: value.hex for name, value in values.items() if isinstance(value, uuid.UUID)}
    return values if isinstance(table.c.id.type, sa.Uuid) else values | plain


def test_migration_keeps_rows_and_its_checks_hold_from_then_on(older: Database) -> None:
    migrate.upgrade(older, FOLDER)
    migrate.upgrade(older, FOLDER)
    assert migrate.is_current(older, FOLDER)
    with older.read() as session:
        assert session.execute(sa.text("SELECT type, per FROM question")).all() == [("choice", "attendee")]
        assert session.execute(sa.text("SELECT word, used FROM code")).all() == [("RABAIS", 2)]
    for wrong in ("UPDATE question SET type = 'file'", "UPDATE code SET opens = 'x'", "UPDATE code SET used = 6"):
        with pytest.raises(IntegrityError), older.write() as session:
            session.execute(sa.text(wrong))
    with older.write() as session:
        session.execute(sa.text("UPDATE code SET opens = 'x', percent_off = 0"))


def test_migration_makes_fields_of_what_a_note_told(older: Database) -> None:
    told = '[{"kind": "go_no_go", "day": "2027-01-28", "min": 6, "max": 10}, {"kind": "online_link"}]'
    with older.write() as session:
        session.execute(sa.text("UPDATE activity SET notes = :told"), {"told": told})
    migrate.upgrade(older, FOLDER)
    columns = (column(Activity.notes), column(Activity.min_people), column(Activity.decides_on))
    with older.read() as session:
        [row] = session.execute(sa.select(*columns)).all()
    assert (row.notes, row.min_people, row.decides_on) == ((Note.of({"kind": "online_link"}),), 6, date(2027, 1, 28))


def test_migration_with_a_code_that_opens_and_lowers_is_stopped(older: Database) -> None:
    with older.write() as session:
        session.execute(sa.text("UPDATE code SET opens = 'x'"))
    with pytest.raises((ValueError, IntegrityError)):
        migrate.upgrade(older, FOLDER)
    assert not migrate.is_current(older, FOLDER)
    with older.write() as session:
        session.execute(sa.text("UPDATE code SET percent_off = 0"))
    migrate.upgrade(older, FOLDER)
    assert migrate.is_current(older, FOLDER)


def test_migration_shares_add_ons_out_between_those_who_still_come(older: Database) -> None:
    """Two galas: of three people of whom one has left, and of two of whom one has left with nothing given back."""
    with older.engine.execution_options(guichet_write=True).begin() as connection:
        for number, people in enumerate((["active", "cancelled", "active"], ["cancelled", "active"])):
            _add_signup(connection, number, people, galas=2)
    migrate.upgrade(older, FOLDER)
    with older.read() as session:
        query = "SELECT a.code, s.units FROM add_on_share s JOIN attendee a ON a.id = s.attendee_id ORDER BY a.code"
        assert session.execute(sa.text(query)).all() == [("0-0", 1), ("0-2", 1), ("1-1", 2)]


def _add_signup(connection: sa.Connection, number: int, people: list[str], galas: int) -> None:
    """A confirmed registration with a place for each of these people, by their status, and so many galas."""
    known = sa.MetaData()
    known.reflect(connection, only=["registration", "registration_line", "attendee", "product"])
    product, signup, places, gala = (uuid.uuid4() for _ in range(4))

    def add(name: str, **values: object) -> None:
        table = known.tables[name]
        needed = {c.name: _plain(c) for c in table.columns if not c.nullable and c.server_default is None}
        connection.execute(table.insert(), _fitting(table, needed | values))

    add("product", id=product, activity_id=ACTIVITY, key=f"p{number}")
    add("registration", id=signup, activity_id=ACTIVITY, code=f"R{number}", status="confirmed", method="invoice")
    line = {"registration_id": signup, "product_id": product, "tax_class": "taxable"}
    add("registration_line", id=places, **line, quantity=len(people), attendees=1)
    add("registration_line", id=gala, **line, quantity=galas, attendees=0)
    for position, status in enumerate(people):
        place = {"position": position + 1, "unit": position, "code": f"{number}-{position}", "status": status}
        add("attendee", id=uuid.uuid4(), registration_id=signup, line_id=places, activity_id=ACTIVITY, **place)


def _plain(column: sa.Column[object]) -> object:
    """A value for a column that a test does not care about."""
    return {"JSON": {}, "DATE": date(2027, 5, 1), "DATETIME": NOON, "TIMESTAMP": NOON, "BOOLEAN": False}.get(
        type(column.type).__name__, 0 if isinstance(column.type, sa.Integer) else ""
    )
