"""The month at a glance and the taxes of a quarter: the sample's March 2027 to the cent, and what adds up in any."""

import random
import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from billing.association.rules import Period
from billing.office.month import view
from billing.office.month.queries import Age, Sum
from kit.contracts import Buyer, PlaceOrder
from kit.text import NBSP
from tests.billing.conftest import Billing
from tests.billing.make import BUYER, COCKTAIL, credit, golf_and_cohort, line, order
from tests.billing.test_desk import page, post
from tests.counting import statements

MARCH, QUARTER = "year=2027&month=3", "year=2027&quarter=1"


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 17, 0, tzinfo=UTC)


def place_on(billing: Billing, day: date, placed: PlaceOrder) -> PlaceOrder:
    billing.clock.set(noon(day))
    assert billing.place(placed).status_code < 300
    return placed


def read(billing: Billing, address: str) -> Any:
    answer = billing.client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json()


def sold_in_march(billing: Billing) -> list[PlaceOrder]:
    """o4, o4-credit, o1 and o7 of the sample; it is 1 April."""
    o4 = place_on(billing, date(2027, 3, 1), order(*COCKTAIL, method="invoice", on=date(2027, 3, 1)))
    billing.clock.set(noon(date(2027, 3, 8)))
    assert billing.tell(credit(o4, ("car-n", 1))) == ["done"]
    lines = line("pae-emp", "65.00", 12, gl_account="4510")
    o1 = place_on(billing, date(2027, 3, 10), order(lines, method="invoice", on=date(2027, 3, 10)))
    door = line("car-porte", "95.00")
    o7 = place_on(billing, date(2027, 3, 17), order(door, method="cash", on=date(2027, 3, 17), by="Porte"))
    billing.clock.set(noon(date(2027, 4, 1)))
    billing.as_staff("accountant")
    return [o4, o1, o7]


@pytest.fixture
def march(billing: Billing) -> list[PlaceOrder]:
    return sold_in_march(billing)


def test_march_of_the_sample_is_reported_to_the_cent(billing: Billing, march: list[PlaceOrder]) -> None:
    told = read(billing, f"/api/month?{MARCH}")
    lines = {one["number"] or one["key"]: (one["invoices"], one["credits"], one["net"]) for one in told["taxes"]}
    assert lines["101"] == (109000, -8500, 100500)
    assert lines["103"] == (5450, -425, 5025)
    assert lines["203"] == (10874, -848, 10026)
    assert read(billing, f"/api/taxes?{QUARTER}")["lines"] == told["taxes"]
    assert told["means"] == [{"method": "cash", "count": 1, "amount": 10925, "rounding": 2}]
    moves = {one["of"]: (one["count"], one["amount"]) for one in told["moves"]}
    assert moves == {
        "invoices": (3, 24720 + 89681 + 10923),
        "credits": (1, -9773),
        "payments": (1, -10923),
        "refunds": (0, 0),
        "others": (0, 0),
    }
    assert (told["opening"], told["closing"]) == (0, 14947 + 89681)
    ages = {one["of"]: (one["count"], one["amount"]) for one in told["ages"] if one["count"]}
    assert ages == {"current": (2, 104628)}  # The first is due on 31 March.
    told = read(billing, "/api/month?year=2027&month=4")
    ages = {one["of"]: (one["count"], one["amount"]) for one in told["ages"] if one["count"]}
    assert ages == {"current": (1, 89681), "late_30": (1, 14947)} and told["opening"] == told["closing"]


