"""What is asked when an activity is postponed: of staff, whose fields are named, and for what was added to a signup."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from registration.invariants import invariants
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.registration.test_rearrangements import GOLF, T1, activity, answer, begin, settle, statuses


@pytest.fixture
def teams(service: Any, clock: FakeClock) -> list[uuid.UUID]:
    """Two foursomes on invoice."""
    clock.set(datetime(2027, 5, 10, 14, 0, tzinfo=UTC))
    people = ["Ada Roy", "Béa Roy", "Cléo Roy", "Dan Roy"]
    return [
        make.registered(service.db, GOLF, "golf-quat", people, clock(), company=f"Usine {n} inc.", quantity=1)
        for n in range(2)
    ]


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"starts": "2027-05-01T09:00"}, ["day"]),
        ({"starts": "2027-06-10T09:00"}, ["day"]),
        ({"decide_by": None}, ["decide_by"]),
        ({"decide_by": "2027-05-09"}, ["decide_by"]),
        ({"subject": {"fr": ""}, "text": {"fr": ""}}, ["subject.fr", "text.fr"]),
        ({"subject": {"fr": "Reporté", "en": "Postponed"}, "text": {"fr": "Gardée."}}, ["text.en"]),
        ({"subject": {"fr": "Reporté"}, "text": {"fr": "Gardée.", "en": "Kept."}}, ["subject.en"]),
        ({"default": "credit"}, ["default"]),
        ({"reason": "x" * 201}, ["reason"]),
        ({"starts": "2028-03-12T02:30"}, ["day"]),
        ({"starts": "2198-12-31T23:30"}, ["day"]),
    ],
)
def test_postponement_that_cannot_be_names_its_field(
    service: Any, browser: Browser, teams: list[uuid.UUID], wrong: dict[str, Any], fields: list[str]
) -> None:
    golf = activity(service, GOLF)
    answered = browser("director").post(f"/api/staff/activities/{golf}/rearrangements", json={**T1, **wrong})
    assert (answered.status_code, sorted(answered.json()["errors"])) == (422, fields), answered.text


def test_plan_that_covers_people_has_no_date_to_move(service: Any, browser: Browser) -> None:
    plan = activity(service, "pae-2027")
    answered = browser("director").post(f"/api/staff/activities/{plan}/rearrangements", json={**T1, "default": "keep"})
    assert (answered.status_code, answered.json()["code"]) == (409, "PlanHasNoDate"), answered.text
    with service.db.read() as session:
        assert session.execute(sa.text("SELECT count(*) FROM rearrangement")).scalar_one() == 0


@pytest.mark.parametrize("typed", ["2027-06-24T00:00", "2027-06-24Z", "demain"])
def test_day_to_choose_that_is_no_day_comes_back_beside_its_field(
    service: Any, browser: Browser, teams: list[uuid.UUID], typed: str
) -> None:
    form = {"what": "postpone", "day": "2027-08-19", "decide_by": typed, "subject_fr": "Reporté", "text_fr": "Gardée."}
    address = f"/staff/activities/{activity(service, GOLF)}/rearrange"
    refused = browser("coordinator").post(address, data={**form, "do": "preview"})
    assert refused.status_code == 422 and 'id="f-decide_by-error"' in refused.text, refused.text
    assert "Gardée." in refused.text


def test_choice_to_stay_holds_for_what_was_added_to_the_registration(
    service: Any, browser: Browser, clock: FakeClock, teams: list[uuid.UUID]
) -> None:
    golf, director = activity(service, GOLF), browser("director")
    more = {"items": [{"product": "golf-reprise", "who": "anyone", "quantity": 1}], "method": "invoice"}
    added = director.post(f"/api/staff/registrations/{teams[0]}/amendments", json=more)
    assert added.status_code in (200, 201), added.text
    addition = uuid.UUID(added.json()["registration_id"])
    begin(director, golf, default="refund")
    settle(service)
    assert answer(browser, service, teams[0], "keep").status_code == 303
    clock.set(datetime(2027, 6, 25, 4, 0, tzinfo=UTC))
    settle(service)
    assert statuses(service, [teams[0], addition, teams[1]]) == ["confirmed", "confirmed", "cancelled"]
    assert invariants(service.db) == []
