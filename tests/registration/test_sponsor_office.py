"""What staff do with sponsorships: sell one, take the list away, know how they are taxed."""

import csv
import io
import re
import uuid
from dataclasses import replace
from typing import Any

import pytest

from registration.signup.telephone.schemas import TelephoneSignup
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.registration.test_sponsor_benefits import golf, listed
from tests.registration.test_sponsors import GOLF, OPEN, level, made, sponsor

TO_CONFIRM, SETTLED = "traitement à confirmer avec votre comptable", "comme votre comptable l’a décidé"


@pytest.fixture(autouse=True)
def signup_is_open(clock: FakeClock) -> None:
    clock.set(OPEN)


def settle(service: Any, browser: Browser, tax_class: str = "out_of_scope") -> None:
    """Every level's taxes as the accountant decides them."""
    client, address = browser("accountant"), f"/api/staff/activities/{golf(service)}/taxes"
    prices = {
        one["key"]: {"tax_class": tax_class, "gl_account": "4220", "to_confirm": False}
        for one in client.get(address).json()["prices"]
        if one["key"].startswith("spon-")
    }
    answer = client.put(address, json={"prices": prices})
    assert answer.status_code == 200, answer.text


def test_page_of_sponsors_says_how_they_are_taxed_until_and_after_it_is_settled(service: Any, browser: Browser) -> None:
    address = f"/staff/activities/{golf(service)}/sponsors"
    asked, decides = browser("coordinator").get(address).text, browser("accountant").get(address).text
    assert TO_CONFIRM in asked and f"activities/{golf(service)}/taxes" not in asked, "the accountant decides"
    assert TO_CONFIRM in decides and f"activities/{golf(service)}/taxes" in decides
    settle(service, browser)
    settled = browser("coordinator").get(address).text
    assert SETTLED in settled and TO_CONFIRM not in settled


def test_page_of_sponsors_that_are_taxed_says_nothing_of_it(service: Any, browser: Browser) -> None:
    settle(service, browser, "taxable")
    page = browser("coordinator").get(f"/staff/activities/{golf(service)}/sponsors").text
    assert TO_CONFIRM not in page and SETTLED not in page


def test_sponsorships_leave_as_a_file_with_what_is_owed_and_given(service: Any, browser: Browser) -> None:
    made(sponsor(browser, level("spon-or"), level("spon-trou", "spon-trou:7"), method="invoice"))
    client = browser("coordinator")
    first = listed(service, client)[0]["benefits"][0]["id"]
    assert client.post(f"/api/staff/benefits/{first}/deliver").status_code == 200
    page = client.get(f"/staff/activities/{golf(service)}/sponsors").text
    assert "/sponsors/export?format=csv" in page
    sent = client.get(f"/staff/activities/{golf(service)}/sponsors/export?format=csv")
    same = client.get(f"/api/staff/activities/{golf(service)}/sponsorships/export?format=csv")
    assert sent.content == same.content and 'filename="commandites-' in sent.headers["content-disposition"]
    gold, hole = csv.DictReader(io.StringIO(sent.content.decode("utf-8-sig")), delimiter=";")
    assert (gold["Commanditaire"], gold["Montant avant taxes"]) == ("Usinage Valbrume inc.", "2500,00")
    assert (gold["Taxes"], gold["État"]) == ("Hors du champ des taxes", "Confirmée")
    assert gold["À livrer"] == "2027-04-29 Logo dans les courriels; 2027-06-10 Bannière sur place"
    assert gold["Livré"] == "Logo sur le site" and hole["Niveau"] == "Commandite de trou – Trou 7"
    assert browser("door").get(f"/staff/activities/{golf(service)}/sponsors/export").status_code == 403