def test_page_of_march_says_each_figure_and_leads_to_it(billing: Billing, march: list[PlaceOrder]) -> None:
    shown = page(billing, f"/staff/month?{MARCH}").replace(NBSP, " ")
    for text in ("Mars 2027", "1 005,00 $", "50,25 $", "100,26 $", "−97,73 $", "−4,25 $", "avant taxes"):
        assert text in shown
    assert "Reçu au comptant : 109,25 $, dont 0,02 $ d’arrondi (compte 5990)." in shown
    leading = set(re.findall(r'href="([^"]*/staff/(?:month/entries|taxes/documents)[^"]*)"', shown))
    pages = {address: page(billing, address.replace("&amp;", "&")).replace(NBSP, " ") for address in leading}
    of = {re.sub(r"&amp;|since=[-\d]+|until=[-\d]+|year=2027|month=3", "", one.split("?")[1]) for one in leading}
    assert of == {"kind=invoice", "kind=credit_note", "", "of=payments", "of=current", "of=cash"}
    whole = next(text for address, text in pages.items() if "documents" in address and "kind" not in address)
    for text in ("4 résultats", "1 005,00 $", "50,25 $", "100,26 $", "1 155,51 $"):
        assert text in whole
    [owed] = [text for address, text in pages.items() if "current" in address]
    assert "149,47 $" in owed and "F-2027-00001" in owed and "1 046,28 $" in owed
    assert f"/staff/orders/{march[0].order_id}" in owed


def test_evening_of_the_last_day_is_still_its_month(billing: Billing) -> None:
    """31 March at 22 h in Saguenay is 1 April in UTC."""
    billing.clock.set(datetime(2027, 4, 1, 2, 0, tzinfo=UTC))
    billing.place(order(line("car-porte", "95.00"), method="cash", on=date(2027, 3, 31), by="Porte"))
    billing.as_staff("accountant")
    shown = page(billing, "/staff/month")
    assert "Mars 2027" in shown and "En cours" in shown
    told = read(billing, f"/api/month?{MARCH}")
    assert [one["amount"] for one in told["means"]] == [10925]
    assert [one["net"] for one in told["taxes"] if one["number"] == "103"] == [475]
    april = read(billing, "/api/month?year=2027&month=4")
    assert april["means"] == [] and not any(one["count"] for one in april["moves"])


def test_invoice_ages_from_the_day_it_was_first_due(billing: Billing) -> None:
    """A part that was paid, and a day on which one looks back, change nothing of it."""
    placed = place_on(billing, date(2027, 3, 1), order(method="invoice", on=date(2027, 3, 1)))
    billing.as_staff("accountant")
    due = date(2027, 3, 31)
    ages = (Age.CURRENT, Age.LATE_30, Age.LATE_30, Age.LATE_60, Age.LATE_60, Age.LATE_90, Age.LATE_90, Age.LATER)
    for days, age in zip((0, 1, 30, 31, 60, 61, 90, 91), ages, strict=True):
        today = due + timedelta(days=days)
        billing.clock.set(noon(today))
        billing.as_staff("accountant")
        told = read(billing, f"/api/month?year={today.year}&month={today.month}")
        assert {one["of"]: one["amount"] for one in told["ages"] if one["count"]} == {age: 24720}
    form = {"method": "cheque", "amount": "100,00", "received_on": "2027-06-30"}
    assert post(billing, f"/staff/orders/{placed.order_id}/payments", **form).status_code == 303
    said = {}
    for month in (2, 3, 4, 6):
        told = read(billing, f"/api/month?year=2027&month={month}")
        said[month] = {one["of"]: one["amount"] for one in told["ages"] if one["count"]}
    assert said == {2: {}, 3: {"current": 24720}, 4: {"late_30": 24720}, 6: {"later": 14720}}


