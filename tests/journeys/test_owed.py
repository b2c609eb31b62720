"""What is owed is said: before a cancellation and after it, on the page, to staff, by the API and by mail."""

import re
from email.message import EmailMessage
from typing import Any

import pytest

from tests.fakes.house import House, Page, Visitor
from tests.journeys.signing import sign_up
from tests.journeys.test_office import only_registration, page_of, staff

CONTACT = "chloe@example.org"
FOUR = {"q.car.non_member": "4", "method": "invoice", "company": "Fonderie Noël"}


def subjects(house: House) -> list[str]:
    return [str(letter["Subject"]).replace("\u00a0", " ") for letter in house.mail.to(CONTACT)]


def plain(letter: EmailMessage) -> str:
    return letter.get_body(("plain",)).get_content().replace("\u00a0", " ")  # type: ignore[union-attr]


def amounts(page: Page) -> list[int]:
    """The column of the personal page's amounts, in cents."""
    table = page.text.split('class="totals"')[1].split("</table>")[0]
    cells = re.findall(r'class="money">([^<]*)<', table)
    return [int(re.sub(r"[^\d-]", "", cell.replace("\u2212", "-"))) for cell in cells]


@pytest.fixture
def four(house: House) -> tuple[Visitor, str]:
    """Four places of a company, on an invoice that is out."""
    visitor = house.visitor()
    page = sign_up(visitor, "caricatures-2027", FOUR)
    house.settle()
    return visitor, page.url.split("?")[0]


def test_place_of_several_cancelled_is_told_with_what_is_left_to_pay(house: House, four: tuple[Visitor, str]) -> None:
    visitor, mine = four
    asked = visitor.get(mine + "/cancel?place=1")
    assert asked.has("Votre facture sera réduite de 97,73 $ (taxes comprises). Il restera 293,19 $ à payer."), (
        asked.text
    )
    visitor.post(mine + "/cancel", {"place": "1"})
    house.settle()
    told = subjects(house)
    assert any(one.startswith("Places annulées :") for one in told), told
    assert any(one.startswith("Note de crédit NC-2027-00001 :") for one in told), told
    said = "".join(plain(letter) for letter in house.mail.to(CONTACT))
    assert "Il vous reste 3 places." in said and "Il reste 293,19 $ à payer." in said
    page = visitor.get(mine)
    assert page.has("Solde à payer 293,19 $") and page.has("Crédité −97,73 $"), page.text
    state = house.clients["registration"].get(
        f"/api/registrations/{only_registration(house)}/state", headers={"X-Link-Token": mine.rsplit("/", 1)[-1]}
    )
    assert state.status_code == 200, state.text
    assert {key: state.json()[key] for key in ("total", "credited", "refunded", "balance")} == {
        "total": 39092,
        "credited": 9773,
        "refunded": 0,
        "balance": 29319,
    }
    assert house.invariants() == []


def test_confirmation_sent_again_after_a_cancellation_says_what_is_owed_now(
    house: House, four: tuple[Visitor, str]
) -> None:
    visitor, mine = four
    visitor.post(mine + "/cancel", {"place": "1"})
    house.settle()
    before = len(house.mail.to(CONTACT))
    house.clients["registration"].post(
        f"/api/staff/registrations/{only_registration(house)}/resend", headers=staff(house, "coordinator")
    )
    house.settle()
    [again] = house.mail.to(CONTACT)[before:]
    said = plain(again)
    assert "Vos 3 places sont confirmées. Le numéro de votre facture est F-2027-00001." in said, said
    assert "(1 annulée)" in said and "Crédité : −97,73 $" in said and "Solde à payer : 293,19 $" in said


def test_invoice_paid_in_part_says_what_is_left(house: House, four: tuple[Visitor, str]) -> None:
    visitor, mine = four
    cheque: dict[str, Any] = {"method": "cheque", "amount": 10000, "received_on": house.clock().date().isoformat()}
    paid = house.clients["billing"].post(
        f"/api/orders/{only_registration(house)}/payments", json=cheque, headers=staff(house, "accountant")
    )
    assert paid.status_code == 200, paid.text
    house.settle()
    page = visitor.get(mine)
    assert page.has("Reçu −100,00 $") and page.has("Solde à payer 290,92 $"), page.text
    assert "Paiement partiel reçu" in page_of(house, only_registration(house))
    [*_, total, received, balance] = amounts(page)
    assert total + received == balance


def test_card_cancelled_says_what_comes_back_and_that_it_came(house: House) -> None:
    visitor = house.visitor()
    sign_up(visitor, "caricatures-2027", {"q.car.non_member": "1", "method": "card"})
    mine = visitor.post(visitor.page.url, {"action": "pay"}).url.split("?")[0]
    house.webhooks()
    house.settle()
    mine = visitor.page.url.split("?")[0]
    assert visitor.get(mine + "/cancel").has("97,73 $ (taxes comprises) seront remboursés sur votre carte.")
    visitor.post(mine + "/cancel", {"place": ""})
    house.settle()
    house.webhooks()
    house.settle()
    page = visitor.get(mine)
    assert page.has("97,73 $ ont été remboursés sur votre carte."), page.text
    [*_, total, credited, received, refunded, balance] = amounts(page)
    assert (total, credited, received, refunded, balance) == (9773, -9773, -9773, 9773, 0)
    assert total + credited + received + refunded == balance
    assert any(one.startswith("Note de crédit") for one in subjects(house))
    assert house.invariants() == []


def test_cancel_page_while_billing_is_away_says_the_rule(house: House, four: tuple[Visitor, str]) -> None:
    visitor, mine = four
    house.down.add("billing")
    assert visitor.get(mine + "/cancel?place=1").has(
        "85,00 $ (avant taxes) et leurs taxes seront retirés de votre facture."
    )
    house.down.clear()


def test_documents_and_payments_that_staff_see_add_up_to_the_balance(house: House, four: tuple[Visitor, str]) -> None:
    visitor, mine = four
    visitor.post(mine + "/cancel", {"place": "1"})
    house.settle()
    page = page_of(house, only_registration(house))
    rows = page.split("Documents et paiements</caption>")[1].split("</table>")[0]
    cells = [
        int(re.sub(r"[^\d-]", "", cell.replace("\u2212", "-"))) for cell in re.findall(r'"money">([^<]+\$)<', rows)
    ]
    assert cells == [39092, -9773, 29319] and sum(cells[:-1]) == cells[-1]
