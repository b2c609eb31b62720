"""The form as a hand and an eye meet it: nothing moves as it loads, one button is the next step, and few taps lead to
the ticket."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Size
from tests.browser.served import Served
from tests.browser.signing import WHO, form_of, named

pytestmark = pytest.mark.browser
COCKTAIL = "caricatures-2027"
# Adds up every move that no touch or key has caused, from the first paint on.
SHIFT = """
window.moved = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.moved += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
SEEN = """() => [...document.querySelectorAll(".button.primary")].filter((button) => {
  const { top, bottom, height } = button.getBoundingClientRect();
  return height && bottom > 0 && top < innerHeight;
}).map((button) => button.innerText.replace(/\\s+/g, " ").trim())"""


def slowed(page: Page) -> Page:
    """As on a cheap phone: a processor four times slower."""
    page.set_default_timeout(60_000)
    page.set_default_navigation_timeout(60_000)
    page.add_init_script(SHIFT)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    return page


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("quantity", [1, 4])
def test_form_stands_still_on_a_slow_phone(served: Served, open_page: OpenPage, size: Size, quantity: int) -> None:
    page = slowed(open_page(size))
    page.goto(form_of(served, COCKTAIL))
    page.wait_for_load_state("networkidle")
    if quantity > 1:
        named(page, "q.car.non_member").fill(str(quantity))
        named(page, "q.car.non_member").press("Tab")
        expect(page.locator(".roster > li")).to_have_count(quantity - 1)
    page.wait_for_timeout(500)
    assert page.evaluate("window.moved") <= 0.05


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_form_shows_one_primary_button_wherever_one_is_in_it(served: Served, open_page: OpenPage, size: Size) -> None:
    page = open_page(size)
    page.goto(form_of(served, COCKTAIL))
    length = int(page.evaluate("document.documentElement.scrollHeight"))
    seen = []
    for top in range(0, length, 400):
        page.evaluate(f"window.scrollTo({{ top: {top}, behavior: 'instant' }})")
        seen.append(page.evaluate(SEEN))
    assert all(len(buttons) <= 1 for buttons in seen), seen
    assert {"Payer 97,73 $"} == {button for buttons in seen for button in buttons}
    if size == "phone":
        assert seen[0] == ["Payer 97,73 $"], "it is under the thumb from the start"


def test_five_to_seven_by_card_takes_at_most_seven_taps(served: Served, open_page: OpenPage) -> None:
    """From the activity's page to the ticket; what the keyboard's « Next » does is no tap."""
    page, taps = open_page("phone"), 0
    page.goto(form_of(served, COCKTAIL).rpartition("/")[0])

    def tap(which: str) -> None:
        nonlocal taps
        page.locator(which).locator("visible=true").first.click()
        taps += 1

    tap(".summary-bar .button.primary")
    tap('[name="contact.first_name"]')
    for text in (*WHO.values(), "sept@example.org"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    tap('[name="terms_accepted"]')
    tap('button[name="action"][value="submit"]')
    page.wait_for_url(f"{served.stripe.base}/**")
    tap('button[name="action"][value="pay"]')
    expect(page.locator(".ticket")).to_have_count(1)
    assert taps <= 7
