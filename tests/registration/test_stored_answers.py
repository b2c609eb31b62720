"""An answer of the API that holds a secret is made again for whoever asks again: the secret is stored nowhere."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select
from starlette.testclient import TestClient

from kit.idempotency import IdempotencyKey
from registration.members.models import Company, Person
from registration.registrations.queries import attendees_of
from tests.registration.conftest import COCKTAIL, Browser

SIGNUP = {
    "contact": {"first_name": "Chloé", "last_name": "Saint-Fjord", "email": "chloe@example.org"},
    "items": [{"product": "car", "who": "non_member", "quantity": 2}],
    "company": "Fonderie Noël",
    "method": "invoice",
    "terms_accepted": True,
}
NAMED = {"first_name": "Zoé", "last_name": "Roy", "email": "zoe@example.org"}


def once_again(client: TestClient, path: str, body: Any, key: str = "k") -> dict[str, Any]:
    """What is answered, after seeing that asking again is answered the same, and from memory."""
    headers = {"Idempotency-Key": key}
    first, again = (client.post(path, json=body, headers=headers) for _ in range(2))
    assert first.is_success, first.text
    assert again.headers["Idempotent-Replayed"] == "true" and again.status_code == first.status_code
    assert again.json() == first.json()
    return dict(first.json())


def stored(service: Any) -> str:
    with service.db.read() as session:
        return "\n".join(session.execute(sa.select(IdempotencyKey.__table__.c.body)).scalars())  # type: ignore[attr-defined]


def signed_up(browser: Browser) -> tuple[TestClient, str, str]:
    """The contact's client, the registration's id and the secret part of its link."""
    client = browser()
    made = once_again(client, f"/api/activities/{COCKTAIL}/registrations", SIGNUP)
    token = made["personal_url"].rsplit("/", 1)[1]
    client.headers["X-Link-Token"] = token
    return client, made["id"], token


def test_personal_link_answered_is_stored_nowhere(service: Any, browser: Browser) -> None:
    client, registration, token = signed_up(browser)
    left = once_again(client, f"/api/registrations/{registration}/cancel", None, "k-2")
    assert token in left["personal_url"] and token not in stored(service)


def test_ticket_answered_is_stored_nowhere(service: Any, browser: Browser) -> None:
    client, registration, _ = signed_up(browser)
    with service.db.read() as session:
        first = attendees_of(session, uuid.UUID(registration))[0].id
    place = once_again(client, f"/api/registrations/{registration}/attendees/{first}", NAMED)
    assert place["ticket"] and place["ticket"] not in stored(service) and "Zo" not in stored(service)


def code_of(service: Any, client: TestClient) -> str:
    company = service.db
    with company.read() as session:
        row = session.exec(select(Company)).first()
    return str(once_again(client, f"/api/companies/{row.id}/code", None)["code"])


def link_of(service: Any, client: TestClient) -> str:
    with service.db.read() as session:
        row = session.exec(select(Person)).first()
    sent = once_again(client, f"/api/people/{row.id}/link", None)["link"]
    assert once_again(client, f"/api/people/{row.id}/link/renew", None, "k-2")["link"] != sent
    return str(sent).rsplit("/", 1)[1]


@pytest.mark.parametrize("secret_of", [code_of, link_of])
def test_code_or_link_of_a_member_answered_is_stored_nowhere(
    service: Any, browser: Browser, secret_of: Callable[[Any, TestClient], str]
) -> None:
    secret = secret_of(service, browser("director"))
    assert secret and secret not in stored(service)


def test_key_of_a_colleague_or_stranger_brings_nobody_elses_answer(service: Any, browser: Browser) -> None:
    """A visitor elsewhere who says the same word, with the same body, signs up anew and never sees the first's link."""
    client, path = browser(), f"/api/activities/{COCKTAIL}/registrations"
    mine = client.post(path, json=SIGNUP, headers={"Idempotency-Key": "1"}).json()
    stranger = TestClient(client.app, base_url=str(client.base_url), client=("192.0.2.7", 50000))
    theirs = stranger.post(path, json=SIGNUP, headers={"Idempotency-Key": "1"}).json()
    assert theirs["id"] != mine["id"] and theirs["personal_url"] != mine["personal_url"]
    made = {"name": "Programme", "roles": ["door"]}
    both = [browser("director").post("/api/staff/tokens", json=made, headers={"Idempotency-Key": "1"}) for _ in "ab"]
    assert [answer.headers.get("Idempotent-Replayed") for answer in both] == [None, None]
