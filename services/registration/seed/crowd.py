"""`seed --profile load`: one activity with a great many registrations, written in batches (services/crowd)."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import crowd as load
from kit.clock import local
from kit.contracts import Bilingual
from kit.db import Database
from kit.money import Line, TaxClass, amounts
from registration.catalog.actions import Catalogue, add_missing
from registration.catalog.models import Activity, ActivitySession, Price, Product, Question, Resource
from registration.catalog.offers.rules_activity import Point, Venue
from registration.catalog.offers.rules_questions import Option, Per, QuestionType
from registration.catalog.rules import Who
from registration.history.models import HistoryEntry
from registration.registrations.counters.actions import take_resources
from registration.registrations.models import Answer, Attendee, Registration, RegistrationLine
from registration.seed.crowd_rows import Row, _answer, _attendee, _history, _id, _line, _registration

BATCH = 2_000


def fill(db: Database, count: int) -> float:
    """Make sure the activity has `count` registrations; answers how many seconds it took.

    A batch is a transaction, and the numbers already there are counted first: killed or run again, it goes on.
    """
    started = time.perf_counter()
    with db.write() as session:
        add_missing(session, _catalogue())
    with db.read() as session:
        query = sa.select(sa.func.count()).where(_table(Registration).c.activity_id == _id("activity"))
        done = session.execute(query).scalar_one()
    for start in range(done, count, BATCH):
        batch = list(load.signups(start, min(start + BATCH, count)))
        with db.write() as session:
            _write(session, batch)
    with db.write() as session:
        # So many new rows at once: the database must know before it plans its next query.
        session.execute(sa.text("ANALYZE"))
    return time.perf_counter() - started


def _catalogue() -> Catalogue:
    """The one activity, with one product at one price and one question."""
    activity = _id("activity")
    product = Product(
        id=_id("product"),
        activity_id=activity,
        key=load.PRODUCT,
        position=0,
        label_fr=load.LABEL_FR,
        label_en=load.LABEL_EN,
        uses={"places": 1},
    )
    price = Price(
        id=_id("price"),
        product_id=product.id,
        key=load.PRICE,
        label_fr=load.LABEL_FR,
        label_en=load.LABEL_EN,
        who=Who.ANYONE,
        amount=load.UNIT_AMOUNT,
        gl_account=load.GL_ACCOUNT,
    )
    return Catalogue(
        activities=[_activity()],
        sessions=[_session()],
        resources=[Resource(id=_id("resource"), activity_id=activity, key="places", capacity=load.CAPACITY)],
        products=[product],
        prices=[price],
        questions=[_question()],
    )


def _activity() -> Activity:
    return Activity(
        id=_id("activity"),
        key=load.KEY,
        kind="cocktail_5a7",
        slug_fr=load.SLUG_FR,
        slug_en=load.SLUG_EN,
        title_fr=load.TITLE_FR,
        title_en=load.TITLE_EN,
        summary_fr=load.SUMMARY_FR,
        summary_en=load.SUMMARY_EN,
        timezone=load.ZONE,
        starts_at=load.STARTS,
        ends_at=load.ENDS,
        place=Venue(name=load.PLACE),
        methods=["card", "invoice"],
        points=(Point("entree"),),
    )


def _session() -> ActivitySession:
    starts, ends = (local(moment, load.ZONE) for moment in (load.STARTS, load.ENDS))
    return ActivitySession(
        id=_id("session"),
        activity_id=_id("activity"),
        number=1,
        day=starts.date(),
        starts=starts.time(),
        ends_day=ends.date(),
        ends=ends.time(),
        starts_at=load.STARTS,
        ends_at=load.ENDS,
    )


def _question() -> Question:
    return Question(
        id=_id("question"),
        activity_id=_id("activity"),
        key=load.QUESTION,
        position=0,
        per=Per.ATTENDEE,
        type=QuestionType.CHOICE,
        label_fr=load.QUESTION_FR,
        label_en=load.QUESTION_EN,
        options=tuple(Option(key, Bilingual(fr=fr, en=en)) for key, fr, en in load.MEALS),
    )


def _write(session: Session, batch: Sequence[load.Signup]) -> None:
    """Every row of a batch, one statement for each table; the places last."""
    # One price and one year: there are only as many different amounts as there are sizes of groups.
    priced = {n: amounts([Line(load.UNIT_AMOUNT * n, TaxClass.TAXABLE)], load.FIRST.date()) for n in range(1, 5)}
    _insert(session, Registration, (_registration(signup, priced[len(signup.people)]) for signup in batch))
    _insert(session, RegistrationLine, map(_line, batch))
    seats = [(signup, seat) for signup in batch for seat in range(len(signup.people))]
    _insert(session, Attendee, (_attendee(signup, seat) for signup, seat in seats))
    _insert(session, Answer, (_answer(signup, seat) for signup, seat in seats))
    _insert(session, HistoryEntry, map(_history, batch))
    take_resources(session, [(_id("resource"), len(seats))])


def _insert(session: Session, model: Any, rows: Iterable[Row]) -> None:
    """Plain rows over the table's own defaults: making an object of each would take most of the time."""
    defaults = {
        name: field.get_default(call_default_factory=True)
        for name, field in model.model_fields.items()
        if not field.is_required()
    }
    session.execute(_table(model).insert(), [defaults | row for row in rows])


def _table(model: Any) -> Any:
    return model.__table__
