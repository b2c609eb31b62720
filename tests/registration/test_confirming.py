"""Invoices at a company's word: up to a number, above it when its contact or staff confirm, and never without end."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import select

from kit.mailbox import Outbox
from registration import jobs
from registration.catalog.models import Activity
from registration.invariants import invariants
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser
from tests.registration.strangers import client_from, company_code, places, post, signup, state, taken


@pytest.mark.parametrize("count", [6, 7])
def test_invoice_of_an_unknown_company_above_a_number_waits_for_its_contact(few: FastAPI, count: int) -> None:
    made = post(few, "192.0.2.1", signup(items=places(count), method="invoice")).json()
    service = few.state.service
    assert made["status"] == ("confirmed" if count == 6 else "held")
    orders, letters = outbox(service)
    assert orders == (["PlaceOrder"] if count == 6 else [])
    assert letters == ["registration_confirmed" if count == 6 else "registration_to_confirm"]
    assert invariants(service.db) == []


def outbox(service: Any) -> tuple[list[str], list[str]]:
    """What billing will be asked for, and the kinds of letters notify will send."""
    with service.db.read() as session:
        messages = session.exec(select(Outbox).order_by(Outbox.id)).all()
    orders = [message.type for message in messages if message.type == "PlaceOrder"]
    return orders, [message.body["kind"] for message in messages if message.type == "SendMessage"]


def test_invoices_in_small_pieces_are_added_up(few: FastAPI) -> None:
    """By the address they come from, by the e-mail and by the company's name, however it is written."""

    def statuses(*signups: tuple[str, str, str]) -> list[str]:
        return [
            post(few, address, signup(email, company=company, items=places(4), method="invoice")).json()["status"]
            for address, email, company in signups
        ]

    assert statuses(("192.0.2.1", "a@example.org", "Un inc."), ("192.0.2.1", "b@example.org", "Deux inc.")) == [
        "confirmed",
        "held",
    ]
    assert statuses(("192.0.2.2", "c@example.org", "Trois inc."), ("192.0.2.3", "C@example.org", "Quatre inc.")) == [
        "confirmed",
        "held",
    ]
    assert statuses(("192.0.2.4", "d@example.org", "Époque ltée"), ("192.0.2.5", "e@example.org", "EPOQUE LTÉE")) == [
        "confirmed",
        "held",
    ]


def test_held_invoice_that_nobody_confirms_gives_its_places_back(few: FastAPI, clock: FakeClock) -> None:
    service = few.state.service
    made = post(few, "192.0.2.1", signup(items=places(10), method="invoice")).json()
    clock.advance(hours=47)
    jobs.end_holds(service)
    assert taken(service) == 10
    clock.advance(hours=1, minutes=1)
    jobs.end_holds(service)
    assert taken(service) == 0, "billing is away, and is not asked: there is no order"
    assert state(service, made["id"]) == "expired"
    assert invariants(service.db) == []


def test_personal_link_does_not_confirm_and_the_mailed_one_does_once(few: FastAPI) -> None:
    service = few.state.service
    made = post(few, "192.0.2.1", signup(items=places(10), method="invoice")).json()
    client, personal = client_from(few, "192.0.2.1"), made["personal_url"].rsplit("/", 1)[1]
    assert client.post(f"/confirm/{made['id']}/{personal}").status_code == 404
    mailed = service.links.confirmation(uuid.UUID(made["id"]), 1)
    page = client.get(mailed)
    assert page.status_code == 200 and state(service, made["id"]) == "held", "opening a link confirms nothing"
    assert [client.post(mailed).status_code for _ in range(2)] == [303, 303]
    assert state(service, made["id"]) == "confirmed"
    assert outbox(service) == (["PlaceOrder"], ["registration_to_confirm", "registration_confirmed"])
    again = client.post(f"/api/registrations/{made['id']}/confirm", headers={"X-Link-Token": mailed.rsplit("/", 1)[1]})
    assert (again.status_code, again.json()["code"]) == (409, "NotInThisState")


def test_held_invoice_cannot_be_paid_by_card_meanwhile(few: FastAPI) -> None:
    made = post(few, "192.0.2.1", signup(items=places(10), method="invoice")).json()
    token = {"X-Link-Token": made["personal_url"].rsplit("/", 1)[1]}
    answer = client_from(few, "192.0.2.1").post(f"/api/registrations/{made['id']}/pay", headers=token)
    assert answer.json()["pay_url"] == made["personal_url"], "no order is placed for it"


@pytest.mark.parametrize(("verb", "status"), [("accept", "confirmed"), ("refuse", "expired")])
def test_staff_decide_on_a_held_invoice(browser: Browser, service: Any, verb: str, status: str) -> None:
    made = (
        browser()
        .post(f"/api/activities/{COCKTAIL}/registrations", json=signup(items=places(10), method="invoice"))
        .json()
    )
    desk, reader = browser("coordinator", name="Anne"), browser("accountant")
    [waiting] = reader.get("/api/staff/to-confirm").json()
    assert (waiting["id"], waiting["places"], waiting["company"]) == (made["id"], 10, "Usinage Valbrume inc.")
    assert reader.post(f"/staff/registrations/{made['id']}/{verb}").status_code == 403
    assert "1 inscription à confirmer" in desk.get("/staff/activities").text
    shown = desk.get("/staff/to-confirm").text
    assert "Usinage Valbrume inc." in shown and f"/{verb}" in shown
    answer = desk.post(f"/staff/registrations/{made['id']}/{verb}", data={"back": "list"})
    assert answer.headers["location"].endswith(f"/staff/to-confirm?done={verb.rstrip('e') + 'ed'}")
    assert state(service, made["id"]) == status
    assert desk.get("/api/staff/to-confirm").json() == []
    assert "Anne" in desk.get(f"/staff/registrations/{made['id']}").text
    assert taken(service) == (10 if verb == "accept" else 0)
    assert invariants(service.db) == []


def test_company_has_no_more_than_its_places_on_unpaid_invoices(few: FastAPI) -> None:
    service = few.state.service
    with service.db.write() as session:
        session.execute(sa.update(Activity).where(Activity.key == COCKTAIL).values(company_places=15, version=99))
    member = {"items": [{"product": "car", "who": "member", "quantity": 10}], "code": company_code(service, "c04")}
    first, second = (post(few, "192.0.2.1", signup(**member, method="invoice")) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 409)
    assert second.json()["code"] == "TooManyForOneCompany"
    assert post(few, "192.0.2.1", signup(**member)).status_code == 201, "by card it may"
    stranger = [
        post(
            few, f"198.51.100.{n}", signup(f"s{n}@example.org", items=places(10), method="invoice", company="Bois inc.")
        )
        for n in range(2)
    ]
    assert [one.status_code for one in stranger] == [201, 409]
    assert taken(service) == 30