def test_figures_add_up_whatever_happened(billing: Billing) -> None:
    """Invoices of several orders, credits, payments, cash: month after month, what is owed is what the ledger says, and
    what is behind a figure comes to it."""
    drawn, day, made = random.Random(11), date(2027, 1, 4), []
    for _ in range(40):
        day += timedelta(days=drawn.randrange(9))
        billing.clock.set(noon(day))
        billing.as_staff("accountant")
        lines = [
            line(f"k{n}", f"{drawn.randrange(1, 900)}.50", drawn.randrange(1, 4), drawn.choice(CLASSES)) for n in (1, 2)
        ]
        what = drawn.choice(("invoice", "cash", "group", "pay", "credit", "credit"))
        if what in ("invoice", "cash"):
            made.append(place_on(billing, day, order(*lines, method=what, on=day)))
        elif what == "group":
            made += [place_on(billing, day, one) for one in golf_and_cohort(on=day)]
        elif made and what == "pay":
            form = {"method": drawn.choice(("cheque", "transfer")), "amount": "12,00", "received_on": day.isoformat()}
            post(billing, f"/staff/orders/{drawn.choice(made).order_id}/payments", **form)
        elif made:
            billing.tell(credit(one := drawn.choice(made), (one.lines[0].key, 1)))
        billing.work()
    assert billing.invariants() == []
    adds_up(billing, day.month)


def adds_up(billing: Billing, months: int) -> None:
    last = 0
    for n in range(months):
        period = Period.of_month(2027, n + 1)
        told = read(billing, f"/api/month?year=2027&month={n + 1}")
        moved = sum(one["amount"] for one in told["moves"])
        assert told["opening"] == last and told["closing"] == last + moved == in_the_ledger(billing, period.until)
        assert sum(one["amount"] for one in told["ages"]) == told["closing"]
        last = told["closing"]
        for one in (*told["moves"], *told["ages"]):
            behind = read(billing, f"/api/month/entries?of={one['of']}&year=2027&month={n + 1}")
            assert behind["amount"] == one["amount"] == sum(entry["amount"] for entry in behind["entries"])
        for one in told["means"]:
            behind = read(billing, f"/api/month/entries?of={one['method']}&year=2027&month={n + 1}")
            assert (behind["total"], behind["amount"]) == (one["count"], one["amount"])
        for kind, side in (("invoice", "invoices"), ("credit_note", "credits"), ("", "net")):
            issued = read(billing, f"/api/documents?since={period.since}&until={period.until}&kind={kind}")
            lines = {line["key"]: line[side] for line in told["taxes"]}
            assert (issued["tps"], issued["tvq"]) == (lines["tps"], lines["tvq"])
            taxable = lines.get("taxable", lines["supplies"])  # Not apart when there is nothing else.
            assert sum(one["taxable"] for one in issued["documents"]) == taxable


CLASSES = ("taxable", "taxable", "exempt", "out_of_scope")


def in_the_ledger(billing: Billing, until: date) -> int:
    [row] = billing.rows(
        f"SELECT COALESCE(SUM(debit - credit), 0) FROM ledger_entry WHERE account = '1200' AND day <= '{until}'"
    )
    return int(row[0])


def test_taxes_to_be_confirmed_come_first(billing: Billing) -> None:
    ontario = Buyer(company="Lakeshore inc.", name="Personne Exemple", email="p@example.org", province="ON")
    line_of = line("web", "350.00")
    placed = order(line_of, method="invoice", on=date(2027, 2, 17), online=True, buyer=ontario)
    billing.place(placed)
    billing.place(order(method="invoice", buyer=BUYER))
    billing.as_staff("director")
    month = read(billing, "/api/month?year=2027&month=2")
    assert (month["to_confirm"]["tax_documents"], month["to_confirm"]["tax_amount"]) == (1, 40241)
    shown = page(billing, "/staff/month").replace(NBSP, " ")
    assert shown.index("À confirmer") < shown.index("Créances par âge")
    assert "1 facture du mois, 402,41 $ taxes comprises" in shown
    taxes = page(billing, "/staff/taxes")
    assert "Lakeshore" in taxes and "ON" in taxes and "Valbrume" not in taxes
    only = read(billing, "/api/documents?since=2027-02-01&until=2027-02-28&review=true")
    assert [one["order_id"] for one in only["documents"]] == [str(placed.order_id)]
    assert read(billing, f"/api/taxes?{QUARTER}")["to_confirm"] == 1