def test_telephone_sells_a_hole_that_stays_ticked_and_is_gone_after(service: Any, browser: Browser) -> None:
    client, address = browser("coordinator"), f"/staff/activities/{golf(service)}/sign-up"
    assert f"{golf(service)}/sign-up" in client.get(f"/staff/activities/{golf(service)}/sponsors").text
    form = {"s.spon-trou.anyone": "spon-trou:7", "company": "Commanditaire inc.", "contact.first_name": "Ève"}
    again = client.post(address, data=form | {"action": "update"})
    box = next(one for one in again.text.split("<input") if 'value="spon-trou:7"' in one)
    assert 'name="s.spon-trou.anyone"' in box and "checked" in box and "500,00" in again.text
    assert 'value="spon-trou:8"' in again.text
    asked = TelephoneSignup.model_validate(
        {
            "registration_id": uuid.uuid4(),
            "contact": {"first_name": "Ève", "last_name": "Commandite", "email": "eve@example.org"},
            "company": "Commanditaire inc.",
            "items": [{"product": "spon-trou", "who": "anyone", "quantity": 1, "spots": ["spon-trou:7"]}],
            "method": "invoice",
        }
    )
    sold = client.post(f"/api/staff/activities/{golf(service)}/telephone-signups", json=asked.model_dump(mode="json"))
    assert sold.status_code == 201, sold.text
    assert 'value="spon-trou:7"' not in client.get(address).text
    assert [one["company"] for one in listed(service, client)] == ["Commanditaire inc."]


def test_benefit_of_another_activity_is_none_of_this_page(service: Any, browser: Browser) -> None:
    made(sponsor(browser, level("spon-or"), method="invoice"))
    client = browser("coordinator")
    benefit = listed(service, client)[0]["benefits"][0]["id"]
    other = uuid.UUID(str(make.offer_of(service.db, "caricatures-2027").activity.id))
    for gesture in ("deliver", "undo"):
        assert client.post(f"/staff/activities/{other}/sponsors/{benefit}/{gesture}").status_code == 404
    assert listed(service, client)[0]["benefits"][0]["delivered_at"] is None


def test_new_level_is_out_of_scope_until_the_accountant_confirms_it(service: Any, browser: Browser) -> None:
    client, address = browser("coordinator"), f"/api/staff/activities/{golf(service)}"
    prices = client.get(f"{address}/draft").json()["prices"]
    new = {"label": {"fr": "Commandite Bronze"}, "attendees": 0, "level": {}, "prices": [{"amount": 75000}]}
    place = {"label": {"fr": "Brunch"}, "prices": [{"amount": 3000}]}
    answer = client.put(f"{address}/prices", json={"products": [*prices["products"], new, place]})
    assert answer.status_code == 200, answer.text
    *_, bronze, brunch = client.get(f"{address}/draft").json()["prices"]["products"]
    [price] = bronze["prices"]
    found = (price["tax_class"], price["gl_account"], price["tax_review"])
    assert found == ("out_of_scope", "4220", {"status": "to_confirm"})
    assert brunch["prices"][0]["tax_class"] == "taxable" and brunch["prices"][0]["tax_review"] == {}


def test_activity_without_a_place_left_still_sells_its_holes(service: Any) -> None:
    offer = make.offer_of(service.db, GOLF)
    full = {key: replace(one, taken=one.capacity) for key, one in offer.resources.items()}
    holes = {key: one for key, one in offer.resources.items() if key.startswith("spon-")}
    assert all(one.left == 0 for one in offer.with_resources(full | holes).places)
    assert not offer.with_resources(full | holes).sold_out, "a hole is still for sale"
    gone = offer.with_resources(full)
    nothing_left = replace(gone, products=tuple(one for one in gone.products if one.left == 0 or one.level.spots))
    assert nothing_left.sold_out


def test_editor_asks_what_a_level_includes_once_a_product_is_said_to_be_one(service: Any, browser: Browser) -> None:
    client, address = browser("coordinator"), f"/staff/activities/{golf(service)}/edit"
    page = client.get(f"{address}?at=prices").text
    keys = {key: row for row, key in re.findall(r'name="(products\[\d+\])\.key" value="([^"]+)"', page)}
    place, gold = keys["golf-souper"], keys["spon-or"]
    assert f"{gold}.level.includes.golf-quat" in page and f"{place}.level.includes.golf-quat" not in page
    typed = {f"{place}.key": "golf-souper", f"{place}.label.fr": "Souper", f"{place}.level.sponsorship": "yes"}
    shown = client.post(f"{address}/prices", data=typed | {"do": "calculate"}).text
    assert "level.includes." in shown and "level.spots" in shown and 'value="Souper"' in shown
