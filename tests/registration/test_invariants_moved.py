"""What registration can check of activities that were moved and of what was added: loud when something is wrong."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from kit.db import new_id
from kit.sql import table
from registration.invariants import invariants
from registration.rearrangements.models import Rearrangement, RearrangementChoice
from registration.registrations.models import AddOnShare
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration import test_amendments as amended
from tests.registration.conftest import COCKTAIL, Browser
from tests.registration.test_rearrangements import GOLF, activity, answer, begin, settle, teams
from tests.tables import attendees, registrations

__all__ = ["teams"]
CHOICES, REARRANGEMENTS, SHARES = table(RearrangementChoice), table(Rearrangement), table(AddOnShare)


@pytest.fixture
def chosen(service: Any, browser: Browser, clock: FakeClock, teams: list[uuid.UUID]) -> list[uuid.UUID]:
    """A postponement two minutes after four signups: the first stays, the second was refunded, two say nothing."""
    clock.advance(minutes=2)
    begin(browser("director"), activity(service, GOLF))
    settle(service)
    answer(browser, service, teams[0], "keep")
    answer(browser, service, teams[1], "refund")
    assert invariants(service.db) == []
    return teams


def damage(service: Any, *statements: sa.Executable) -> list[str]:
    with service.db.write() as session:
        for statement in statements:
            session.execute(statement)
    return list(invariants(service.db))


def choice(of: uuid.UUID) -> sa.Update:
    return sa.update(CHOICES).where(CHOICES.c.registration_id == of)


def test_registration_that_a_postponement_forgot_breaks_an_invariant(
    service: Any, clock: FakeClock, chosen: list[uuid.UUID]
) -> None:
    mine = sa.delete(CHOICES).where(CHOICES.c.registration_id.in_([chosen[1], chosen[2]]))
    [said] = damage(service, mine)
    assert said.startswith(f"registration {chosen[2]}: ") and said.endswith("asks it nothing"), "one that stands"


def test_registration_made_since_a_postponement_is_asked_nothing_by_right(
    service: Any, clock: FakeClock, chosen: list[uuid.UUID]
) -> None:
    clock.advance(minutes=2)
    make.registered(service.db, GOLF, "golf-quat", ["Eva Roy", "", "", ""], clock(), quantity=1, company="Usine 9 inc.")
    assert invariants(service.db) == []


@pytest.mark.parametrize(
    ("which", "values", "rule"),
    [
        (0, {"state": "done", "answer": "refund"}, "it was refunded and stands"),
        (2, {"state": "done"}, "what is done says what"),
    ],
)
def test_choice_that_its_registration_contradicts_breaks_an_invariant(
    service: Any, chosen: list[uuid.UUID], which: int, values: dict[str, str], rule: str
) -> None:
    assert damage(service, choice(chosen[which]).values(**values)) == [
        f"choice of registration {chosen[which]}: {rule}"
    ]


def test_question_of_what_was_taken_back_breaks_an_invariant(service: Any, chosen: list[uuid.UUID]) -> None:
    undone = sa.update(REARRANGEMENTS).values(undone_at=REARRANGEMENTS.c.created_at)
    said = damage(service, undone)
    assert len(said) == 3 and all("what was taken back asks nothing" in one for one in said)


@pytest.mark.parametrize(
    ("which", "values", "rule"),
    [
        (2, {"state": "asked", "answer": None}, "it is asked twice"),
        (1, {"state": "done", "answer": "refund"}, "it was refunded twice"),
        (1, {"state": "done", "answer": "keep"}, "it was refunded and kept"),
    ],
)
def test_registration_with_two_choices_in_force_breaks_an_invariant(
    service: Any,
    browser: Browser,
    clock: FakeClock,
    chosen: list[uuid.UUID],
    which: int,
    values: dict[str, Any],
    rule: str,
) -> None:
    clock.advance(minutes=2)
    second = begin(browser("director"), activity(service, GOLF), starts="2027-09-02T09:00", decide_by="2027-07-15")
    assert invariants(service.db) == []
    of, first = uuid.UUID(second["id"]), CHOICES.c.rearrangement_id != uuid.UUID(second["id"])
    copy = {"id": new_id(), "rearrangement_id": of, "registration_id": chosen[which], "answered_by": "", "why": ""}
    more = sa.insert(CHOICES).values(**copy, attempts=0, due_at=clock(), **values)
    statements = [more] if which == 1 else [choice(chosen[which]).where(first).values(**values)]
    assert damage(service, *statements) == [f"choice of registration {chosen[which]}: {rule}"]


golf, first = amended.golf, amended.first


@pytest.fixture
def option(service: Any, browser: Browser, golf: uuid.UUID, first: str) -> uuid.UUID:
    """An amendment of one option, for who comes."""
    added = uuid.UUID(amended.add(browser, first, amended.mulligan()).json()["registration_id"])
    assert invariants(service.db) == []
    return added


def stranger(service: Any, clock: FakeClock) -> uuid.UUID:
    """Somebody else's registration."""
    return make.registered(service.db, GOLF, "golf-quat", ["Ada Roy"], clock(), quantity=1, company="Usine 7 inc.")


def added_to(option: uuid.UUID, of: uuid.UUID) -> sa.Update:
    return sa.update(registrations).where(registrations.c.id == option).values(amends_id=of)


@pytest.mark.parametrize("rule", ["does not exist", "is an amendment itself"])
def test_amendment_of_what_cannot_be_amended_breaks_an_invariant(
    service: Any, browser: Browser, first: str, option: uuid.UUID, rule: str
) -> None:
    other = uuid.UUID(amended.add(browser, first, amended.mulligan()).json()["registration_id"])
    said = damage(service, added_to(option, other if rule == "is an amendment itself" else new_id()))
    assert len(said) == 2 and said[0] == f"amendment {option}: what it amends {rule}"
    assert said[1].endswith("is of another registration"), "its option is for nobody of its own"


def test_amendment_of_another_activity_breaks_an_invariant(service: Any, first: str, option: uuid.UUID) -> None:
    elsewhere = sa.update(registrations).where(registrations.c.id == uuid.UUID(first))
    said = damage(service, elsewhere.values(activity_id=activity(service, COCKTAIL)))
    assert f"amendment {option}: what it amends is of another activity" in said


def test_amendment_that_stands_without_its_registration_breaks_an_invariant(
    service: Any, clock: FakeClock, option: uuid.UUID
) -> None:
    other = stranger(service, clock)
    gone = sa.update(registrations).where(registrations.c.id == other).values(status="cancelled")
    assert f"amendment {option}: it stands without what it amends" in damage(service, added_to(option, other), gone)


def test_option_of_an_amendment_for_somebody_else_breaks_an_invariant(
    service: Any, clock: FakeClock, option: uuid.UUID
) -> None:
    theirs = sa.select(attendees.c.id).where(attendees.c.registration_id == stranger(service, clock))
    other = theirs.limit(1).scalar_subquery()
    [said] = damage(service, sa.update(SHARES).where(SHARES.c.registration_id == option).values(attendee_id=other))
    assert said.endswith("is of another registration")
