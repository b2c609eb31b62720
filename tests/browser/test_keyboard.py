"""The whole signup with nothing but Tab, Space, Enter and the arrows; where the focus is can always be seen."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Size
from tests.browser.served import Served
from tests.browser.signing import form_of

pytestmark = pytest.mark.browser
# The name of what has the focus, whether a ring shows it, and whether it lies in sight and uncovered.
FOCUSED = """() => {
  const on = document.activeElement;
  const box = on.getBoundingClientRect();
  const style = getComputedStyle(on);
  const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height, 40) / 2];
  const there = document.elementFromPoint(x, y);
  const inSight = box.bottom > 0 && box.top < innerHeight && box.width > 0;
  const covered = inSight && there && !on.contains(there) && !there.contains(on) && !on.labels?.[0]?.contains(there);
  return {
    name: on.name || "", value: on.value || "", words: on.textContent.trim(), tag: on.tagName,
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: inSight && !covered, covering: covered ? there.outerHTML.slice(0, 120) : "",
  };
}"""


# More than any page of ours has before what is looked for: its menu, its filters, fifty rows.
STOPS = 100


def tab_to(page: Page, *, name: str = "", words: str = "", value: str = "") -> None:
    """Press Tab until the focus is there, looking at every stop on the way."""
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        assert stop["tag"] != "BODY", f"Tab left the page before {name or words}"
        assert stop["ring"], f"no ring on {stop}"
        assert stop["seen"], f"out of sight or covered: {stop}"
        if (name and stop["name"] == name and value in stop["value"]) or (words and words in stop["words"]):
            return
    raise AssertionError(f"Tab never came to {name or words}")


def write(page: Page, name: str, words: str) -> None:
    tab_to(page, name=name)
    page.keyboard.type(words)


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_signup_by_keyboard_from_the_form_to_the_ticket(served: Served, open_page: OpenPage, size: Size) -> None:
    page = open_page(size)
    page.goto(form_of(served, "caricatures-2027"))
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, name="q.car.non_member")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#summary .amount")).to_have_text("195,46\u00a0$")
    write(page, "contact.first_name", "Maude")
    write(page, "contact.last_name", "Clavier")
    write(page, "contact.email", f"clavier-{size}@example.org")
    tab_to(page, name="method")
    page.keyboard.press("Space")
    expect(page.locator('[name="method"][value="card"]')).to_be_checked()
    tab_to(page, name="terms_accepted")
    page.keyboard.press("Space")
    tab_to(page, name="action", value="submit")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{served.stripe.base}/**")
    tab_to(page, name="action", value="pay")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("C’est confirmé")
    expect(page.locator(".ticket")).to_have_count(2)
