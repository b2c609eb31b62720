"""An author changes what somebody is just signing up for: whoever comes second is told, and nothing is half done."""

import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import Session, select

from kit.contracts.callers import ANYONE
from kit.errors import Busy, Refusal
from registration.catalog.authoring import actions
from registration.catalog.models import Activity
from registration.catalog.rules import ActivityStatus
from registration.catalog.sections.queries import draft
from registration.catalog.sections.rules import MovedWithoutTelling, OnceUsed, PeopleRegistered, StillHeld
from registration.catalog.sections.schemas import Dates, Prices, Questions
from registration.invariants import invariants
from registration.office.authoring.api import save_for_office, withdraw_for_office
from registration.office.rearrangements.api import begin_for_office
from registration.office.rearrangements.schemas import RearrangementRequest
from registration.rearrangements.queries import choice_of
from registration.registrations.models import Registration
from registration.signup.actions import Announcement, record_signup
from registration.signup.recording.actions import DateChanged
from registration.signup.rules import SignupClosed
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL
from tests.registration.test_authoring import AUTHOR, COORDINATOR

POSTPONED = {
    "kind": "postpone",
    "starts": "2027-08-19T17:00",
    "decide_by": "2027-06-24",
    "subject": {"fr": "Reporté"},
    "text": {"fr": "Votre place est gardée."},
}
# What an author does in one transaction.
Act = Callable[[Any, Session, uuid.UUID], None]


def postpone(service: Any, session: Session, activity: uuid.UUID) -> None:
    asked = RearrangementRequest.model_validate(POSTPONED)
    begin_for_office(service, session, activity, asked, COORDINATOR)


def withdraw(service: Any, session: Session, activity: uuid.UUID) -> None:
    withdraw_for_office(service, session, activity, COORDINATOR)


def sell_nothing(service: Any, session: Session, activity: uuid.UUID) -> None:
    save_for_office(service, session, activity, Prices(), "", COORDINATOR)


def move(service: Any, session: Session, activity: uuid.UUID) -> None:
    standing = draft(session, activity)
    assert standing is not None and standing.dates.ends is not None
    later = Dates.model_validate(standing.dates.model_dump() | {"ends": standing.dates.ends.replace(hour=23)})
    save_for_office(service, session, activity, later, "", COORDINATOR)


@pytest.mark.parametrize(
    ("act", "refusal"), [(withdraw, PeopleRegistered), (sell_nothing, StillHeld), (move, MovedWithoutTelling)]
)
def test_author_who_comes_while_somebody_signs_up_waits_and_is_refused(
    service: Any, clock: FakeClock, cocktail: uuid.UUID, act: Act, refusal: type[Refusal]
) -> None:
    plan, begins = make.planned(service.db, COCKTAIL, "car", ["Élise Côté"], clock()), threading.Event()

    def author() -> None:
        begins.set()
        with service.db.write() as session:
            act(service, session, cocktail)

    with ThreadPoolExecutor(1) as threads:
        with service.db.write() as session:
            record_signup(session, plan, Announcement(), ANYONE)
            second = threads.submit(author)
            begins.wait()
            time.sleep(0.2)  # The author is at the database by now, and must not look past what is being written.
        with pytest.raises(refusal):
            second.result()
    assert invariants(service.db) == []


@pytest.mark.parametrize(("act", "refusal"), [(withdraw, SignupClosed), (sell_nothing, Busy), (postpone, DateChanged)])
def test_signup_worked_out_before_the_offer_changed_keeps_nothing(
    service: Any, clock: FakeClock, cocktail: uuid.UUID, act: Act, refusal: type[Refusal]
) -> None:
    plan = make.planned(service.db, COCKTAIL, "car", ["Élise Côté"], clock())
    with service.db.write() as session:
        act(service, session, cocktail)
    with pytest.raises(refusal), service.db.write() as session:
        record_signup(session, plan, Announcement(), ANYONE)
    with service.db.read() as session:
        assert session.exec(select(Registration)).all() == []
    assert invariants(service.db) == []


def test_signup_with_an_answer_to_a_question_taken_away_keeps_nothing(service: Any) -> None:
    with service.db.read() as session:
        golf = make.activity_id(session, "golf-2027")
    plan = make.planned(service.db, "golf-2027", "golf-ind", ["Élise Côté"], datetime(2027, 4, 1, 15, tzinfo=UTC))
    assert plan.answers
    with service.db.write() as session:
        save_for_office(service, session, golf, Questions(), "", COORDINATOR)
    with pytest.raises(Busy), service.db.write() as session:
        record_signup(session, plan, Announcement(), ANYONE)


def test_draft_that_registrations_remember_is_not_deleted(
    service: Any, clock: FakeClock, cocktail: uuid.UUID, browser: Any
) -> None:
    registration = make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock())
    staff = browser("coordinator")
    key = {"Idempotency-Key": str(uuid.uuid4())}
    assert staff.post(f"/api/staff/registrations/{registration}/cancel", json={}, headers=key).status_code == 200
    with service.db.write() as session:
        withdraw(service, session, cocktail)
    with pytest.raises(OnceUsed), service.db.write() as session:
        actions.delete(session, cocktail, AUTHOR)
    page = staff.post(f"/staff/activities/{cocktail}/delete")
    assert page.status_code == 409 and "reste un brouillon" in page.text
    with service.db.read() as session:
        assert session.get_one(Activity, cocktail).status is ActivityStatus.DRAFT


def test_postponement_that_comes_while_somebody_signs_up_waits_and_asks_them(
    service: Any, clock: FakeClock, cocktail: uuid.UUID
) -> None:
    plan, begins = make.planned(service.db, COCKTAIL, "car", ["Élise Côté"], clock()), threading.Event()

    def author() -> None:
        begins.set()
        with service.db.write() as session:
            postpone(service, session, cocktail)

    with ThreadPoolExecutor(1) as threads:
        with service.db.write() as session:
            record_signup(session, plan, Announcement(), ANYONE)
            second = threads.submit(author)
            begins.wait()
            time.sleep(0.2)
        second.result()
    with service.db.read() as session:
        assert choice_of(session, plan.registration.id) is not None
