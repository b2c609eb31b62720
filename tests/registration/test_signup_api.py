"""Signups by the API that no form would send."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser
from tests.tables import answers, lines

GOLF = "golf-2027"


def asked(items: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "contact": {"first_name": "Chloé", "last_name": "Roy", "email": "chloe@example.org"},
        "company": "Fonderie Noël",
        "method": "invoice",
        "terms_accepted": True,
        "items": items,
        **more,
    }


def test_answers_to_questions_not_shown_are_not_stored(service: Any, browser: Browser, clock: FakeClock) -> None:
    clock.set(datetime(2027, 5, 20, 16, tzinfo=UTC))
    item = {"product": "golf-ind", "who": "non_member", "quantity": 1}
    hidden = {"q-repas": "boeuf", "q-bras": "not one of its options"}
    body = asked([{**item, "attendees": [{"first_name": "Zoé", "last_name": "Roy", "answers": hidden}]}])
    made = browser().post(f"/api/activities/{GOLF}/registrations", json=body)
    assert made.status_code == 201, made.text
    with service.db.read() as session:
        kept = session.execute(sa.select(answers.c.value)).scalars().all()
    assert kept == ["boeuf"]


def test_price_named_twice_is_refused(service: Any, browser: Browser) -> None:
    """Two lines of one price could not be told apart on the order, nor their add-ons counted."""
    item = {"product": "car", "who": "non_member", "quantity": 1}
    made = browser().post(f"/api/activities/{COCKTAIL}/registrations", json=asked([item, item]))
    assert made.status_code == 422, made.text
    with service.db.read() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(lines)).scalar_one() == 0


def test_product_for_members_is_refused_to_others_and_sold_to_members(service: Any, browser: Browser) -> None:
    with service.db.write() as session:
        change = "UPDATE activity SET members_only = :yes, version = version + 1 WHERE key = :key"
        session.execute(sa.text(change), {"yes": True, "key": COCKTAIL})
        code = session.execute(sa.text("SELECT access_code FROM company WHERE key = 'c01'")).scalar()
    address, person = f"/api/activities/{COCKTAIL}/registrations", {"first_name": "Zoé", "last_name": "Roy"}
    for who, by, status in (("non_member", "", 403), ("member", code, 201)):
        item = {"product": "car", "who": who, "quantity": 1, "attendees": [person]}
        assert browser().post(address, json=asked([item], code=by)).status_code == status