PAGES = (
    "/staff/month",
    "/staff/month/entries",
    "/staff/taxes",
    "/staff/taxes/documents",
    "/staff/journal/export?since=2027-03-01&until=2027-03-31",
    f"/api/month?{MARCH}",
    f"/api/month/entries?{MARCH}&of=payments",
    f"/api/taxes?{QUARTER}",
    "/api/documents?since=2027-03-01&until=2027-03-31",
    "/api/journal?since=2027-03-01&until=2027-03-31",
)


@pytest.mark.parametrize("address", PAGES)
def test_books_are_for_director_and_accountant(billing: Billing, address: str) -> None:
    for role, status in (("director", 200), ("accountant", 200), ("coordinator", 403), ("door", 403)):
        billing.as_staff(role)
        assert billing.client.get(address).status_code == status


def test_month_that_does_not_exist_shows_the_one_of_today(billing: Billing) -> None:
    billing.as_staff("accountant")
    asked = ("year=2027&month=13", "year=x&month=1", "year=99999&month=1", "year=2027&month=3", "year=0&month=0", "")
    for address in asked:
        assert "Février 2027" in page(billing, f"/staff/month?{address}")
    assert "1er trimestre 2027" in page(billing, "/staff/taxes?year=2027&quarter=5")
    assert "Paiements, février 2027" in page(billing, "/staff/month/entries?of=nothing")
    assert billing.client.get("/api/month?year=2027&month=13").status_code == 422
    assert billing.client.get(f"/api/month/entries?{MARCH}&of=nothing").status_code == 422
    assert billing.client.get("/api/journal?since=2027-03-01&until=nonsense").status_code == 422


def test_month_with_more_orders_asks_no_more_statements(billing: Billing) -> None:
    def asked(address: str) -> int:
        with statements(billing.service.db) as seen:
            page(billing, address)
        return len(seen)

    billing.as_staff("accountant")
    addresses = ("/staff/month", "/staff/taxes", "/staff/taxes/documents", "/staff/month/entries?of=current")
    placed = order(method="invoice")
    billing.place(placed)
    billing.tell(credit(placed, ("car-n", 1)))
    page(billing, "/staff/month")  # Who the association is, is remembered for a while.
    before = {address: asked(address) for address in addresses}
    for _ in range(20):
        billing.place(placed := order(method="invoice"))
        billing.tell(credit(placed, ("car-n", 1)))
    assert {address: asked(address) for address in addresses} == before
    assert before["/staff/month"] <= 14


def test_bar_of_ages_is_drawn_whole() -> None:
    """From one end to the other, in the order of ages; what is least is still seen."""
    drawn = random.Random(5)
    for _ in range(200):
        ages = {age: Sum(1, drawn.choice((0, 1, 40, 10 ** drawn.randrange(9)))) for age in Age}
        bars = view.bars(ages)
        assert [bar.age for bar in bars] == [age for age, one in ages.items() if one.cents and age is not Age.HELD]
        for bar, following in pairwise(bars):
            assert bar.x + bar.width < following.x
        if bars:
            assert bars[0].x == 0 and abs(bars[-1].x + bars[-1].width - view.WIDTH) < 0.5
            assert min(bar.width for bar in bars) > 2


def test_periods_follow_each_other_without_a_gap() -> None:
    for year in (2023, 2024, 2027):
        for period in [Period.of_month(year, n) for n in range(1, 13)] + [
            Period.of_quarter(year, n) for n in range(1, 5)
        ]:
            assert period.after and period.after.before == period
            assert period.after.since - period.until == timedelta(days=1)
    assert Period.of_quarter(2027, 1) == Period(date(2027, 1, 1), date(2027, 3, 31))
    assert Period.of_month(2000, 1).before is None and Period.of_month(2199, 12).after is None
