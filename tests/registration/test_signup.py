"""A signup by the API: what is refused, by which name; codes; what a payment does that nobody waits for any more."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from kit.contracts.callers import ANYONE
from kit.db import new_id
from registration.catalog.codes.models import Code
from registration.registrations import actions as registrations_actions
from registration.registrations.rules import NotInThisState
from tests.registration.conftest import COCKTAIL, Browser
from tests.tables import codes, registrations

ONE = {"product": "car", "who": "non_member", "quantity": 1}


def asked(**changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "contact": {"first_name": "Maude", "last_name": "Contact", "email": "maude@example.org"},
        "company": "Usinage Valbrume inc.",
        "items": [ONE],
        "method": "invoice",
        "terms_accepted": True,
        "contact_attends": False,
    }
    return given | changes


def sign_up(browser: Browser, **changes: Any) -> Any:
    return browser().post(f"/api/activities/{COCKTAIL}/registrations", json=asked(**changes))


@pytest.mark.parametrize(
    ("changes", "status", "code", "fields"),
    [
        ({"items": [ONE | {"product": "nothing"}]}, 422, "NotOffered", {"items[0]"}),
        ({"items": [ONE | {"who": "member"}]}, 422, "NotOffered", {"items[0]"}),
        ({"items": [ONE | {"who": "code"}]}, 422, "NotOffered", {"items[0]"}),
        ({"method": "cash"}, 422, "InvalidInput", {"method"}),
        ({"method": ""}, 422, "InvalidInput", {"method"}),
        ({"company": ""}, 422, "InvalidInput", {"company"}),
        ({"expected_total": 9772}, 409, "TotalChanged", {"total"}),
        ({"items": [ONE | {"quantity": 40}, ONE]}, 422, "InvalidInput", {"items"}),
        ({"terms_accepted": False, "contact": {}}, 422, "InvalidInput", None),
    ],
)
def test_signup_refused_says_why_and_writes_nothing(
    service: Any, browser: Browser, changes: dict[str, Any], status: int, code: str, fields: set[str] | None
) -> None:
    answer = sign_up(browser, **changes)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert fields is None or set(answer.json()["errors"]) == fields
    with service.db.read() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(registrations)).scalar_one() == 0


def test_signup_total_shown_is_the_one_owed(browser: Browser) -> None:
    assert sign_up(browser, expected_total=9773).json()["total"] == 9773


def test_signup_of_forty_people_is_one_registration_with_one_total(service: Any, browser: Browser) -> None:
    people = [{"first_name": f"Personne{n}", "last_name": "Exemple", "email": f"p{n}@example.org"} for n in range(40)]
    made = sign_up(browser, items=[ONE | {"quantity": 40, "attendees": people}]).json()
    assert {tax: made[tax] for tax in ("subtotal", "tps", "tvq", "total")} == {
        "subtotal": 340000,
        "tps": 17000,
        "tvq": 33915,
        "total": 390915,
    }
    token = {"X-Link-Token": made["personal_url"].rsplit("/", 1)[1]}
    places = browser().get(f"/api/registrations/{made['id']}/attendees", headers=token).json()
    assert [place["first_name"] for place in places] == [person["first_name"] for person in people]


def test_signup_sent_again_is_the_same_registration_and_another_is_refused(browser: Browser) -> None:
    mine = {"registration_id": str(new_id())}
    first, again = sign_up(browser, **mine), sign_up(browser, **mine)
    assert first.json()["code"] == again.json()["code"]
    other = sign_up(browser, **mine, items=[ONE | {"quantity": 2}])
    assert (other.status_code, other.json()["code"]) == (409, "DifferentForm")


def test_code_serves_so_many_and_its_units_come_back(service: Any, browser: Browser, cocktail: uuid.UUID) -> None:
    with service.db.write() as session:
        session.add(Code(activity_id=cocktail, word="RABAIS", percent_off=50, max_units=2))
    lowered = sign_up(browser, code="rabais", method="card", items=[ONE | {"quantity": 2}]).json()
    assert (lowered["subtotal"], lowered["status"]) == (8500, "held")
    refused = sign_up(browser, code="rabais")
    assert (refused.status_code, refused.json()["code"], refused.json()["errors"]) == (
        409,
        "CodeUsedUp",
        {"code": "CodeUsedUp"},
    )
    with service.db.write() as session:
        assert registrations_actions.release(session, uuid.UUID(lowered["id"]), service.clock())
    with service.db.read() as session:
        assert session.execute(sa.select(codes.c.used).where(codes.c.word == "RABAIS")).scalar_one() == 0
    with service.db.write() as session:
        assert not registrations_actions.release(session, uuid.UUID(lowered["id"]), service.clock()), (
            "nothing ends twice"
        )


def test_places_are_let_go_only_while_held(service: Any, browser: Browser) -> None:
    confirmed = uuid.UUID(sign_up(browser).json()["id"])
    for one in (confirmed, new_id()):
        with pytest.raises(NotInThisState), service.db.write() as session:
            registrations_actions.end_hold_now(session, one, ANYONE, service.clock())


def test_registration_without_its_link_cannot_be_read(browser: Browser) -> None:
    known = sign_up(browser).json()["id"]
    for one in (known, str(new_id())):
        assert browser().get(f"/api/registrations/{one}/state").status_code == 404
