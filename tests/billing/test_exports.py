"""The list of orders as a file: what the page shows, to the cent."""

import csv
import io
import re

import pytest
from python_calamine import CalamineWorkbook

from billing.office.exports import api
from tests.billing.conftest import Billing
from tests.billing.make import order
from tests.billing.test_desk import page, post


def file_of(billing: Billing, address: str) -> list[dict[str, str]]:
    answer = billing.client.get(address)
    assert answer.status_code == 200, answer.text
    assert re.search(r'filename="commandes-\d{4}-\d\d-\d\d\.csv"', answer.headers["content-disposition"])
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))


def cents(text: str) -> int:
    return int(text.replace(",", ""))


@pytest.fixture
def placed(billing: Billing) -> list[str]:
    """Three orders, one of them partly paid; their ids, newest first."""
    made = [order(method="invoice") for _ in range(3)]
    for one in made:
        billing.place(one)
    billing.as_staff("accountant")
    post(
        billing,
        f"/staff/orders/{made[0].order_id}/payments",
        method="cheque",
        amount="100,00",
        received_on="2027-02-16",
        reference="000123",
    )
    return [str(one.order_id) for one in reversed(made)]


def test_orders_file_adds_up_to_what_the_page_says(billing: Billing, placed: list[str]) -> None:
    listed = billing.client.get("/api/orders").json()["orders"]
    assert [row["id"] for row in listed] == placed
    rows = file_of(billing, "/staff/orders/export?format=csv")
    assert [row["Code"] for row in rows] == [row["code"] for row in listed]
    for title, field in (("Total", "total"), ("Solde à payer", "owed"), ("Remboursé", "refunded")):
        assert [cents(row[title]) for row in rows] == [row[field] for row in listed]
    for row in rows:
        assert cents(row["Total"]) == sum(cents(row[part]) for part in ("Sous-total", "TPS", "TVQ"))
    assert sum(cents(row["Payé"]) for row in rows) == 10000
    book = billing.client.get("/api/orders/export").content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    total = sheet[0].index("Total")
    assert [round(float(str(row[total])) * 100) for row in sheet[1:]] == [row["total"] for row in listed]


def test_orders_file_is_narrowed_as_the_page_is(
    billing: Billing, placed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "BATCH", 2)
    assert len(file_of(billing, "/staff/orders/export?format=csv&status=owed")) == 3
    assert file_of(billing, "/staff/orders/export?format=csv&status=paid") == []
    code = billing.order(placed[0])["code"]
    found = billing.client.post("/staff/orders", data={"search": code}, follow_redirects=False).headers["location"]
    link = re.search(r'href="([^"]*/staff/orders/export\?[^"]*format=csv[^"]*)"', page(billing, found))
    assert link and code not in link[1]
    assert [row["Code"] for row in file_of(billing, link[1].replace("&amp;", "&"))] == [code]
    assert len(file_of(billing, f"/api/orders/export?format=csv&search={code}")) == 1


def test_orders_file_is_for_staff_who_read_the_list(billing: Billing) -> None:
    assert billing.client.get("/api/orders/export").status_code == 401
    billing.as_staff("door")
    assert billing.client.get("/api/orders/export").status_code == 403
    assert billing.client.get("/staff/orders/export").status_code == 403
