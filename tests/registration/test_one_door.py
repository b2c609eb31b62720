"""The catalogue's one door: versions rise with changes, and what makes no sense is refused by file and database."""

import dataclasses
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from kit.db import Database
from kit.errors import NotFound
from kit.sql import column, table
from registration import seed
from registration.catalog.actions import Catalogue, add_missing, changed
from registration.catalog.codes.models import Code
from registration.catalog.models import Activity, Product, Question, Resource
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


def version(db: Database, key: str) -> int:
    with db.read() as session:
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
        before = known.read(session, golf)
        session.execute(sa.update(table(Product)).where(column(Product.activity_id) == golf).values(label_fr="Neuf"))
        remembered = known.read(session, golf)
        assert changed(session, golf) == 2
        after = known.read(session, golf)
    assert before and remembered and after
    assert remembered.products[0].label == before.products[0].label
    assert {product.label.fr for product in after.products} == {"Neuf"}


def test_catalogue_change_of_an_unknown_activity_is_not_found(db: Database) -> None:
    with pytest.raises(NotFound), db.write() as session:
        changed(session, uuid.uuid4())


def test_catalogue_change_of_an_activity_touches_no_other(db: Database, clock: FakeClock) -> None:
    assert (version(db, GOLF), version(db, "aga-2027")) == (1, 1)
    with db.write() as session:
        golf = session.exec(select(Activity).where(Activity.key == GOLF)).one()
        rows = Catalogue(activities=[golf], resources=[Resource(activity_id=golf.id, key="rooms", capacity=4)])
        counts = add_missing(session, rows)
    assert (counts["activities"], counts["resources"]) == (0, 1)
    assert (version(db, GOLF), version(db, "aga-2027")) == (2, 1)
    seed.load(db, make.SAMPLE, clock())
    assert version(db, GOLF) == 2, "the file brings nothing new"


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


def test_code_in_the_file_opens_or_lowers_and_never_both() -> None:
    word: dict[str, Any] = {"word": "rabais-2027", "max_units": 10, "percent_off": 15, "until": "2027-05-01T23:59"}
    source, node = golf_node(codes=[word])
    [code] = offers.codes(source, node)
    assert (code.word, code.opens, code.percent_off, code.max_units) == ("RABAIS2027", None, 15, 10)
    source, node = golf_node(codes=[{**word, "opens": "golf-quat-m"}])
    with pytest.raises(ValueError, match="never both"):
        list(offers.codes(source, node))
    with pytest.raises(ValueError, match="never both"):
        CodeEffect("golf-quat-m", 15)


def test_checkin_point_serves_a_resource_of_its_activity() -> None:
    source, node = golf_node(check_in={"points": ["accueil", {"key": "souper", "serves": "rooms"}]})
    with pytest.raises(ValueError, match="souper serves rooms"):
        activities.load(None, dataclasses.replace(source, content={**source.content, "activities": [node]}))  # type: ignore[arg-type]


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
