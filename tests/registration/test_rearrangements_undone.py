"""An activity cancelled, moved online, put back: people are told once, nothing is half undone."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from kit.db import new_id
from kit.mailbox import Outbox
from kit.sql import column
from registration.catalog.rules import ActivityStatus
from registration.invariants import invariants
from registration.rearrangements import actions, flows
from registration.rearrangements.models import Rearrangement, RearrangementChoice
from registration.registrations.models import Registration
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser
from tests.registration.test_rearrangements import LETTER, activity, answer, begin, column_of, settle, statuses, taken

CANCEL = {"kind": "cancel", "starts": None, "decide_by": None, "reason": "Verglas"}
TOLD = {"subject": {"fr": "Finalement maintenue"}, "text": {"fr": "L’activité a lieu comme prévu."}}


@pytest.fixture
def people(service: Any, clock: FakeClock) -> list[uuid.UUID]:
    """Three registrations of three contacts."""
    ids = [
        make.registered(service.db, COCKTAIL, "car", [f"Personne{n} Roy"], clock(), company=f"Usine {n} inc.")
        for n in range(3)
    ]
    with service.db.write() as session:
        for n, one in enumerate(ids):
            mine = sa.update(Registration).where(column(Registration.id) == one)
            session.execute(mine.values(contact_email=f"contact{n}@example.org"))
    return ids


def posted(service: Any) -> list[str]:
    """What was posted to the siblings, as it was written."""
    with service.db.read() as session:
        return [str(row.body) for row in session.exec(select(Outbox)).all()]


def test_cancelled_activity_tells_each_person_once_and_gives_everything_back(
    service: Any, browser: Browser, cocktail: uuid.UUID, people: list[uuid.UUID]
) -> None:
    before = taken(service, cocktail, "places")
    director = browser("director")
    view = begin(director, cocktail, **CANCEL)
    assert view["waiting"] == 3 and statuses(service, people) == ["confirmed"] * 3
    flows.work(service)
    assert statuses(service, people) == ["confirmed"] * 3, "whoever is not told yet is not cancelled either"
    settle(service)
    assert statuses(service, people) == ["cancelled"] * 3 and taken(service, cocktail, "places") == before - 3
    letters = [body for body in posted(service) if "activity_message" in body]
    assert len(letters) == 3 and not [body for body in posted(service) if "registration_cancelled" in body]
    view = director.get(f"/api/staff/rearrangements/{view['id']}").json()
    assert [view[name] for name in ("refunded", "waiting", "letters_sent", "undo_until")][:3] == [3, 0, 3]
    page = browser().get("/fr/activites/caricatures-2027").text
    assert "annulée" in page.lower() and column_of(service, cocktail, "status") is ActivityStatus.CANCELLED
    again = director.post(f"/api/staff/activities/{cocktail}/rearrangements", json={**LETTER, "kind": "cancel"})
    assert again.status_code == 409
    undone = director.post(f"/api/staff/rearrangements/{view['id']}/undo", json=TOLD)
    assert undone.status_code == 409 and "3" in undone.json()["detail"]
    assert invariants(service.db) == []


def test_worker_that_dies_leaves_a_claim_that_ends_and_each_is_cancelled_once(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID, people: list[uuid.UUID]
) -> None:
    begin(browser("director"), cocktail, **CANCEL)
    from registration.mailings import flows as mailings

    mailings.work(service)
    died = flows._claimed(service, None)
    assert died, "claimed by a process that is killed before it acts"
    settle(service)
    assert statuses(service, people).count("cancelled") == 2
    clock.advance(seconds=flows.LEASE.total_seconds() + 1)
    settle(service)
    assert statuses(service, people) == ["cancelled"] * 3
    flows._do(service, died)
    assert invariants(service.db) == []


def test_undo_within_the_hour_puts_everything_back_and_tells_who_was_told(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID, people: list[uuid.UUID]
) -> None:
    director = browser("director")
    names = (
        "starts_at",
        "ends_at",
        "names_due_at",
        "sale_closes_at",
        "cancellation",
        "status",
        "moved_at",
        "decides_on",
    )
    before = [column_of(service, cocktail, name) for name in names]
    sequence = column_of(service, cocktail, "calendar_sequence")
    view = begin(director, cocktail, starts="2027-12-02T17:00", decide_by="2027-03-01", move_sale=True)
    assert column_of(service, cocktail, "moved_at") is not None
    clock.advance(minutes=30)
    director = browser("director")
    undone = director.post(f"/api/staff/rearrangements/{view['id']}/undo", json=TOLD)
    assert undone.status_code == 200, undone.text
    assert [column_of(service, cocktail, name) for name in names] == before
    assert column_of(service, cocktail, "calendar_sequence") == sequence + 2
    settle(service)
    assert answer(browser, service, people[0], "refund").status_code == 409, "nothing is asked any more"
    again = director.post(f"/api/staff/rearrangements/{view['id']}/undo", json=TOLD)
    assert again.status_code == 200, "said twice, it is done once"
    assert invariants(service.db) == []


@pytest.mark.parametrize("spoilt", ["late", "refunded", "edited", "postponed again"])
def test_undo_is_refused_once_it_cannot_be_whole(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID, people: list[uuid.UUID], spoilt: str
) -> None:
    director = browser("director")
    view = begin(director, cocktail, starts="2027-12-02T17:00", decide_by="2027-03-01")
    if spoilt == "late":
        clock.advance(minutes=61)
    elif spoilt == "refunded":
        answer(browser, service, people[0], "refund")
    elif spoilt == "postponed again":
        begin(director, cocktail, starts="2027-12-09T17:00", decide_by="2027-03-01")
    else:
        dates = director.get(f"/api/staff/activities/{cocktail}/draft").json()["dates"]
        changed = {**dates, "sale_closes": "2027-11-30T12:00"}
        saved = director.put(f"/api/staff/activities/{cocktail}/dates", json=changed)
        assert saved.status_code == 200, saved.text
    stands = column_of(service, cocktail, "starts_at")
    refused = browser("director").post(f"/api/staff/rearrangements/{view['id']}/undo", json=TOLD)
    assert refused.status_code == 409, refused.text
    assert column_of(service, cocktail, "starts_at") == stands


def test_undo_of_a_second_postponement_asks_again_what_the_first_asked(
    service: Any, browser: Browser, cocktail: uuid.UUID, people: list[uuid.UUID]
) -> None:
    director = browser("director")
    first = begin(director, cocktail, starts="2027-12-02T17:00", decide_by="2027-03-01")
    second = begin(director, cocktail, starts="2027-12-09T17:00", decide_by="2027-04-01")
    assert director.post(f"/api/staff/rearrangements/{second['id']}/undo", json=TOLD).status_code == 200
    assert director.get(f"/api/staff/rearrangements/{first['id']}").json()["undecided"] == 3
    assert answer(browser, service, people[0], "keep").status_code == 303


def test_activity_moved_online_keeps_its_places_and_loses_its_place(
    service: Any, browser: Browser, cocktail: uuid.UUID, people: list[uuid.UUID]
) -> None:
    view = begin(browser("coordinator"), cocktail, kind="online", starts=None, decide_by=None)
    settle(service)
    assert statuses(service, people) == ["confirmed"] * 3 and view["undecided"] == 0
    place = column_of(service, cocktail, "place")
    assert place.online and not place.name and not place.address


def test_postponed_without_a_date_shows_none_until_it_has_one(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID, people: list[uuid.UUID]
) -> None:
    begin(browser("director"), cocktail, starts=None, decide_by="2027-03-01")
    settle(service)
    shown = browser().get("/api/activities/caricatures-2027").json()
    assert (shown["state"], shown["starts_at"], shown["sessions"]) == ("postponed", None, [])
    clock.set(datetime(2027, 12, 1, tzinfo=UTC))
    begin(browser("director"), cocktail, starts="2028-03-02T17:00", decide_by="2027-12-20")
    page = browser().get("/fr/activites/caricatures-2027").text
    assert "Reportée au" in page and "2 mars 2028" in page
    assert column_of(service, cocktail, "status") is ActivityStatus.PUBLISHED


def test_rearrangements_are_forgotten_unless_something_is_left_to_ask(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID, people: list[uuid.UUID]
) -> None:
    begin(browser("director"), cocktail, starts="2027-12-02T17:00", decide_by="2027-08-01")
    clock.advance(days=91)
    with service.db.write() as session:
        actions.purge(session, clock())
        assert session.execute(sa.select(sa.func.count()).select_from(Rearrangement)).scalar_one() == 1
    clock.advance(days=100)
    settle(service)
    with service.db.write() as session:
        actions.purge(session, clock())
        assert session.execute(sa.select(sa.func.count()).select_from(RearrangementChoice)).scalar_one() == 0


def test_draft_and_what_is_not_there_are_refused(service: Any, browser: Browser) -> None:
    director = browser("director")
    nowhere = f"/api/staff/rearrangements/{new_id()}"
    assert director.get(nowhere).status_code == 404
    assert director.post(f"{nowhere}/undo", json=TOLD).status_code == 404
    asked = {"preset": "cocktail", "title_fr": "5 à 7", "day": "2027-05-13", "place": "Chicoutimi"}
    draft = director.post("/api/staff/activities", json=asked).json()
    path = f"/api/staff/activities/{draft['id']}/rearrangements"
    assert director.post(path, json={**LETTER, "kind": "cancel"}).status_code == 409
    assert activity(service, COCKTAIL) and column(Rearrangement.id) is not None


@pytest.mark.parametrize("what", ["postpone", "later", "cancel", "online"])
def test_text_that_is_proposed_leaves_the_greeting_to_the_letter(
    browser: Browser, cocktail: uuid.UUID, what: str
) -> None:
    page = browser("director").get(f"/staff/activities/{cocktail}/rearrange?what={what}")
    assert page.status_code == 200 and 'name="text_fr"' in page.text
    assert "Bonjour" not in page.text and "Hello" not in page.text
