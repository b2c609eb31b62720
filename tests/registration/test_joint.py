"""Several activities at once, pressed where it could give way: too many, nobody, a number that is needed, sent again
with something else, seen by who may not open it."""

from typing import Any

import pytest
from sqlmodel import select

from registration.catalog.models import Activity, Resource
from registration.members.rules import Role
from registration.registrations.models import Registration
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, HOME, Browser
from tests.registration.test_space import (
    GOLF,
    TEAM,
    asked,
    fields,
    headers,
    inside,
    item,
    looked_at,
    orders,
    sign_up,
    with_role,
)

CROWD = [(f"Personne {n}", "Fictive") for n in range(41)]


def registrations(service: Any) -> list[Registration]:
    with service.db.read() as session:
        return list(session.exec(select(Registration)).all())


@pytest.mark.parametrize("people", [[], CROWD])
def test_people_too_many_or_none_are_refused_by_name(service: Any, browser: Browser, people: Any) -> None:
    body = asked(item(COCKTAIL, "car", TEAM), item(GOLF, "golf-ind", people))
    refused = sign_up(service, browser(), body)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["items[1].attendees"])
    assert registrations(service) == []


def test_too_many_people_are_told_before_anything_is_looked_at(service: Any, browser: Browser) -> None:
    client = inside(browser, service)
    typed = "\n".join(f"{first} {last}, p{n}@example.org" for n, (first, last) in enumerate(CROWD))
    page = client.post("/company/sign-up", data={"activity": [COCKTAIL], "typed": typed})
    assert page.status_code == 422 and "p40@example.org" in page.text


def test_activities_that_do_not_exist_are_left_out_of_the_form(service: Any, browser: Browser) -> None:
    client = inside(browser, service)
    keys = [COCKTAIL, *(f"nulle-part-{n}" for n in range(30))]
    page = client.post("/company/sign-up", data={"activity": keys, "typed": "Zoé Roy"})
    assert page.status_code == 200 and fields(page.text, "activity") == [COCKTAIL]


def test_company_that_needs_an_order_number_is_asked_for_it(service: Any, browser: Browser) -> None:
    body = asked(item(COCKTAIL, "car", TEAM))
    refused = sign_up(service, browser(), body, key="p04")
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["bill_to.po_number"])
    body["bill_to"] = {"po_number": "BC-9"}
    assert sign_up(service, browser(), body, key="p04").status_code == 201
    free = asked(item("webinaire-fraude-2027", "web", TEAM))
    free["items"][0]["product"] = browser().get("/api/activities/webinaire-fraude-2027").json()["products"][0]["key"]
    assert sign_up(service, browser(), free, key="p04").status_code == 201, "nothing is owed: no invoice, no number"


def test_gesture_sent_again_with_one_activity_more_takes_nothing(
    service: Any, browser: Browser, clock: FakeClock
) -> None:
    """Its order would wait for an invoice that is already issued without it."""
    clock.advance(days=26)
    first = item(COCKTAIL, "car", TEAM)
    assert sign_up(service, browser(), asked(first)).status_code == 201
    more = sign_up(service, browser(), asked(first, item(GOLF, "golf-ind", TEAM)))
    assert (more.status_code, more.json()["code"]) == (409, "DifferentForm")
    assert len(registrations(service)) == 1
    with service.db.read() as session:
        assert len(orders(session)) == 1


def test_form_sent_again_with_others_goes_on_under_ids_of_its_own(service: Any, browser: Browser) -> None:
    client = inside(browser, service)
    _, sent = looked_at(client)
    sent |= {"do": "confirm", "terms_accepted": "yes"}
    everybody = sent | {f"goes.{COCKTAIL}": ["0", "1", "2"]}
    assert client.post("/company/sign-up/review", data=everybody).status_code == 303
    dearer = client.post("/company/sign-up/review", data=sent)
    assert dearer.status_code == 409 and "done=signed" not in dearer.text, "the total of three is not that of two"
    sent |= {f"shown.{COCKTAIL}": fields(dearer.text, f"shown.{COCKTAIL}")}
    fewer = client.post("/company/sign-up/review", data=sent)
    assert fewer.status_code == 409 and "déjà" in fewer.text
    again = {**sent, "form": fields(fewer.text, "form"), f"shown.{COCKTAIL}": fields(fewer.text, f"shown.{COCKTAIL}")}
    assert client.post("/company/sign-up/review", data=again).headers["location"] == f"{HOME}/company?done=signed"
    assert len(registrations(service)) == 2


def test_ticks_of_nobody_are_said_and_taken_for_nothing(service: Any, browser: Browser) -> None:
    client = inside(browser, service)
    _, sent = looked_at(client)
    none = sent | {f"goes.{COCKTAIL}": [], "do": "confirm", "terms_accepted": "yes"}
    page = client.post("/company/sign-up/review", data=none)
    assert page.status_code == 422 and "Cochez au moins une personne" in page.text
    assert registrations(service) == []


def test_form_that_is_not_ours_is_looked_at_and_not_taken(service: Any, browser: Browser) -> None:
    client = inside(browser, service)
    _, sent = looked_at(client)
    page = client.post("/company/sign-up/review", data=sent | {"form": "x", "do": "confirm", "terms_accepted": "yes"})
    assert page.status_code == 200 and registrations(service) == []


def test_accounting_sees_what_is_owed_and_opens_no_registration(service: Any, browser: Browser) -> None:
    clerk = with_role(service, Role.ACCOUNTING, "c15")
    assert sign_up(service, browser(), asked(item(COCKTAIL, "car", TEAM))).status_code == 201
    page = inside(browser, service, clerk.key).get("/company").text
    assert "189,71" in page and "/r/" not in page
    api = browser().get(f"/api/people/{clerk.id}/company", headers=headers(service, clerk)).json()
    assert [(one["owed"], one["url"]) for one in api["registrations"]] == [(18971, "")]


def test_purchase_of_a_plan_is_nothing_to_who_may_not_see_the_plan(service: Any, browser: Browser) -> None:
    assert sign_up(service, browser(), asked(item(COCKTAIL, "car", TEAM))).status_code == 201
    with service.db.write() as session:
        plan = session.exec(select(Activity.id).where(Activity.key == "pae-2027")).one()
        session.exec(select(Registration)).one().activity_id = plan
    manager, clerk = with_role(service, Role.MANAGER, "c15"), with_role(service, Role.ACCOUNTING, "c15")
    assert "2027-2028" not in inside(browser, service, manager.key).get("/company").text
    assert "2027-2028" in inside(browser, service, clerk.key).get("/company").text
    assert f"{HOME}/plans/pae-2027" in inside(browser, service).get("/company").text


def test_form_that_took_the_last_places_is_done_when_sent_again(service: Any, browser: Browser) -> None:
    client = inside(browser, service)
    with service.db.write() as session:
        for row in session.exec(select(Resource).join(Activity).where(Activity.key == COCKTAIL)):
            row.taken = row.capacity - 2
    _, sent = looked_at(client)
    looked = client.post("/company/sign-up/review", data=sent | {"do": "update"})
    sent |= {f"shown.{COCKTAIL}": fields(looked.text, f"shown.{COCKTAIL}"), "do": "confirm", "terms_accepted": "yes"}
    answers = [client.post("/company/sign-up/review", data=sent) for _ in range(2)]
    assert [one.headers.get("location") for one in answers] == [f"{HOME}/company?done=signed"] * 2
    assert len(registrations(service)) == 1
