"""A view of a list that somebody keeps for herself: it serves every activity, nobody else sees it, no word is kept."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from starlette.testclient import TestClient

from kit.sql import column
from registration.views.models import SavedView
from registration.views.rules import MOST
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser

PASSWORD = "un mot de passe assez long"
UNPAID = {"unpaid": "true", "method": "invoice", "name": "Factures à suivre"}


@pytest.fixture
def signed_in(app: FastAPI, browser: Browser, clock: FakeClock) -> Callable[[str], TestClient]:
    """Somebody with an account of her own."""
    service = app.state.service
    service.passwords = make.quick_passwords()

    def sign_in(email: str) -> TestClient:
        hashed = service.passwords.make(PASSWORD)
        make.staff(service.db, email, ["accountant"], clock(), password_hash=hashed, lang="fr")
        client = browser()
        answer = client.post("/staff/sign-in", data={"email": email, "password": PASSWORD})
        assert answer.status_code == 303
        return client

    return sign_in


def tabs(page: str) -> dict[str, str]:
    return {name: href for href, name in re.findall(r'<li><a href="([^"]+)"[^>]*><bdi>([^<]+)</bdi></a></li>', page)}


def kept(service: Any) -> list[str]:
    with service.db.read() as session:
        return list(session.execute(sa.select(column(SavedView.narrowed))).scalars())


def test_view_kept_stands_beside_the_others_until_it_is_removed(
    signed_in: Any, service: Any, cocktail: uuid.UUID, signed_up: Any
) -> None:
    list_address, anne = f"/staff/activities/{cocktail}", signed_in("anne@example.org")
    assert "Garder cette vue" not in anne.get(list_address).text, "a list of everything is no view"
    assert "Garder cette vue" in anne.get(f"{list_address}?unpaid=true&method=invoice").text
    answer = anne.post(f"{list_address}/views/registrations", data={**UNPAID, "q": "Roy", "sort": "oldest"})
    assert answer.status_code == 303 and answer.headers["location"].endswith("?method=invoice&unpaid=True")
    assert kept(service) == ["method=invoice&unpaid=True"]
    with service.db.read() as session:
        other = make.activity_id(session, "golf-2027")
    shown = anne.get(f"/staff/activities/{other}").text
    assert tabs(shown) == {
        "Factures à suivre": f"http://registration.test/staff/activities/{other}?method=invoice&amp;unpaid=True"
    }
    assert "Factures à suivre" not in signed_in("zoe@example.org").get(list_address).text
    narrowed = anne.get(f"{list_address}?unpaid=true&method=invoice").text
    remove = re.search(r'action="([^"]+/remove)"', narrowed)
    assert remove, "the view that is shown can be removed"
    assert anne.post(remove[1]).headers["location"].endswith(list_address)
    assert kept(service) == []


def test_view_of_somebody_else_is_not_removed(signed_in: Any, service: Any, cocktail: uuid.UUID) -> None:
    anne, zoe = signed_in("anne@example.org"), signed_in("zoe@example.org")
    made = anne.post("/api/staff/views", json={"listed": "attendees", "name": "Absents", "narrowed": "show=absent"})
    assert made.status_code == 201
    address = f"/staff/activities/{cocktail}/views/{made.json()['id']}/remove"
    assert zoe.post(address).status_code == 404 and kept(service) == ["show=absent"]
    assert [view["name"] for view in anne.get("/api/staff/views?listed=attendees").json()] == ["Absents"]
    assert zoe.get("/api/staff/views").json() == []
    assert "bdi>Absents</bdi>" in anne.get(f"/staff/activities/{cocktail}/attendees").text
    assert anne.post(f"/api/staff/views/{made.json()['id']}/remove").status_code == 200


def test_view_of_the_same_name_is_replaced(signed_in: Any, service: Any, cocktail: uuid.UUID) -> None:
    anne, address = signed_in("anne@example.org"), f"/staff/activities/{cocktail}/views/registrations"
    for narrowed in ({"unpaid": "true"}, {"status": "cancelled"}):
        assert anne.post(address, data={**narrowed, "name": " Les  miennes "}).status_code == 303
    assert kept(service) == ["status=cancelled"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"name": "", "unpaid": "true"}, "Remplissez ce champ."),
        ({"name": "x" * 41, "unpaid": "true"}, "d’au plus 40 caractères"),
        ({"name": "Tout"}, "La liste montre tout"),
    ],
)
def test_view_refused_comes_back_filled_in(
    signed_in: Any, service: Any, cocktail: uuid.UUID, data: dict[str, str], why: str
) -> None:
    anne = signed_in("anne@example.org")
    answer = anne.post(f"/staff/activities/{cocktail}/views/registrations", data=data)
    assert 400 <= answer.status_code < 500 and why in answer.text
    assert f'value="{data["name"]}"' in answer.text and kept(service) == []


def test_views_beyond_the_most_are_refused(signed_in: Any, service: Any) -> None:
    anne = signed_in("anne@example.org")
    body = {"listed": "registrations", "narrowed": "unpaid=true"}
    for number in range(MOST):
        assert anne.post("/api/staff/views", json={**body, "name": f"Vue {number}"}).status_code == 201
    refused = anne.post("/api/staff/views", json={**body, "name": "Une de trop"})
    assert refused.status_code == 409 and refused.json()["code"] == "TooManyViews"
    assert anne.post("/api/staff/views", json={**body, "name": "Vue 3"}).status_code == 201
    assert len(kept(service)) == MOST


def test_view_of_a_program_or_of_what_no_list_knows_is_refused(signed_in: Any, browser: Browser) -> None:
    body = {"listed": "registrations", "name": "Vue", "narrowed": "unpaid=true"}
    assert browser("accountant").post("/api/staff/views", json=body).status_code == 404
    wrong = signed_in("anne@example.org").post("/api/staff/views", json={**body, "narrowed": "status=lost"})
    assert wrong.status_code == 422 and "lost" not in wrong.text
