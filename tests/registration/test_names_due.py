"""Contacts are reminded of the names to give, when that is of use."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from registration import jobs
from registration.schedule import flows
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL
from tests.registration.mailing import contact
from tests.registration.planned import UNTIL, at, letters, name, names_until, planned, turn, without_names


@pytest.fixture
def nameless(service: Any, clock: FakeClock) -> uuid.UUID:
    """Three places, one of them named; names are due in a fortnight."""
    return without_names(service, clock)


def test_names_due_are_reminded_of_by_day_7_3_and_1_days_before(
    service: Any, clock: FakeClock, nameless: uuid.UUID
) -> None:
    seen = []
    for day, hour in ((24, 23), (25, 8), (25, 9), (25, 10), (28, 12)):
        at(clock, 2, day, hour)
        turn(service)
        seen.append(len(letters(service.db)))
    for day, hour in ((1, 8), (1, 9), (3, 9), (4, 11), (5, 9)):
        at(clock, 3, day, hour)
        turn(service)
        seen.append(len(letters(service.db)))
    assert seen == [0, 0, 1, 1, 1, 1, 2, 3, 3, 3]
    assert [one.version for one in letters(service.db)] == [7, 3, 1]
    assert planned(service.db, nameless) == {"7": "sent", "3": "sent", "1": "sent"}


def test_reminder_says_how_many_which_places_and_until_when_to_the_contact_alone(
    service: Any, clock: FakeClock, nameless: uuid.UUID
) -> None:
    at(clock, 2, 25)
    turn(service)
    [letter] = letters(service.db)
    said: Any = letter.values
    assert (letter.to, letter.lang, said.count) == ("maude@example.org", "fr", 2)
    assert [(one.label, one.count) for one in said.places] == [("Place", 2)]
    assert said.until == "jeudi 4 mars 2027, 12\u00a0h" and said.until_day == "4 mars 2027"
    assert f"/r/{nameless}/" in said.personal_url


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("named", "all_named"),
        ("cancelled", "cancelled"),
        ("called_off", "not_held"),
        ("no_date", "no_date"),
        ("no_address", "no_address"),
        ("over", "over"),
    ],
)
def test_useless_reminder_is_skipped_and_says_why(
    service: Any, clock: FakeClock, nameless: uuid.UUID, change: str, reason: str
) -> None:
    at(clock, 2, 24)
    turn(service)
    match change:
        case "named":
            name(service.db, nameless, "cote elise")
        case "cancelled":
            contact(service.db, nameless, "maude@example.org", **{"status": "cancelled"})
        case "called_off":
            names_until(service.db, UNTIL, **{"status": "cancelled"})
        case "no_date":
            names_until(service.db, None)
        case "no_address":
            contact(service.db, nameless, "")
        case _:
            names_until(service.db, clock() + timedelta(hours=1))
    at(clock, 2, 25)
    while flows.work(service, jobs.RULES):
        pass
    assert planned(service.db, nameless)["7"] == reason
    assert letters(service.db) == []


def test_registration_made_since_is_not_reminded_of_days_gone(service: Any, clock: FakeClock) -> None:
    names_until(service.db, UNTIL)
    at(clock, 2, 28, 15)
    late = make.registered(service.db, COCKTAIL, "car", ["", ""], clock())
    contact(service.db, late, "maude@example.org")
    turn(service)
    at(clock, 3, 1)
    turn(service)
    assert letters(service.db) == [], "they read it in yesterday's confirmation"
    assert planned(service.db, late) == {"1": "planned"}
