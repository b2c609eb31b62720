"""The list of orders: which activity each is for, and the days they were placed on."""

import uuid
from datetime import timedelta
from typing import Any

from tests.billing.conftest import Billing
from tests.billing.make import order


def listed(billing: Billing, **narrowed: Any) -> list[uuid.UUID]:
    answer = billing.client.get("/api/orders", params=narrowed)
    assert answer.status_code == 200, answer.text
    return [uuid.UUID(row["id"]) for row in answer.json()["orders"]]


def test_orders_are_narrowed_to_the_days_they_were_placed_on(billing: Billing) -> None:
    first, later = order(method="invoice"), order(method="invoice")
    later = later.model_copy(update={"ordered_on": first.ordered_on + timedelta(days=3)})
    assert {billing.place(first).status_code, billing.place(later).status_code} == {200}
    billing.as_staff("accountant")
    day, next_day = first.ordered_on.isoformat(), (first.ordered_on + timedelta(days=1)).isoformat()
    assert set(listed(billing)) == {first.order_id, later.order_id}
    assert listed(billing, since=day, until=day) == [first.order_id]
    assert listed(billing, since=next_day) == [later.order_id]
    assert listed(billing, until=next_day) == [first.order_id]
    assert billing.client.get("/api/orders", params={"since": "hier"}).status_code == 422
    page = billing.client.get(f"/staff/orders?since={next_day}").text
    assert later.code in page and f'value="{next_day}"' in page and f"/staff/orders/{first.order_id}" not in page
    assert f"since={next_day}" in page, "the tabs keep the days"
    assert billing.client.get("/staff/orders?since=hier").status_code == 200, "what is no day narrows nothing"
    sent = billing.client.post("/staff/orders", data={"search": "", "until": day}, follow_redirects=False)
    assert sent.headers["location"].endswith(f"/staff/orders?until={day}")


def test_orders_say_which_activity_they_are_for(billing: Billing) -> None:
    placed = order(method="invoice")
    billing.place(placed)
    billing.as_staff("accountant")
    row = billing.client.get("/api/orders").json()["orders"][0]
    assert row["activity_title"]["fr"] == placed.activity_title.fr
    assert placed.activity_title.fr in billing.client.get("/staff/orders").text
