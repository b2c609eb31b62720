"""Whoever was invoiced pays by card later: from the letter, the registration's page or the invoice's own."""

from typing import Any

import pytest

from tests.fakes.house import House
from tests.journeys.signing import COMPANY, sign_up
from tests.journeys.test_invoice import at, code_of, one


@pytest.fixture
def invoiced(house: House) -> str:
    """A company signed one person up by invoice (74.73): the registration's page."""
    at(house, 2027, 3, 1)
    fields = {"q.car.member": "1", "code": code_of(house, "c20"), **COMPANY}
    page = sign_up(house.visitor(), "caricatures-2027", fields)
    house.settle()
    return page.url.split("?")[0]


def pay_link(house: House) -> str:
    """Where the letter of the invoice says it is paid by card."""
    said = house.mail.text("chloe@example.org")
    assert "Payer par carte" in said, said
    return next(line for line in said.splitlines() if "/pay/" in line)


def test_invoice_is_paid_by_card_from_its_letter(house: House, invoiced: str) -> None:
    visitor, link = house.visitor(), pay_link(house)
    page = visitor.get(link)
    assert page.url.startswith(house.stripe.base) and page.has("74,73 $"), page.url
    assert page.has("Solde de la facture F-2027-00001"), page.text
    page = visitor.post(page.url, {"action": "pay"})
    assert "/papers/invoice/" in page.url and page.has("Payée"), page.url
    assert not page.has("Payer par carte")
    house.webhooks()
    house.settle()
    told: Any = one(house, "registration", "SELECT balance, paid_by FROM registration")
    assert (told.balance, told.paid_by) == (0, "card")
    assert "74,73" in house.mail.text("chloe@example.org")
    seen = visitor.get(invoiced)
    assert not seen.has("Payer par carte") and seen.has("Payé"), seen.text
    assert visitor.get(link).has("Cette facture est déjà payée")
    assert house.invariants() == []


def test_invoice_is_paid_by_card_from_the_page_of_its_registration(house: House, invoiced: str) -> None:
    visitor = house.visitor()
    assert visitor.get(invoiced).has("Payer par carte")
    page = visitor.get(invoiced + "/pay")
    assert page.url.startswith(house.stripe.base) and page.has("74,73 $")
    back = visitor.post(page.url, {"action": "abandon"})
    assert "/papers/invoice/" in back.url and back.has("Payer par carte"), back.url
    again = visitor.get(back.link("/pay/"))
    assert again.url == page.url, "the page that is open"
    visitor.post(again.url, {"action": "pay"})
    house.webhooks()
    house.settle()
    assert house.invariants() == []


def test_page_open_when_the_registration_is_cancelled_asks_nothing_more(house: House, invoiced: str) -> None:
    visitor, link = house.visitor(), pay_link(house)
    open_page = visitor.get(invoiced + "/pay").url
    visitor.post(invoiced + "/cancel", {"place": "1"})
    house.clock.advance(minutes=6)
    house.settle()
    assert not visitor.get(open_page).has("74,73 $"), "the page has ended"
    assert visitor.get(link).has("Il n’y a rien à payer sur cette facture")
    assert not visitor.get(invoiced).has("Payer par carte")
    assert house.invariants() == []
