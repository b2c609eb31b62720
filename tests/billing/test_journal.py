"""The journal of a period as a file: balanced, inert, the same bytes again."""

import csv
import io
from datetime import date

from python_calamine import CalamineWorkbook

from tests.billing.conftest import Billing
from tests.billing.make import order
from tests.billing.test_month import sold_in_march
from tests.fakes.clock import FakeClock


def test_journal_balances_and_is_the_same_file_again(billing: Billing, clock: FakeClock) -> None:
    march = sold_in_march(billing)
    address = "/staff/journal/export?since=2027-03-01&until=2027-03-31&format="
    first = {form: billing.client.get(address + form) for form in ("csv", "xlsx")}
    clock.advance(days=3)
    billing.as_staff("accountant")
    billing.place(order(method="invoice", on=date(2027, 4, 4)))
    for form, answer in first.items():
        assert answer.headers["content-disposition"] == f'attachment; filename="journal-2027-03-01-2027-03-31.{form}"'
        assert billing.client.get(address + form).content == answer.content
    rows = list(csv.DictReader(io.StringIO(first["csv"].content.decode("utf-8-sig"), newline=""), delimiter=";"))
    debits, credits = (sum(int(row[side].replace(",", "") or 0) for row in rows) for side in ("Débit", "Crédit"))
    assert debits == credits == 24720 + 9773 + 89681 + 10923 + 10925
    receivable = [row for row in rows if row["Compte"] == "1200"]
    assert {row["Nom du compte"] for row in receivable} == {"Comptes clients"}
    assert [row["Jour"] for row in receivable][:2] == ["2027-03-01", "2027-03-08"]
    assert receivable[0]["Code"] == march[0].code and receivable[0]["Document"] == "F-2027-00001"
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(first["xlsx"].content)).get_sheet_by_index(0).to_python()
    assert len(sheet) == len(rows) + 1 and sheet[0] == list(rows[0])
    english = billing.client.get("/api/journal?since=2027-03-01&until=2027-03-31&format=csv&lang=en").text
    assert "Accounts receivable" in english


def test_journal_of_hostile_words_holds_no_formula(billing: Billing) -> None:
    billing.place(order(method="invoice", code="=1+1"))
    billing.as_staff("accountant")
    body = billing.client.get("/api/journal?since=2027-02-01&until=2027-02-28&format=csv").content.decode("utf-8-sig")
    assert ";'=1+1" in body and ";=1+1" not in body
