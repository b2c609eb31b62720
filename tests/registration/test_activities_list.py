"""Staff's list of activities: what may be done first, and what the list is narrowed to."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from registration.catalog.models import Activity, Price, Product
from registration.catalog.rules import ActivityStatus
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser


def rows(browser: Browser, **narrowed: str) -> dict[str, dict[str, Any]]:
    answer = browser("coordinator").get("/api/staff/activities", params=narrowed)
    assert answer.status_code == 200
    return {row["key"]: row for row in answer.json()}


def changed(app: FastAPI, activity_id: uuid.UUID, **values: Any) -> None:
    with app.state.service.db.write() as session:
        row = session.get(Activity, activity_id)
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)


def test_activities_narrowed_by_kind_city_series_and_state_are_those(browser: Browser) -> None:
    everything = rows(browser)
    for name in ("kind", "city", "series", "state"):
        values = {row[name] for row in everything.values()} - {""}
        assert values, name
        for value in values:
            assert rows(browser, **{name: value}) == {key: row for key, row in everything.items() if row[name] == value}
    assert rows(browser, kind="golf_tournament", state="cancelled") == {}


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"status": ActivityStatus.DRAFT}, "draft"),
        ({"status": ActivityStatus.DRAFT, "publish_at": True}, "scheduled"),
        ({"status": ActivityStatus.POSTPONED}, "postponed"),
        ({"status": ActivityStatus.CANCELLED}, "cancelled"),
    ],
)
def test_state_of_an_activity_is_said_in_both_languages(
    app: FastAPI, browser: Browser, clock: FakeClock, cocktail: uuid.UUID, values: dict[str, Any], state: str
) -> None:
    if values.get("publish_at"):
        values = values | {"publish_at": clock() + timedelta(days=1)}
    changed(app, cocktail, **values)
    assert list(rows(browser, state=state)) == ["caricatures-2027"]
    for lang in ("fr", "en"):
        page = browser("coordinator", lang=lang).get(f"/staff/activities?state={state}")
        assert page.status_code == 200 and "office.state" not in page.text
        assert f'<option value="{state}" selected>' in page.text
        assert browser("coordinator", lang=lang).get(f"/staff/activities/{cocktail}").status_code == 200


def test_activity_waits_for_names_english_and_taxes_until_each_is_there(
    app: FastAPI, browser: Browser, clock: FakeClock, cocktail: uuid.UUID, signed_up: Any
) -> None:
    def waits() -> list[str]:
        return rows(browser)["caricatures-2027"]["todo"]

    assert waits() == []
    with app.state.service.db.write() as session:
        product = Product(activity_id=cocktail, key="conference", position=9, label_fr="Conférence")
        session.add(product)
        session.flush()
        review = {"status": "to_confirm"}
        price = Price(
            product_id=product.id,
            key="conf",
            label_fr="Conférence",
            who="anyone",
            amount=100,
            tax_review=review,
            gl_account="1",
        )
        session.add(price)
    assert waits() == ["taxes"]
    changed(app, cocktail, summary_en="", names_due_at=clock() + timedelta(days=6))
    assert waits() == ["names", "english", "taxes"]
    todo = rows(browser, todo="true")
    assert "caricatures-2027" in todo and all(row["todo"] for row in todo.values())
    page = browser("coordinator").get("/staff/activities?todo=true").text
    assert f"/staff/activities/{cocktail}/taxes" in page
    assert f"/staff/activities/{cocktail}/attendees?show=unnamed" in page
    changed(app, cocktail, status=ActivityStatus.CANCELLED)
    assert waits() == [], "nothing is to be done for what does not take place"


def test_list_with_nothing_to_do_says_so(app: FastAPI, browser: Browser) -> None:
    for row in rows(browser).values():
        changed(app, uuid.UUID(row["id"]), status=ActivityStatus.CANCELLED)
    page = browser("coordinator").get("/staff/activities?todo=true").text
    assert "Rien à faire" in page
