"""An address that an activity had once leads to it for ever: nobody else is given it."""

import uuid
from typing import Any

import pytest

from tests.registration import reading
from tests.registration.conftest import COCKTAIL, Browser


def save_slug(client: Any, activity: uuid.UUID, slug: str) -> Any:
    whole = client.get(f"/api/staff/activities/{activity}/draft").json()["essentials"]
    whole["slug"] = {"fr": slug, "en": slug}
    return client.put(f"/api/staff/activities/{activity}/essentials", json=whole)


@pytest.fixture
def old(browser: Browser, cocktail: uuid.UUID) -> str:
    """The address that the cocktail had."""
    before = reading.path(COCKTAIL).rsplit("/", 1)[-1]
    assert save_slug(browser("coordinator"), cocktail, "cocktail-nouveau").status_code == 200
    return before


def test_former_address_is_refused_to_another_activity(browser: Browser, old: str) -> None:
    client = browser("coordinator")
    begun = {"preset": "cocktail", "title_fr": "Autre", "day": "2027-05-06", "place": "Salle"}
    other = uuid.UUID(client.post("/api/staff/activities", json=begun).json()["id"])
    refused = save_slug(client, other, old)
    assert (refused.status_code, refused.json()["code"]) == (409, "AddressTaken"), refused.text
    assert f"{old}-2 est libre" in refused.json()["detail"]
    typed = {"title.fr": "Autre", "slug.fr": old, "place.name": "Salle"}
    page = client.post(f"/staff/activities/{other}/edit/essentials", data=typed)
    assert page.status_code == 409 and f"{old}-2 est libre" in page.text and f'value="{old}"' in page.text
    assert browser().get(f"/fr/activites/{old}").headers["location"].endswith("/cocktail-nouveau")


def test_former_address_is_passed_over_for_a_new_draft(browser: Browser, old: str) -> None:
    client = browser("coordinator")
    begun = {"preset": "cocktail", "title_fr": old.replace("-", " "), "day": "2027-05-06", "place": "Salle"}
    made = client.post("/api/staff/activities", json=begun).json()["id"]
    slug = client.get(f"/api/staff/activities/{made}/draft").json()["essentials"]["slug"]["fr"]
    assert slug == f"{old}-2"


def test_former_address_is_its_activitys_own_to_take_back(browser: Browser, cocktail: uuid.UUID, old: str) -> None:
    assert save_slug(browser("coordinator"), cocktail, old).status_code == 200
    assert browser().get(f"/fr/activites/{old}").status_code == 200
