"""The sample rebuilt by a program that only speaks the public API equals what `seed` loads, row by row."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from starlette.testclient import TestClient

from kit.auth import PASS_COOKIE
from kit.db import Database
from registration import seed
from registration.catalog.sections.schemas import SectionName
from registration.main import create_app
from registration.settings import RegistrationSettings
from registration.tables import metadata
from tests import make
from tests.conftest import MakeDatabase
from tests.fakes.absent import nobody
from tests.fakes.clock import FakeClock
from tests.registration.conftest import HOME, pass_of

# A row is told by keys: its own, and those of what it belongs to.
NAMED: dict[str, tuple[str, ...]] = {
    "series": ("key",),
    "activity": ("key",),
    "code": ("word",),
    "activity_session": ("number",),
    "plan": (),
}
# Ids are the file's own there and drawn here; what belongs together is told by keys instead.
IDS = {"id", "activity_id", "product_id", "series_id"}
# They count how often an author saved: once a section by the API, once the whole activity by the seed.
COUNTED = {"version", "calendar_sequence"}
OWNERS = {"activity_id": "activity", "product_id": "product", "series_id": "series"}
TABLES = ("series", "activity", "activity_session", "resource", "product", "price", "question", "code", "plan")
SAID_OF_A_PLAN = ("provider_name", "provider_email", "provider_phone", "entitlement", "mode", "starts", "ends")


# What a code is made of, as both the list says it and a new one is asked for.
SAID_OF_A_CODE = (
    "word", "opens", "percent_off", "amount_off", "set_price", "max_units", "per_company", "budget", "since", "until",
    "note",
)  # fmt: skip


@pytest.fixture
def houses(make_database: MakeDatabase, clock: FakeClock) -> Iterator[tuple[FastAPI, FastAPI]]:
    """Two registrations: one that loaded the file, one that has its association and people and no activity."""
    built = []
    for _ in range(2):
        settings = RegistrationSettings(
            app_env="development", database_url=make_database("registration"), registration_url=HOME
        )
        built.append(create_app(settings, clock, nobody))
    loaded, empty = built
    make.sample(loaded.state.service.db, clock())
    with empty.state.service.db.write() as session:
        source = seed.Source.read(make.SAMPLE)
        seed.people.load(session, source, clock(), "a secret of the test's own, long enough")
    yield loaded, empty
    for app in built:
        app.state.service.close()


def program(app: FastAPI, clock: FakeClock) -> TestClient:
    client = TestClient(app, base_url=HOME)
    client.cookies.set(PASS_COOKIE, pass_of(app, clock(), "coordinator"))
    return client


def sent(answer: Any) -> Any:
    assert answer.status_code < 300, (answer.request.url, answer.text)
    return answer.json()


def rebuild(theirs: TestClient, mine: TestClient, activity_id: str) -> None:
    """One activity, read by the API of one house and made by that of the other: begun, each section, codes, shown."""
    said = sent(theirs.get(f"/api/staff/activities/{activity_id}/draft"))
    title = said["essentials"]["title"]
    new = {"kind": said["kind"], "key": said["key"], "title_fr": title["fr"], "title_en": title["en"]}
    address = f"/api/staff/activities/{sent(mine.post('/api/staff/activities', json=new))['id']}"
    for name in SectionName:
        sent(mine.put(f"{address}/{name.value}", json=said[name.value]))
    sent(mine.post(f"{address}/publish", json={}))
    plan = theirs.get(f"/api/staff/activities/{activity_id}/plan")
    if plan.status_code == 200:
        sent(mine.put(f"{address}/plan", json={name: plan.json()[name] for name in SAID_OF_A_PLAN}))
    for code in sent(theirs.get(f"/api/staff/activities/{activity_id}/codes")):
        sent(mine.post(f"{address}/codes", json={name: code[name] for name in SAID_OF_A_CODE}))


def catalogue(db: Database) -> dict[str, dict[tuple[Any, ...], dict[str, Any]]]:
    """Every row of the catalogue by its keys, all columns but ids and what counts gestures."""
    with db.read() as session:
        tables = {name: session.execute(sa.select(metadata.tables[name])).mappings().all() for name in TABLES}
    named: dict[Any, tuple[Any, ...]] = {None: ()}
    result: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {}
    for name, rows in tables.items():
        result[name] = {}
        for row in rows:
            owners = {OWNERS[column]: named[row[column]] for column in OWNERS.keys() & row.keys()}
            key = (*owners.values(), *(row[part] for part in NAMED.get(name, ("key",))))
            named[row["id"]] = key
            told = {column: value for column, value in row.items() if column not in IDS | COUNTED}
            result[name][key] = told | {"of": owners}
    return result


def tables_of_activities(db: Database) -> set[str]:
    """Every table that has rows of an activity."""
    with db.read() as session:
        mine = [table for table in metadata.tables.values() if "activity_id" in table.c]
        return {table.name for table in mine if session.execute(sa.select(table.c.activity_id).limit(1)).first()}


def test_sample_rebuilt_by_the_api_equals_the_seed(houses: tuple[FastAPI, FastAPI], clock: FakeClock) -> None:
    loaded, empty = houses
    theirs, mine = (program(app, clock) for app in houses)
    before = catalogue(loaded.state.service.db)
    for row in before["series"].values():
        texts = {name: {lang: row[f"{name}_{lang}"] for lang in ("fr", "en")} for name in ("title", "slug", "summary")}
        sent(mine.post("/api/staff/series", json={"key": row["key"], **texts}))
    with loaded.state.service.db.read() as session:
        ids = [str(one) for one in session.execute(sa.select(metadata.tables["activity"].c.id)).scalars()]
    assert len(ids) == 11
    for activity_id in ids:
        rebuild(theirs, mine, activity_id)
    after = catalogue(empty.state.service.db)
    assert tables_of_activities(loaded.state.service.db) <= set(TABLES), "the seed writes what nobody compares"
    for name in TABLES:
        assert after[name].keys() == before[name].keys(), name
        for key, row in before[name].items():
            assert after[name][key] == row, (name, key)
