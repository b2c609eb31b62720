"""The door's decisions, with nothing running."""

from datetime import UTC, datetime, timedelta

import pytest

from registration.catalog.offers.rules_activity import Point
from registration.checkin.rules import (
    ArrivalTooEarly,
    Outcome,
    Place,
    UnknownPoint,
    code_from_text,
    moment_of,
    point_at,
    points_now,
    points_of,
    to_pay,
    verdict,
)

NOW = datetime(2027, 3, 17, 21, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("abcd efgh 12", "ABCDEFGH-12"),
        ("0ilo-2345-1", "01102345-1"),
        ("Tremblay", ""),
        ("ABCDEFGH", ""),
        ("", ""),
        ("é" * 9, ""),
    ],
)
def test_ticket_code_is_recognised_by_its_look(typed: str, code: str) -> None:
    assert code_from_text(typed) == code


def points(*keys: str) -> list[Point]:
    return [Point(key) for key in keys]


def test_training_counts_each_session() -> None:
    assert points_of(points("chaque_seance"), 3) == ["seance-1", "seance-2", "seance-3"]
    assert (
        point_at(points("chaque_seance"), "") == "seance-1"
        and point_at(points("chaque_seance"), "seance-6") == "seance-6"
    )
    assert points_of([], 0) == ["accueil"] and point_at([], "accueil") == "accueil"
    for key, asked in (("entree", "seance-1"), ("chaque_seance", "seance-x"), ("entree", "accueil")):
        with pytest.raises(UnknownPoint):
            point_at(points(key), asked)


def test_training_offers_the_session_under_way_or_next() -> None:
    ends = [NOW + timedelta(days=14 * n) for n in range(3)]
    for day, point in ((-1, "seance-1"), (0, "seance-1"), (1, "seance-2"), (15, "seance-3"), (90, "seance-3")):
        assert points_now(points("chaque_seance"), ends, NOW + timedelta(days=day)) == [point]
    assert points_now(points("accueil", "souper"), [], NOW) == ["accueil", "souper"]


@pytest.mark.parametrize(
    ("place", "shown", "answer"),
    [
        (None, 1, Outcome.UNKNOWN),
        (Place("golf", "active", "confirmed", 1), 1, Outcome.OTHER_ACTIVITY),
        (Place("cocktail", "active", "confirmed", 2), 1, Outcome.REPLACED),
        (Place("cocktail", "active", "confirmed", 2), None, Outcome.WELCOME),
        (Place("cocktail", "cancelled", "confirmed", 1), 1, Outcome.CANCELLED),
        (Place("cocktail", "active", "cancelled", 1), 1, Outcome.CANCELLED),
        (Place("cocktail", "active", "held", 1), 1, Outcome.NOT_CONFIRMED),
        (Place("cocktail", "active", "expired", 1), 1, Outcome.NOT_CONFIRMED),
        (Place("cocktail", "active", "confirmed", 1), 1, Outcome.WELCOME),
    ],
)
def test_entry_by_state_and_place_has_its_verdict(place: Place | None, shown: int | None, answer: Outcome) -> None:
    assert verdict(place, "cocktail", shown) is answer


@pytest.mark.parametrize(
    ("method", "total", "credited", "paid_at", "owed"),
    [
        ("invoice", 100, 0, None, True),
        ("invoice", 100, 100, None, False),
        ("invoice", 100, 0, NOW, False),
        ("card", 100, 0, None, False),
        ("free", 0, 0, None, False),
    ],
)
def test_invoice_is_to_pay_only_while_open(
    method: str, total: int, credited: int, paid_at: datetime | None, owed: bool
) -> None:
    assert to_pay(method, total, credited, paid_at) is owed


def test_checkin_moment_is_the_phones_but_never_in_the_future() -> None:
    earlier = NOW - timedelta(minutes=20)
    assert moment_of(earlier, NOW) == earlier
    assert moment_of(NOW + timedelta(hours=1), NOW) == moment_of(None, NOW) == NOW


def test_checkin_long_before_the_doors_is_refused() -> None:
    """A phone without a battery starts in 1999."""
    starts = NOW + timedelta(days=30)
    assert moment_of(NOW - timedelta(days=2), NOW, starts) == NOW - timedelta(days=2)
    long_ago = NOW - timedelta(days=40)
    assert moment_of(long_ago, NOW, NOW - timedelta(days=39)) == long_ago
    for claimed, doors in ((NOW - timedelta(days=2, seconds=1), starts), (long_ago, None), (long_ago, NOW)):
        with pytest.raises(ArrivalTooEarly):
            moment_of(claimed, NOW, doors)
