"""What visitors whom nobody recognised may do without paying, and what a company may have on invoice."""

import threading
import uuid
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import Session, select

from kit.db import Database
from registration.catalog.models import Activity, Resource
from registration.strangers.actions import purge, spend
from registration.strangers.models import Budget
from registration.strangers.rules import Allowances, Stranger, TooManyPlaces
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL
from tests.registration.strangers import ONE, client_from, company_code, places, post, signup, taken
from tests.tables import attendees

ALLOWED = Allowances(
    seconds=3600,
    places=10,
    letters=5,
    letters_to_one=2,
    letters_of_activity=8,
    share=80,
    retrievals=9,
    retrievals_of_one=9,
)


def test_places_held_from_one_address_end_at_a_number_and_say_until_when(few: FastAPI, clock: FakeClock) -> None:
    service = few.state.service
    statuses = [post(few, "192.0.2.1", signup(f"p{n}@example.org", items=places(40))).status_code for n in range(8)]
    assert statuses == [201] + [429] * 7
    assert taken(service) == 40
    refused = post(few, "192.0.2.1", signup("other@example.org", items=places(11)))
    assert refused.json()["code"] == "TooManyPlaces"
    assert refused.headers["retry-after"] == "3600" and "60 minutes" in refused.json()["detail"]
    assert post(few, "192.0.2.1", signup("p@example.org", items=places(10))).status_code == 201
    assert post(few, "198.51.100.7", signup("q@example.org")).status_code == 201, "others are not refused for it"
    clock.advance(hours=1, minutes=1)
    assert post(few, "192.0.2.1", signup("r@example.org", items=places(10))).status_code == 201


def test_places_held_for_one_email_are_counted_wherever_they_come_from(few: FastAPI) -> None:
    first = post(few, "192.0.2.1", signup("Maude@example.org", items=places(40)))
    other = post(few, "198.51.100.7", signup("maude@EXAMPLE.org", items=places(11)))
    assert (first.status_code, other.status_code) == (201, 429)


def test_form_that_is_refused_for_its_number_keeps_what_was_typed(few: FastAPI) -> None:
    client = client_from(few, "192.0.2.1")
    post(few, "192.0.2.1", signup(items=places(40)))
    address = "/fr/activites/caricatures-2027/inscription"
    token = client.get(address).text.split('name="form" value="')[1].split('"')[0]
    typed = {"form": token, "q.car.non_member": "11", "contact.first_name": "Chloé", "contact.last_name": "Roy"}
    typed |= {"contact.email": "chloe@example.org", "method": "card", "terms_accepted": "yes", "action": "submit"}
    page = client.post(address, data=typed)
    assert page.status_code == 429 and "Réessayez dans 60" in page.text.replace("\u00a0", " ")
    assert 'value="chloe@example.org"' in page.text


def test_signup_sent_again_is_counted_once(few: FastAPI) -> None:
    mine = signup(items=places(40), registration_id=str(uuid.uuid4()))
    assert [post(few, "192.0.2.1", mine).status_code for _ in range(3)] == [201] * 3
    assert taken(few.state.service) == 40


def test_recognised_company_signs_up_its_whole_list(few: FastAPI) -> None:
    service = few.state.service
    list_of_140 = [40, 40, 40, 20]
    code = company_code(service, "c04")
    for n, count in enumerate(list_of_140):
        people = [
            {"first_name": f"P{i}", "last_name": "Exemple", "email": f"p{n}-{i}@example.org"} for i in range(count)
        ]
        items = [{"product": "car", "who": "member", "quantity": count, "attendees": people}]
        answer = post(few, "192.0.2.1", signup(items=items, code=code, method="invoice"))
        assert (answer.status_code, answer.json()["status"]) == (201, "confirmed"), answer.text
    assert taken(service) == 140


