"""Sealing and forgetting: keys of their own, changed without a gap; every term by itself, twice without harm."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from sqlmodel import Session, select
from starlette.testclient import TestClient

from kit.settings import MissingSetting
from registration.catalog.models import Activity
from registration.invariants import invariants
from registration.main import create_app, refuse_wrong_privacy_key
from registration.privacy import actions_retention as retention
from registration.privacy.actions_retention import DueKey
from registration.privacy.flows_retention import forget
from registration.privacy.models import AnswerKey
from registration.registrations.actions import release
from registration.registrations.models import Answer, Attendee, Registration
from registration.settings import RegistrationSettings
from registration.vault import Vault, WrongPrivacyKey
from tests import make
from tests.fakes.absent import nobody
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser
from tests.registration.strangers import company_code, signup

ALLERGY = {"first_name": "Zoé", "last_name": "Roy", "email": "zoe@example.org"}


def sign_up(browser: Browser, **answers: Any) -> dict[str, Any]:
    item = {"product": "car", "who": "non_member", "quantity": 1, "attendees": [{**ALLERGY, "answers": answers}]}
    made: dict[str, Any] = (
        browser().post(f"/api/activities/{COCKTAIL}/registrations", json=signup(items=[item], method="invoice")).json()
    )
    return made


def stored(service: Any) -> list[Answer]:
    with service.db.read() as session:
        return list(session.exec(select(Answer)).all())


def test_vault_opens_only_what_it_sealed_for_the_same_row() -> None:
    vault, row, other = Vault("one"), uuid.uuid4(), uuid.uuid4()
    key = vault.unwrapped(vault.new_key(row), row)
    for value in ("arachides", ["noix", "œufs"]):
        sealed = vault.sealed(key, value, row)
        assert "arachides" not in sealed and vault.opened(key, sealed, row) == value
        assert vault.sealed(key, value, row) != sealed, "the same answer twice does not look the same"
        with pytest.raises(InvalidTag):
            vault.opened(key, sealed, other)
    assert "one" not in repr(vault)


def test_vault_key_is_replaced_without_a_gap() -> None:
    row = uuid.uuid4()
    wrapped = Vault("old").new_key(row)
    assert Vault("new,old").unwrapped(wrapped, row) == Vault("old").unwrapped(wrapped, row)
    with pytest.raises(WrongPrivacyKey):
        Vault("new").unwrapped(wrapped, row)


def test_answer_told_in_confidence_is_sealed_and_an_ordinary_one_is_not(service: Any, browser: Browser) -> None:
    sign_up(browser, **{"q-allergie": "arachides", "q-titre": "Directrice"})
    by_sealed = {row.key_id is not None: row.value for row in stored(service)}
    assert by_sealed[False] == "Directrice" and "arachides" not in by_sealed[True]


def test_start_with_another_privacy_key_is_refused(
    service: Any, browser: Browser, settings: RegistrationSettings
) -> None:
    refuse_wrong_privacy_key(settings.model_copy(update={"privacy_key": "another"}))  # Nothing is sealed yet.
    sign_up(browser, **{"q-allergie": "arachides"})
    refuse_wrong_privacy_key(settings)
    refuse_wrong_privacy_key(settings.model_copy(update={"privacy_key": f"newer,{settings.privacy_key}"}))
    with pytest.raises(MissingSetting, match="PRIVACY_KEY"):
        refuse_wrong_privacy_key(settings.model_copy(update={"privacy_key": "another"}))
    assert len(stored(service)) == 1


def test_sealing_goes_on_under_a_newer_key(browser: Browser, settings: RegistrationSettings, clock: FakeClock) -> None:
    made = sign_up(browser, **{"q-allergie": "arachides"})
    newer = create_app(settings.model_copy(update={"privacy_key": f"newer,{settings.privacy_key}"}), clock, nobody)
    token = {"X-Link-Token": made["personal_url"].rsplit("/", 1)[1]}
    with newer.state.service.db.read() as session:
        assert session.exec(select(AnswerKey)).one().days == 30
    [place] = TestClient(newer).get(f"/api/registrations/{made['id']}/attendees", headers=token).json()
    assert place["answers"]["q-allergie"] == "arachides"
    newer.state.service.close()


def test_key_follows_an_activity_that_is_postponed(service: Any, browser: Browser, clock: FakeClock) -> None:
    sign_up(browser, **{"q-allergie": "arachides"})
    with service.db.write() as session:
        activity = session.exec(select(Activity).where(Activity.key == COCKTAIL)).one()
        end = activity.ends_at
        activity.ends_at = end + timedelta(days=60)
        session.add(activity)
    clock.set(end + timedelta(days=40))
    assert due(service, clock) == []
    clock.set(end + timedelta(days=91))
    assert len(due(service, clock)) == 1


def due(service: Any, clock: FakeClock) -> list[DueKey]:
    with service.db.read() as session:
        return retention.due_keys(session, clock())


def test_forgetting_stopped_in_the_middle_goes_on(
    service: Any, browser: Browser, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 1)
    for _ in range(3):
        sign_up(browser, **{"q-allergie": "arachides"})
    clock.advance(days=200)
    [key] = due(service, clock)
    with service.db.write() as session:
        assert retention.erase_sealed(session, key, clock()) == 1
    assert sorted(row.key_id is None for row in stored(service)) == [False, False, True]
    for _ in range(3):
        for still in due(service, clock):
            with service.db.write() as session:
                retention.erase_sealed(session, still, clock())
    assert due(service, clock) == [] and [row.value for row in stored(service)] == [None] * 3


def ran(service: Any, term: Any, clock: FakeClock) -> list[int]:
    """How much a term forgets, run twice."""
    counts = []
    for _ in range(2):
        with service.db.write() as session:
            counts.append(term(session, clock()))
    return counts


def test_answer_that_an_older_version_wrote_plainly_is_sealed(service: Any, clock: FakeClock) -> None:
    make.registered(service.db, COCKTAIL, "car", ["Zoé Roy"], clock(), answers={"q-allergie": "arachides"})
    [plain] = stored(service)
    assert plain.value == "arachides"
    forget(service)
    [sealed] = stored(service)
    assert sealed.key_id is not None and "arachides" not in sealed.value


def test_signup_nobody_finished_is_forgotten_after_thirty_days(service: Any, clock: FakeClock) -> None:
    held = make.registered(
        service.db, COCKTAIL, "car", ["Karl Carte"], clock(), method="card", answers={"q-titre": "X"}
    )
    kept = make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock())
    with service.db.write() as session:
        release(session, held, clock())
    clock.advance(days=29)
    assert ran(service, retention.erase_given_up, clock) == [0, 0]
    clock.advance(days=2)
    assert ran(service, retention.erase_given_up, clock) == [1, 0]
    with service.db.read() as session:
        said = everything(session, held)
        assert "Karl" not in said and "maude@example.org" not in said and "Usinage" not in said
        assert "Élise" in everything(session, kept)
    assert [row.registration_id for row in stored(service)] == []
    assert invariants(service.db) == []


def everything(session: Session, registration_id: uuid.UUID) -> str:
    """All that the rows of a registration say."""
    rows = session.execute(sa.select(Registration.__table__).where(Registration.id == registration_id)).all()
    places = sa.select(Attendee.__table__).where(Attendee.registration_id == registration_id)
    return repr([*rows, *session.execute(places).all()])


def test_addresses_and_ordinary_answers_go_two_years_after(service: Any, browser: Browser, clock: FakeClock) -> None:
    mine = uuid.UUID(sign_up(browser, **{"q-titre": "Directrice"})["id"])
    clock.advance(days=700)
    assert ran(service, retention.erase_addresses, clock) == [0, 0]
    clock.advance(days=100)
    assert ran(service, retention.erase_addresses, clock) == [2, 0]
    assert ran(service, retention.erase_ordinary_answers, clock) == [1, 0]
    with service.db.read() as session:
        said = everything(session, mine)
    assert "@example.org" not in said and "Zoé" in said, "who was there is still known"
    assert [row.value for row in stored(service)] == [None]
    desk = browser("coordinator").get(f"/staff/registrations/{mine}")
    assert desk.status_code == 200 and "Effacée" in desk.text


def test_contact_of_a_member_keeps_its_address(service: Any, browser: Browser, clock: FakeClock) -> None:
    body = signup(method="invoice", code=company_code(service, "c04"))
    made = browser().post(f"/api/activities/{COCKTAIL}/registrations", json=body).json()
    clock.advance(days=900)
    ran(service, retention.erase_addresses, clock)
    with service.db.read() as session:
        assert "maude@example.org" in everything(session, uuid.UUID(made["id"]))
