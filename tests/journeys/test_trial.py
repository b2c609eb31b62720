"""An author tries a signup before publishing: what would be written is read, and nobody is written to."""

import uuid

import pytest

from kit.http import SiblingRefused
from registration.catalog.models import Activity
from tests import make
from tests.fakes.house import House
from tests.journeys.signing import WHO
from tests.journeys.test_office import BY_INVOICE


def test_trial_reads_the_letters_that_would_be_sent_and_sends_none(house: House) -> None:
    with house.registration.db.read() as session:
        found = make.activity_id(session, "caricatures-2027")
        activity = session.get(Activity, found)
        assert activity is not None
    link = house.registration.links.preview(found, "fr")
    page = house.visitor().post(f"{link}/inscription", {**WHO, **BY_INVOICE})
    assert page.status == 200 and "ESSAI" in page.text, page.text[:2000]
    assert activity.title_fr.split("–")[0].strip() in page.text
    assert "Courriels qui partiraient" in page.text and "pas pu être lus" not in page.text
    assert "Maude" in page.text or "Bonjour" in page.text
    house.settle()
    assert house.mail.letters == [] and house.invariants() == []


def test_trial_while_notify_is_down_shows_the_rest_and_says_so(house: House) -> None:
    with house.registration.db.read() as session:
        found: uuid.UUID = make.activity_id(session, "caricatures-2027")
    house.down = {"notify"}
    link = house.registration.links.preview(found, "fr")
    page = house.visitor().post(f"{link}/inscription", {**WHO, **BY_INVOICE})
    assert page.status == 200 and "pas pu être lus à temps" in page.text and "ESSAI-1" in page.text


def test_letter_that_is_none_is_refused_and_shown_to_registration_only(house: House) -> None:
    with pytest.raises(SiblingRefused):
        house.registration.siblings["notify"].call("POST", "/letters/shown", {"letter": {"kind": "nothing"}})
    assert house.clients["notify"].post("/letters/shown", json={"letter": {}}).status_code == 401
