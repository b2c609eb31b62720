"""The contact adds to a confirmed registration on the personal page, until the names' deadline."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from kit.db import new_id
from registration.catalog.models import Activity
from registration.invariants import invariants
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.registration.test_amendments import cancel, dinner, first, golf, mulligan, posted, status_of

__all__ = ["first", "golf"]


def add(browser: Browser, service: Any, of: str, *items: dict[str, Any], **asked: Any) -> Any:
    link = service.links.registration(uuid.UUID(of), 1)
    body = {"items": list(items), "method": "invoice", "terms_accepted": True, **asked}
    token = {"X-Link-Token": link.rsplit("/", 1)[-1]}
    return browser().post(f"/api/registrations/{of}/amendments", json=body, headers=token)


def test_contact_adds_people_and_options_at_the_category_they_were_given(
    service: Any, browser: Browser, golf: uuid.UUID, first: str
) -> None:
    person, option = add(browser, service, first, dinner()), add(browser, service, first, mulligan())
    assert (person.status_code, option.status_code) == (201, 201), person.text + option.text
    assert (person.json()["total"], option.json()["total"]) == (8623, 1150)
    assert [body["amends"] for body in posted(service, "PlaceOrder")] == [None, first, first]
    assert "par la personne inscrite" in browser("coordinator").get(f"/staff/registrations/{first}").text
    assert invariants(service.db) == []


def test_contact_pays_by_card_at_the_address_given(service: Any, browser: Browser, golf: uuid.UUID, first: str) -> None:
    told = add(browser, service, first, dinner(), method="card").json()
    assert told["status"] == "held" and told["pay_url"] == told["personal_url"] + "/pay"
    assert posted(service, "PlaceOrder")[1:] == []


def test_contact_who_sends_twice_adds_once(service: Any, browser: Browser, golf: uuid.UUID, first: str) -> None:
    mine = str(new_id())
    told, again = (add(browser, service, first, dinner(), amendment_id=mine).json() for _ in range(2))
    assert told == again
    other = add(browser, service, first, mulligan(), amendment_id=mine)
    assert (other.status_code, other.json()["code"]) == (409, "DifferentForm")


def test_contact_is_refused_after_the_deadline_or_once_it_is_cancelled(
    service: Any, browser: Browser, golf: uuid.UUID, first: str, clock: FakeClock
) -> None:
    link = service.links.registration(uuid.UUID(first), 1)
    assert f"{link}/add" in browser().get(link).text
    added = add(browser, service, first, dinner()).json()["id"]
    assert add(browser, service, added, dinner()).json()["code"] == "NotInThisState"
    with service.db.read() as session:
        due = session.get_one(Activity, golf).names_due_at
    clock.set(due + timedelta(minutes=1))
    assert add(browser, service, first, dinner()).json()["code"] == "TooLate"
    assert f"{link}/add" not in browser().get(link).text and browser().get(f"{link}/add").status_code == 409
    cancel(browser, first)
    assert add(browser, service, first, dinner()).json()["code"] == "NotInThisState"
    assert status_of(service, added) == "cancelled"


@pytest.mark.parametrize(
    ("asked", "field"), [({"method": "cash"}, "method"), ({"terms_accepted": False}, "terms_accepted")]
)
def test_contact_with_a_wrong_field_is_told_which(
    service: Any, browser: Browser, golf: uuid.UUID, first: str, asked: dict[str, Any], field: str
) -> None:
    for item in (dinner(), mulligan()):
        refused = add(browser, service, first, item, **asked)
        assert (refused.status_code, set(refused.json()["errors"])) == (422, {field})


def test_contact_without_the_link_adds_nothing(service: Any, browser: Browser, golf: uuid.UUID, first: str) -> None:
    body = {"items": [dinner()], "method": "invoice", "terms_accepted": True}
    refused = browser().post(f"/api/registrations/{first}/amendments", json=body, headers={"X-Link-Token": "none"})
    assert refused.status_code in (401, 403, 404)


def test_contact_page_keeps_what_was_typed_and_adds(
    service: Any, browser: Browser, golf: uuid.UUID, first: str
) -> None:
    link, visitor = service.links.registration(uuid.UUID(first), 1), browser()
    assert visitor.get(f"{link}/add").status_code == 200
    typed = {"q.golf-souper.member": "1", "method": "invoice", "shown_total": "8623"}
    typed |= {f"a.golf-souper.member.0.{name}": value for name, value in (("first_name", "Luc"), ("last_name", "Roy"))}
    refused = visitor.post(f"{link}/add", data=typed)
    assert refused.status_code == 422 and 'value="Luc"' in refused.text and "f-terms_accepted" in refused.text
    typed |= {"terms_accepted": "yes", "a.golf-souper.member.0.answer.q-repas": "boeuf", "amendment_id": str(new_id())}
    assert visitor.post(f"{link}/add", data={**typed, "q.golf-souper.member": "41"}).status_code == 422
    assert visitor.post(f"{link}/add", data={**typed, "shown_total": "1"}).status_code == 409
    assert "Pour qui" in visitor.post(f"{link}/add", data={"q.golf-reprise.anyone": "1", "action": "update"}).text
    done = visitor.post(f"{link}/add", data=typed)
    assert done.status_code == 303 and "/r/" in done.headers["location"], done.text
    assert visitor.post(f"{link}/add", data={**typed, "method": "card"}).status_code == 409
    assert len(posted(service, "PlaceOrder")) == 2
