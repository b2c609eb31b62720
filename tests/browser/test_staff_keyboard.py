"""Staff without a mouse: record a cheque, cancel a place, let somebody in at the place of another."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.scenery import sign_up
from tests.browser.served import Served
from tests.browser.test_keyboard import tab_to, write
from tests.fakes.stripe_server import until

pytestmark = pytest.mark.browser
SignIn = Callable[[Page], Page]


def press(page: Page, words: str) -> None:
    tab_to(page, words=words)
    enter(page)


def enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_cheque_then_cancellation_by_keyboard_are_recorded(
    served: Served, open_page: OpenPage, sign_in: SignIn
) -> None:
    made = sign_up(served, "clavier-staff@example.org", "invoice")
    page = sign_in(open_page("desktop"))
    known = "SELECT 1 FROM registration WHERE contact_email = 'clavier-staff@example.org' AND invoice_number <> ''"
    until(lambda: served.ask(known), "the invoice is issued", 20)
    page.goto(f"{served.home}/staff/registrations/{made.id}")
    press(page, "Enregistrer un paiement")
    tab_to(page, name="reference")
    page.keyboard.type("1042")
    press(page, "Vérifier le résultat")
    press(page, "Enregistrer le paiement")
    expect(page.get_by_text("1042")).to_be_visible()
    press(page, "Voir l’inscription")
    tab_to(page, name="place")
    page.keyboard.press("Space")
    press(page, "Annuler les places cochées")
    expect(page.get_by_role("heading", name="1\u00a0place sera annulée")).to_be_visible()
    press(page, "Annuler maintenant")
    expect(page.get_by_role("status").get_by_text("L’annulation est faite")).to_be_visible()
    expect(page.locator(".people .status", has_text="Annulée")).to_have_count(1)


def test_substitution_by_keyboard_replaces_the_attendee(served: Served, open_page: OpenPage, sign_in: SignIn) -> None:
    sign_up(served, "lise@example.org", "invoice", 1, last="Étangclair-Double")
    page = sign_in(open_page("phone"))
    page.goto(f"{served.home}/staff/check-in/{served.id_of('activity', 'caricatures-2027')}")
    write(page, "typed", "etangclair-double")
    enter(page)
    press(page, "Remplacer")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Qui remplace")
    write(page, "first_name", "Marc")
    write(page, "last_name", "Relève")
    enter(page)
    answer = page.locator(".answer.good")
    expect(answer).to_contain_text("Marc Relève")
    expect(page.get_by_role("link", name="Suivant")).to_be_focused()
    enter(page)
    expect(page.locator("#latest li").first).to_contain_text("Marc Relève")
    assert served.invariants() == []
