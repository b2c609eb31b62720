"""Rows ticked together: what is shown before it is done, done once each, whoever sends it twice or dies half way."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from kit.sql import column, table
from registration.batches import actions, flows
from registration.batches.models import Batch, BatchItem
from registration.history import queries as history
from registration.registrations.models import Registration
from tests import make
from tests.counting import statements
from tests.fakes.clock import FakeClock
from tests.registration import reading
from tests.registration.conftest import COCKTAIL, Browser
from tests.tables import registrations, resources


@pytest.fixture
def many(service: Any, clock: FakeClock) -> list[uuid.UUID]:
    """More registrations than the request that confirms does itself."""
    count = flows.AT_ONCE + 3
    return [make.registered(service.db, COCKTAIL, "car", [f"Personne{n} Roy"], clock()) for n in range(count)]


def chosen(client: Any, activity: uuid.UUID, act: str, ids: list[uuid.UUID], **form: str) -> str:
    """Tick these rows; the address of the page that asks."""
    fields = {"act": act, "registration": [str(one) for one in ids], **form}
    answer = client.post(f"/staff/activities/{activity}/batches", data=fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def statuses(service: Any, ids: list[uuid.UUID]) -> list[str]:
    with service.db.read() as session:
        query = sa.select(column(Registration.id), column(Registration.status))
        found = dict(session.execute(query.where(column(Registration.id).in_(ids))).all())
    return [str(found[one]) for one in ids]


def authors(service: Any, registration: uuid.UUID, action: str) -> list[str]:
    with service.db.read() as session:
        return [entry.actor for entry in history.of(session, registration) if entry.action == action]


def taken(service: Any, activity: uuid.UUID) -> int:
    mine = (resources.c.activity_id == activity, resources.c.key == "places")
    with service.db.read() as session:
        return int(session.execute(sa.select(resources.c.taken).where(*mine)).scalar_one())


def test_rows_to_tick_are_for_whoever_may_act(browser: Browser, cocktail: uuid.UUID, signed_up: Any) -> None:
    page = browser("coordinator").get(f"/staff/activities/{cocktail}").text
    assert page.count('name="registration"') == 3 and 'value="cancel"' in page
    assert 'name="registration"' not in browser("accountant").get(f"/staff/activities/{cocktail}").text


@pytest.mark.parametrize(("role", "may"), [("director", 303), ("coordinator", 303), ("accountant", 403), ("door", 403)])
def test_batch_is_for_coordinators_and_directors(
    browser: Browser, cocktail: uuid.UUID, signed_up: Any, role: str, may: int
) -> None:
    asked = {"act": "resend", "registration": str(signed_up[0])}
    client, path = browser(role), chosen(browser("director"), cocktail, "resend", signed_up)
    assert client.post(f"/staff/activities/{cocktail}/batches", data=asked).status_code == may
    assert client.get(path).status_code == (200 if may == 303 else 403)
    assert client.post(f"{path}/confirm").status_code == may


def test_choice_changes_nothing_and_says_what_a_cancellation_will_do(
    service: Any, browser: Browser, cocktail: uuid.UUID, signed_up: list[uuid.UUID]
) -> None:
    client = browser("coordinator")
    path = chosen(client, cocktail, "cancel", signed_up)
    page = reading.text(client, path)
    assert "Annuler 2 inscriptions" in page and "Personnes 3" in page
    assert "1 inscription choisie n’est pas confirmée" in page, "the one that waits for its card"
    assert reading.shown("255.00") in page, "three places at 85 $"
    assert statuses(service, signed_up) == ["confirmed", "held", "confirmed"]


def test_cancellation_of_many_gives_back_what_the_rule_says(
    service: Any, browser: Browser, cocktail: uuid.UUID, signed_up: list[uuid.UUID]
) -> None:
    director = browser("director", name="Odile Directrice")
    asked = {"act": "cancel", "registrations": [str(one) for one in signed_up]}
    batch = director.post(f"/api/staff/activities/{cocktail}/batches", json=asked).json()
    assert batch["effect"] == {
        "registrations": 2, "left_alone": 1, "people": 3, "keep_percent": 0, "credit": 25500, "kept": 0,
        "paid_credit": 0,
    }  # fmt: skip
    before = taken(service, cocktail)
    assert director.post(f"/api/staff/batches/{batch['id']}/confirm").status_code == 200
    after = director.get(f"/api/staff/batches/{batch['id']}").json()
    assert (after["state"], after["done"], after["refused"], after["effect"]) == ("done", 2, 1, None)
    assert after["items"][0]["why"] == "NotInThisState", "what was refused is said first"
    assert statuses(service, signed_up) == ["cancelled", "held", "cancelled"]
    assert taken(service, cocktail) == before - 3
    assert authors(service, signed_up[0], "registration.cancelled") == ["Odile Directrice"]
    with service.db.read() as session:
        changes = [one for entry in history.of(session, signed_up[0]) for one in entry.field_changes()]
    assert [one.new for one in changes if one.field == "credit"] == [17000]
    assert "Cette inscription n’est pas confirmée" in reading.text(director, f"/staff/batches/{batch['id']}")


def test_tickets_of_a_batch_confirmed_twice_are_sent_once(
    service: Any, browser: Browser, cocktail: uuid.UUID, signed_up: list[uuid.UUID]
) -> None:
    client = browser("coordinator", name="Maya Coordonnatrice")
    path = chosen(client, cocktail, "resend", [signed_up[0], signed_up[0], signed_up[2]])
    for _ in range(2):
        assert client.post(f"{path}/confirm").status_code == 303
    flows.work(service)
    assert authors(service, signed_up[0], "registration.resent") == ["Maya Coordonnatrice"]
    assert len(authors(service, signed_up[2], "registration.resent")) == 1
    assert "2 inscriptions : billets renvoyés" in reading.text(client, path)


def test_batch_whose_process_died_is_resumed_by_the_worker_and_each_is_done_once(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID, many: list[uuid.UUID]
) -> None:
    client = browser("coordinator")
    path = chosen(client, cocktail, "resend", many)
    assert client.post(f"{path}/confirm").status_code == 303
    assert f"Il en reste {len(many) - flows.AT_ONCE}" in reading.text(client, path)
    died = flows._claimed(service, None)
    assert died, "claimed by a process that is killed before it acts"
    flows.work(service)
    assert "Il en reste 1" in reading.text(client, path)
    clock.advance(seconds=flows.LEASE.total_seconds() + 1)
    loop = next(loop for loop in service.loops if loop.name == "batches")
    assert loop.job() is False
    assert "Il en reste" not in reading.text(client, path)
    flows._do(service, died)
    assert [len(authors(service, one, "registration.resent")) for one in many] == [1] * len(many)


def test_batch_that_kills_its_process_each_time_is_given_up_with_a_reason(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID, many: list[uuid.UUID]
) -> None:
    client = browser("coordinator")
    path = chosen(client, cocktail, "resend", many)
    client.post(f"{path}/confirm")
    with service.db.write() as session:
        session.execute(sa.update(table(BatchItem)).values({column(BatchItem.attempts): 5}))
    flows.work(service)
    assert reading.text(client, path).count("Plusieurs essais ont échoué") == 3


def test_whole_view_is_chosen_as_it_is_narrowed(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID, signed_up: list[uuid.UUID]
) -> None:
    client = browser("coordinator")
    for n in range(50):
        make.registered(service.db, COCKTAIL, "car", [f"Personne{n} Roy"], clock())
    page = client.get(f"/staff/activities/{cocktail}?method=invoice").text
    assert "Toute la vue (52 inscriptions)" in page and '<input type="hidden" name="method" value="invoice">' in page
    path = chosen(client, cocktail, "resend", signed_up[:1], everything="true", method="invoice")
    assert "de 52 inscriptions" in reading.text(client, path)
    asked = {"act": "resend", "shown": {"q": "NOEL"}}
    found = client.post(f"/api/staff/activities/{cocktail}/batches", json=asked).json()
    assert [item["registration_id"] for item in found["items"]] == [str(signed_up[2])]


def test_page_of_a_batch_asks_no_more_of_the_database_for_more_rows(
    service: Any, browser: Browser, cocktail: uuid.UUID, many: list[uuid.UUID]
) -> None:
    client, costs = browser("coordinator"), []
    for ids in (many[:1], many):
        path = chosen(client, cocktail, "cancel", ids)
        client.get(path)
        with statements(service.db) as asked:
            assert client.get(path).status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 8, costs


def test_addresses_are_read_each_once_without_a_confirmation(
    browser: Browser, cocktail: uuid.UUID, signed_up: list[uuid.UUID]
) -> None:
    client = browser("coordinator")
    page = client.get(chosen(client, cocktail, "addresses", signed_up)).text
    assert 'value="maude@example.org"' in page and "/confirm" not in page


def test_choice_of_nothing_or_of_what_is_not_there_is_refused(
    browser: Browser, cocktail: uuid.UUID, signed_up: list[uuid.UUID]
) -> None:
    client, path = browser("coordinator"), f"/api/staff/activities/{cocktail}/batches"
    assert chosen(client, cocktail, "cancel", []).endswith(f"/staff/activities/{cocktail}")
    for ids in ([], [str(uuid.uuid4())]):
        answer = client.post(path, json={"act": "cancel", "registrations": ids})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["registrations"])
    nowhere = {"act": "cancel", "registrations": [str(signed_up[0])]}
    assert client.post(f"/api/staff/activities/{uuid.uuid4()}/batches", json=nowhere).status_code == 404
    assert client.post(f"/api/staff/batches/{uuid.uuid4()}/confirm").status_code == 404


def test_batches_are_forgotten_unless_something_is_left_to_do(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID, many: list[uuid.UUID]
) -> None:
    client = browser("coordinator")
    chosen(client, cocktail, "resend", many)
    at_work = chosen(client, cocktail, "resend", many)
    client.post(f"{at_work}/confirm")
    clock.advance(days=100)
    with service.db.write() as session:
        actions.purge(session, clock())
    with service.db.read() as session:
        left = session.execute(sa.select(column(Batch.id))).scalars().all()
    assert [str(one) for one in left] == [at_work.rpartition("/")[2]]
    flows.work(service)
    with service.db.write() as session:
        actions.purge(session, clock() + timedelta(days=1))
        assert session.execute(sa.select(sa.func.count()).select_from(table(BatchItem))).scalar_one() == 0
        assert session.execute(sa.select(registrations.c.id)).first(), "only the batch goes"
