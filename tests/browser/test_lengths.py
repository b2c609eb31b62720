"""How long the pages of a phone are: what must fit under a thumb is measured, in screens of 390 × 844."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SIZES, OpenPage
from tests.browser.served import Served
from tests.browser.signing import at_stripe, form_of, named, send, who

pytestmark = pytest.mark.browser
COCKTAIL = "caricatures-2027"
MAIN = "document.querySelector('#main').getBoundingClientRect().height"


def screens(page: Page) -> float:
    """The page's own content, without the masthead and the footer."""
    return float(page.evaluate(MAIN)) / SIZES["phone"]["height"]


def test_form_for_one_takes_at_most_two_screens_and_a_half(served: Served, open_page: OpenPage) -> None:
    page = open_page("phone")
    page.goto(form_of(served, COCKTAIL))
    assert screens(page) <= 2.5, f"{screens(page):.2f} screens"


def test_form_and_page_of_forty_people_stay_short(served: Served, open_page: OpenPage) -> None:
    page = open_page("phone")
    page.goto(form_of(served, COCKTAIL))
    named(page, "q.car.non_member").fill("40")
    named(page, "q.car.non_member").press("Tab")
    expect(page.locator(".roster > li")).to_have_count(39)
    assert screens(page) <= 8, f"{screens(page):.2f} screens"
    who(page, "quarante@example.org")
    send(page)
    at_stripe(page, served)
    expect(page.locator(".place-row")).to_have_count(40)
    assert screens(page) <= 6, f"{screens(page):.2f} screens"
