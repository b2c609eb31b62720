"""A coordinator in a real browser: last year's tournament becomes this year's, an evening is made from nothing."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.served import Served
from tests.browser.test_keyboard import tab_to

pytestmark = pytest.mark.browser
SignIn = Callable[[Page], Page]


class Hand:
    """Counts what somebody does."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.typed = page, 0, 0

    def click(self, name: str, role: str = "link", within: str = "main") -> None:
        named = self.page.locator(within).get_by_role(role, name=re.compile(name))  # type: ignore[arg-type]  # Named below.
        named.first.click()
        self.clicks += 1

    def write(self, label: str, words: str) -> None:
        self.page.get_by_label(label, exact=True).fill(words)
        self.typed += 1


def test_tournament_is_copied_for_next_year_in_a_few_clicks(
    served: Served, open_page: OpenPage, sign_in: SignIn
) -> None:
    page = sign_in(open_page("desktop"))
    page.goto(f"{served.home}/staff/activities")
    hand = Hand(page)
    hand.click("Nouvelle activité")
    hand.click("^Copier – Tournoi de golf")
    hand.click("Créer la copie", "button")
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(r"\d+e édition"))
    expect(page.locator(".status").first).to_have_text("Brouillon")
    hand.click("Publier…")
    hand.click("^Publier$", "button")
    expect(page.get_by_text("L’activité est publiée.")).to_be_visible()
    assert hand.clicks <= 40 and hand.typed <= 4, (hand.clicks, hand.typed)


def test_evening_from_nothing_is_published_with_three_fields(
    served: Served, open_page: OpenPage, sign_in: SignIn
) -> None:
    page = sign_in(open_page("desktop"))
    page.goto(f"{served.home}/staff/new-activity")
    hand = Hand(page)
    hand.write("Titre", "5 à 7 du printemps")
    hand.write("Date (facultatif)", "2030-05-02")
    hand.write("Lieu (facultatif)", "Salle des Deux-Rives")
    hand.click("Créer le brouillon", "button")
    hand.click("Publier…")
    hand.click("^Publier$", "button")
    expect(page.get_by_text("L’activité est publiée.")).to_be_visible()
    stranger = open_page("phone")
    stranger.goto(f"{served.home}/fr/activites/5-a-7-du-printemps")
    expect(stranger.get_by_role("link", name="S’inscrire").first).to_be_visible()
    assert (hand.clicks, hand.typed) == (3, 3)


def test_tournament_is_copied_with_the_keyboard_alone(served: Served, open_page: OpenPage, sign_in: SignIn) -> None:
    page = sign_in(open_page("desktop"))
    page.goto(f"{served.home}/staff/new-activity")
    tab_to(page, words="Copier – Tournoi de golf")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Créer la copie")).to_be_visible()
    tab_to(page, words="Créer la copie")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(r"\d+e édition"))
    tab_to(page, words="Publier…")
    page.keyboard.press("Enter")
    tab_to(page, words="Publier")
    page.keyboard.press("Enter")
    expect(page.get_by_text("L’activité est publiée.")).to_be_visible()