def test_free_signups_are_counted_in_places_and_in_letters(few: FastAPI) -> None:
    def free(n: int) -> Any:
        contact = {"contact": {"first_name": "A", "last_name": "B", "email": f"p{n}@example.org"}}
        return post(few, "192.0.2.1", signup(**contact, items=[web], method=""), "webinaire-fraude-2027")

    web = {"product": "web-0", "who": "anyone", "quantity": 1}
    answers = [free(n) for n in range(14)]
    assert [one.status_code for one in answers] == [201] * 12 + [429] * 2
    assert answers[-1].json()["code"] == "TooManyLetters"


def test_letters_to_one_recipient_end_at_a_number(few: FastAPI) -> None:
    statuses = [post(few, f"192.0.2.{n}", signup(method="invoice")).status_code for n in range(5)]
    assert statuses == [201] * 3 + [429] * 2


def test_renaming_a_place_sends_only_so_many_letters(few: FastAPI) -> None:
    made = post(few, "192.0.2.1", signup(method="invoice")).json()
    client, token = client_from(few, "192.0.2.1"), {"X-Link-Token": made["personal_url"].rsplit("/", 1)[1]}
    [place] = client.get(f"/api/registrations/{made['id']}/attendees", headers=token).json()

    def rename(n: int) -> int:
        person = {"first_name": "Vous avez", "last_name": f"gagné {n}", "email": f"victim{n}@example.org"}
        address = f"/api/registrations/{made['id']}/attendees/{place['id']}"
        return client.post(address, json=person, headers=token).status_code

    assert [rename(n) for n in range(15)][-8:] == [429] * 8
    with few.state.service.db.read() as session:
        name = session.execute(sa.select(attendees.c.last_name)).scalar_one()
    assert name == "gagné 5", "what was refused changed nothing: one letter to the contact, then two for each name"


def test_strangers_leave_a_part_of_the_places_to_those_who_pay_or_are_known(few: FastAPI, clock: FakeClock) -> None:
    service = few.state.service
    with service.db.write() as session:
        session.execute(sa.update(Resource).where(_of_cocktail(session)).values(capacity=10))
    for n in range(8):
        assert post(few, f"192.0.2.{n}", signup(f"p{n}@example.org")).status_code == 201
    refused = post(few, "192.0.2.9", signup("p9@example.org"))
    assert (refused.status_code, refused.json()["code"]) == (429, "TooManyPlaces")
    assert refused.headers["retry-after"] == str(service.settings.hold_seconds), "until the first hold ends"
    member = signup("m@example.org", items=[ONE | {"who": "member"}], code=company_code(service, "c04"))
    assert post(few, "192.0.2.10", member).status_code == 201


def _of_cocktail(session: Session) -> sa.ColumnElement[bool]:
    activity = session.exec(select(Activity.id).where(Activity.key == COCKTAIL)).one()
    return sa.and_(Resource.activity_id == activity)


def test_budget_is_right_when_many_spend_at_once(service: Any, clock: FakeClock) -> None:
    db: Database = service.db
    stranger = Stranger("192.0.2.1", ALLOWED, "k")
    outcomes: list[str] = []

    def one() -> None:
        try:
            with db.write() as session:
                spend(session, stranger.of_places(3, ""), clock())
            outcomes.append("taken")
        except TooManyPlaces:
            outcomes.append("refused")

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 5 + ["taken"] * 3


def test_budget_keeps_no_name_and_is_forgotten(service: Any, clock: FakeClock) -> None:
    stranger = Stranger("192.0.2.1", ALLOWED, "k")
    with service.db.write() as session:
        spend(session, stranger.of_letters(["victim@example.org"], "a"), clock())
        buckets = " ".join(session.exec(select(Budget.bucket)).all())
    assert "victim" not in buckets and "192.0.2.1" not in buckets
    clock.advance(hours=2)
    with service.db.write() as session:
        purge(session, clock())
        assert session.exec(select(Budget)).all() == []


def test_signup_by_invoice_without_a_company_is_refused(few: FastAPI) -> None:
    """A natural person who buys for herself pays by card only (domain.md L5): an invoice is a company's."""
    refused = post(few, "192.0.2.1", signup(method="invoice", company=""))
    assert refused.status_code == 422 and set(refused.json()["errors"]) == {"company"}, refused.text
    assert taken(few.state.service) == 0
