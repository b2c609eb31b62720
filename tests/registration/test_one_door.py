"""The catalogue's one door: versions rise with changes, and what makes no sense is refused by file and database."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from kit.contracts.callers import ANYONE
from kit.db import Database
from kit.errors import InvalidInput, NotFound
from kit.sql import column, table
from registration import seed
from registration.catalog.actions import changed
from registration.catalog.codes.actions import add
from registration.catalog.codes.models import Code
from registration.catalog.models import Activity, Product, Question
from registration.catalog.queries import KnownOffers
from registration.catalog.rules import CodeEffect
from registration.seed import activities, offers
from registration.seed.source import Source
from tests import make
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock

GOLF = "golf-2027"


@pytest.fixture
def db(make_database: MakeDatabase, clock: FakeClock) -> Any:
    database = Database(make_database("registration"))
    make.sample(database, clock())
    yield database
    database.close()


def version_of(session: Session, key: str) -> int:
    return session.exec(select(Activity.version).where(Activity.key == key)).one()


def golf_node(**changes: Any) -> tuple[Source, dict[str, Any]]:
    """The tournament as the file says it, with some of it said otherwise."""
    source = Source.read(make.SAMPLE)
    node = next(node for node in source.list("activities") if node["id"] == GOLF)
    return source, {**node, **changes}


def test_catalogue_change_raises_the_version_and_pages_read_it_anew(db: Database) -> None:
    known = KnownOffers()
    with db.write() as session:
        golf = make.activity_id(session, GOLF)
        standing, before = version_of(session, GOLF), known.read(session, golf)
        session.execute(sa.update(table(Product)).where(column(Product.activity_id) == golf).values(label_fr="Neuf"))
        remembered = known.read(session, golf)
        assert changed(session, golf) == standing + 1
        after = known.read(session, golf)
    assert before and remembered and after
    assert remembered.products[0].label == before.products[0].label
    assert {product.label.fr for product in after.products} == {"Neuf"}


def test_catalogue_change_of_an_unknown_activity_is_not_found(db: Database) -> None:
    with pytest.raises(NotFound), db.write() as session:
        changed(session, uuid.uuid4())


def test_catalogue_change_of_an_activity_touches_no_other(db: Database, clock: FakeClock) -> None:
    with db.write() as session:
        before = {key: version_of(session, key) for key in (GOLF, "aga-2027")}
        changed(session, make.activity_id(session, GOLF))
    seed.load(db, make.SAMPLE, clock())  # It brings nothing new.
    with db.read() as session:
        assert {key: version_of(session, key) for key in before} == {**before, GOLF: before[GOLF] + 1}


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Question, {"type": "file"}),
        (Question, {"per": "company"}),
        (Code, {"opens": "car-hon", "percent_off": 10}),
    ],
)
def test_catalogue_rows_that_make_no_sense_are_refused_by_the_database(
    db: Database, model: Any, values: dict[str, Any]
) -> None:
    sentence = ", ".join(f"{name} = :{name}" for name in values)
    with pytest.raises(IntegrityError), db.write() as session:
        session.execute(sa.text(f"UPDATE {table(model).name} SET {sentence}"), values)


def test_question_of_an_unknown_type_in_the_file_is_refused() -> None:
    source, node = golf_node()
    node["questions"] = [{**node["questions"][0], "type": "file"}]
    with pytest.raises(ValueError, match="'file' is not a valid QuestionType"):
        list(offers.questions(source, node))


def test_code_in_the_file_opens_or_lowers_and_never_both(db: Database, clock: FakeClock) -> None:
    word: dict[str, Any] = {"word": "rabais-2027", "max_units": 10, "percent_off": 15, "until": "2027-05-01T23:59"}
    source, node = golf_node(codes=[word])
    [code] = offers.codes(source, node)
    with db.write() as session:
        golf = make.activity_id(session, GOLF)
        assert add(session, golf, code, ANYONE, clock()) == ["RABAIS2027"]
        [both] = offers.codes(*golf_node(codes=[{**word, "opens": "golf-quat-m"}]))
        with pytest.raises(InvalidInput):
            add(session, golf, both, ANYONE, clock())
    with pytest.raises(ValueError, match="never both"):
        CodeEffect("golf-quat-m", 15)


def test_checkin_point_serves_a_resource_of_its_activity(make_database: MakeDatabase, clock: FakeClock) -> None:
    """The file is refused what an author is refused, and the problem names its place."""
    _source, node = golf_node(check_in={"points": ["accueil", {"key": "souper", "serves": "rooms"}]})
    source = Source({**_source.content, "activities": [node]}, _source.shift)
    empty = Database(make_database("registration"))
    with pytest.raises(InvalidInput) as refused, empty.write() as session:
        activities.load(session, source, clock())
    assert refused.value.places == {("points", 1, "serves"): "problem.unknown_resource"}
    empty.close()


def test_checkin_point_counts_the_seats_left_of_what_it_serves(db: Database, clock: FakeClock) -> None:
    """What a counter of dinner seats at the door needs: the point names its resource, the offer knows what is left."""
    offer = make.offer_of(db, GOLF)
    seats = offer.served_at("souper")
    assert seats is not None and (seats.key, seats.left) == ("dinner_seats", seats.capacity)
    assert offer.served_at("accueil") is None and offer.served_at("nowhere") is None
    clock.set(offer.activity.sale.opens_at or clock())
    make.registered(db, GOLF, "golf-souper", ["Élise Côté", "Karl Roy"], clock())
    later = make.offer_of(db, GOLF).served_at("souper")
    assert later is not None and (later.taken, later.left) == (2, seats.capacity - 2)


def test_checkin_points_stored_as_words_are_read_as_before(db: Database) -> None:
    with db.write() as session:
        session.execute(sa.text("UPDATE activity SET points = '[\"accueil\"]' WHERE key = 'golf-2027'"))
    [point] = make.offer_of(db, GOLF).activity.points
    assert (point.key, point.serves) == ("accueil", "")
