"""An accountant decides how prices are taxed and booked, and touches nothing else of an activity."""

import re
import uuid
from typing import Any

import pytest
from starlette.testclient import TestClient

from registration.catalog.models import Activity
from tests import make
from tests.registration.conftest import Browser
from tests.registration.strangers import post, signup


@pytest.fixture
def golf(service: Any) -> uuid.UUID:
    with service.db.read() as session:
        return make.activity_id(session, "golf-2027")


def form_of(client: TestClient, address: str) -> dict[str, Any]:
    """The page's form as a browser would send it untouched."""
    page = client.get(address).text
    form: dict[str, Any] = {"price": re.findall(r'name="price" value="([^"]+)"', page)}
    mark = re.search(r'name="mark" value="([^"]+)"', page)
    assert mark
    form["mark"] = mark[1]
    for key in form["price"]:
        name = f"prices.{key}"
        chosen = re.search(rf'name="{re.escape(name)}.tax_class".*?value="(\w+)" selected', page)
        account = re.search(rf'name="{re.escape(name)}.gl_account"[^>]*value="([^"]*)"', page)
        assert chosen and account
        form |= {f"{name}.tax_class": chosen[1], f"{name}.gl_account": account[1]}
        if re.search(rf'name="{re.escape(name)}.to_confirm"[^>]* checked', page):
            form[f"{name}.to_confirm"] = "yes"
    return form


def prices(client: TestClient, activity_id: uuid.UUID) -> dict[str, dict[str, Any]]:
    rows = client.get(f"/api/staff/activities/{activity_id}/taxes").json()["prices"]
    return {row["key"]: row for row in rows}


def test_taxes_saved_untouched_change_nothing(browser: Browser, golf: uuid.UUID) -> None:
    client, address = browser("accountant"), f"/staff/activities/{golf}/taxes"
    before = client.get(f"/api/staff/activities/{golf}/draft").json()
    assert client.post(address, data=form_of(client, address)).status_code == 303
    assert client.get(f"/api/staff/activities/{golf}/draft").json() == before


def test_accountant_settles_a_price_and_nothing_else_of_it(service: Any, browser: Browser, golf: uuid.UUID) -> None:
    client, address = browser("accountant"), f"/staff/activities/{golf}/taxes"
    before, form = client.get(f"/api/staff/activities/{golf}/draft").json(), form_of(client, address)
    key = next(key for key, row in prices(client, golf).items() if row["to_confirm"])
    del form[f"prices.{key}.to_confirm"]
    form |= {f"prices.{key}.tax_class": "exempt", f"prices.{key}.gl_account": " 4299 "}
    assert client.post(address, data=form).headers["location"].endswith("/taxes?done=saved")
    settled = prices(client, golf)[key]
    assert (settled["tax_class"], settled["gl_account"], settled["to_confirm"]) == ("exempt", "4299", False)
    after = client.get(f"/api/staff/activities/{golf}/draft").json()
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"prices", "marks", "gaps"}
    kept = [price for product in before["prices"]["products"] for price in product["prices"]]
    now = [price for product in after["prices"]["products"] for price in product["prices"]]
    decided = {"tax_class", "gl_account", "tax_review"}
    assert [{k: v for k, v in price.items() if k not in decided} for price in now] == [
        {k: v for k, v in price.items() if k not in decided} for price in kept
    ]
    told = next(price for price in now if price["key"] == key)["tax_review"]
    assert told["status"] == "confirmed" and told["on"]


def test_accountant_cannot_write_the_rest_of_an_activity(browser: Browser, golf: uuid.UUID) -> None:
    client = browser("accountant")
    section = client.get(f"/api/staff/activities/{golf}/draft").json()["prices"]
    assert client.put(f"/api/staff/activities/{golf}/prices", json=section).status_code == 403
    assert client.get(f"/staff/activities/{golf}/edit").status_code == 403
    assert f"/staff/activities/{golf}/taxes" in client.get(f"/staff/activities/{golf}").text
    assert browser("door").get(f"/staff/activities/{golf}/taxes").status_code == 403


def test_taxes_saved_by_two_lose_nothing(browser: Browser, golf: uuid.UUID) -> None:
    client, address = browser("accountant"), f"/staff/activities/{golf}/taxes"
    form = form_of(client, address)
    key = form["price"][0]
    first = form | {f"prices.{key}.gl_account": "1111"}
    assert client.post(address, data=first).status_code == 303
    second = client.post(address, data=form | {f"prices.{key}.gl_account": "2222"})
    assert second.status_code == 409 and 'value="2222"' in second.text
    assert prices(client, golf)[key]["gl_account"] == "1111"
    # The form that came back begins from what stands now.
    mark = re.search(r'name="mark" value="([^"]+)"', second.text)
    assert mark and mark[1] != form["mark"]


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [("tax_class", "free_of_all", "Choisissez une classe de taxe."), ("gl_account", "4" * 21, "au plus 20 caractères")],
)
def test_taxes_refused_come_back_filled_in(browser: Browser, golf: uuid.UUID, field: str, value: str, why: str) -> None:
    client, address = browser("accountant"), f"/staff/activities/{golf}/taxes"
    form = form_of(client, address)
    name = f"prices.{form['price'][0]}.{field}"
    answer = client.post(address, data=form | {name: value})
    assert answer.status_code == 422 and why in answer.text and f'id="f-{name.replace(".", "-")}"' in answer.text
    unknown = client.put(
        f"/api{address}", json={"prices": {"none": {"tax_class": "exempt", "gl_account": "1", "to_confirm": False}}}
    )
    assert unknown.status_code == 422 and unknown.json()["errors"]


def test_price_sold_keeps_its_taxes_for_those_who_are_registered(
    service: Any, app: Any, browser: Browser, cocktail: uuid.UUID
) -> None:
    sold = post(app, "192.0.2.7", signup(method="invoice")).json()
    client, address = browser("accountant"), f"/staff/activities/{cocktail}/taxes"
    form = form_of(client, address)
    form |= {f"prices.{key}.tax_class": "exempt" for key in form["price"]}
    assert client.post(address, data=form).status_code == 303
    with service.db.read() as session:
        assert session.get_one(Activity, cocktail).version > 1
    again = browser("coordinator").get(f"/api/staff/registrations/{sold['id']}").json()
    assert (again["tps"], again["tvq"], again["total"]) == (sold["tps"], sold["tvq"], sold["total"])
