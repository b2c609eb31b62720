"""`seed --profile load`: one activity with a great many registrations, written in batches (services/crowd)."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import crowd as load
from kit.contracts import OrderMethod
from kit.db import Database
from kit.money import Line, TaxClass, amounts
from registration.catalog.authoring.actions import begin, publish
from registration.catalog.authoring.actions_writing import Author
from registration.catalog.models import Activity
from registration.catalog.offers.rules_questions import QuestionType
from registration.catalog.sections.rules import Draft, wall_of
from registration.catalog.sections.schemas import (
    Dates,
    Essentials,
    OptionText,
    PlaceText,
    PointText,
    Prices,
    PriceText,
    ProductText,
    Questions,
    QuestionText,
    Resources,
    ResourceText,
    Terms,
    Text,
    Title,
    Welcome,
)
from registration.history.models import HistoryEntry
from registration.registrations.counters.actions import take_resources
from registration.registrations.models import Answer, Attendee, Registration, RegistrationLine
from registration.registrations.tallies.actions import count
from registration.registrations.tallies.rules import Tally
from registration.seed.activities import SEED
from registration.seed.crowd_rows import Row, _answer, _attendee, _history, _id, _line, _registration

BATCH = 2_000


def fill(db: Database, count: int) -> float:
    """Make sure the activity has `count` registrations; answers how many seconds it took.

    A batch is a transaction, and the numbers already there are counted first: killed or run again, it goes on.
    """
    started = time.perf_counter()
    with db.write() as session:
        _begin(session)
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


def _begin(session: Session) -> None:
    """The one activity, with one product at one price and one question, unless it is there."""
    if session.get(Activity, _id("activity")) is None:
        author = Author(SEED, load.FIRST, lambda what, *_keys: _id(what))
        publish(session, begin(session, _draft(), author), None, author)


def _draft() -> Draft:
    label, meals = Title(fr=load.LABEL_FR, en=load.LABEL_EN), load.MEALS
    price = PriceText(key=load.PRICE, label=label, amount=load.UNIT_AMOUNT, gl_account=load.GL_ACCOUNT)
    question = QuestionText(
        key=load.QUESTION,
        type=QuestionType.CHOICE,
        label=Title(fr=load.QUESTION_FR, en=load.QUESTION_EN),
        options=tuple(OptionText(id=key, label=Title(fr=fr, en=en)) for key, fr, en in meals),
    )
    return Draft(
        key=load.KEY,
        kind="cocktail_5a7",
        timezone=load.ZONE,
        essentials=_essentials(),
        dates=Dates(starts=wall_of(load.STARTS, load.ZONE), ends=wall_of(load.ENDS, load.ZONE)),
        prices=Prices(products=(ProductText(key=load.PRODUCT, label=label, prices=(price,)),)),
        resources=Resources(
            resources=(ResourceText(key="places", capacity=load.CAPACITY),), uses={load.PRODUCT: {"places": 1}}
        ),
        questions=Questions(questions=(question,)),
        terms=Terms(methods=(OrderMethod.CARD, OrderMethod.INVOICE)),
        welcome=Welcome(points=(PointText(key="entree"),)),
    )


def _essentials() -> Essentials:
    return Essentials(
        title=Title(fr=load.TITLE_FR, en=load.TITLE_EN),
        summary=Text(fr=load.SUMMARY_FR, en=load.SUMMARY_EN),
        slug=Title(fr=load.SLUG_FR, en=load.SLUG_EN),
        place=PlaceText(name=load.PLACE),
    )


def _write(session: Session, batch: Sequence[load.Signup]) -> None:
    """Every row of a batch, one statement for each table; the places last."""
    # One price and one year: there are only as many different amounts as there are sizes of groups.
    priced = {n: amounts([Line(load.UNIT_AMOUNT * n, TaxClass.TAXABLE)], load.FIRST.date()) for n in range(1, 5)}
    registrations = [_registration(signup, priced[len(signup.people)]) for signup in batch]
    _insert(session, Registration, registrations)
    _insert(session, RegistrationLine, map(_line, batch))
    seats = [(signup, seat) for signup in batch for seat in range(len(signup.people))]
    _insert(session, Attendee, (_attendee(signup, seat) for signup, seat in seats))
    _insert(session, Answer, (_answer(signup, seat) for signup, seat in seats))
    _insert(session, HistoryEntry, map(_history, batch))
    take_resources(session, [(_id("resource"), len(seats))])
    totals = [row["total"] for row in registrations]
    owed = sum(row["total"] for row in registrations if row["method"] == "invoice" and row["paid_at"] is None)
    count(session, _id("activity"), Tally(len(batch), len(seats), 0, sum(totals), owed))


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
