"""The search in the head of staff's pages, in Chromium: as one types, from another service, without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from kit.clock import utc_now
from tests import make
from tests.browser.conftest import SIZES, OpenPage, Size
from tests.browser.looking import violations
from tests.browser.served import Served
from tests.browser.test_staff_lists import WEBINAR

pytestmark = pytest.mark.browser
SignIn = Callable[[Page], Page]


@pytest.fixture(scope="module")
def somebody(served: Served) -> str:
    """Somebody with a place at the webinar."""
    make.registered(served.db, WEBINAR, "web-0", ["Łucja Cherchée"], utc_now(), who="anyone", method="free")
    return "lucja cherch"


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_search_answers_as_one_types_on_a_page_of_another_service(
    chromium: Browser, somebody: str, sign_in: SignIn, size: Size
) -> None:
    # Staff's browsers send no header of their own: with one, they would ask the other service beforehand.
    context = chromium.new_context(viewport=SIZES[size], locale="fr-CA")
    page = sign_in(context.new_page())
    page.get_by_role("link", name="Commandes").first.click()
    page.wait_for_url("**/staff/orders")
    page.keyboard.press("Control+k")
    expect(page.locator('[name="words"]')).to_be_focused()
    page.keyboard.type(somebody)
    found = page.locator("[data-found] a")
    expect(found).to_have_count(1)
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    expect(found).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-found]")).to_be_hidden()
    page.keyboard.press("Backspace")
    expect(page.locator("[data-found]")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/registrations/*")
    page.go_back()
    page.locator('[name="words"]').fill(somebody)
    page.keyboard.press("Enter")  # Nothing chosen: the page of all that was found, in the other service.
    page.wait_for_url("**/staff/search?find=*")
    expect(page.locator("main a")).to_contain_text(["Łucja Cherchée"])
    context.close()


def test_stroke_leads_to_the_search_but_is_typed_in_a_field(
    served: Served, open_page: OpenPage, sign_in: SignIn
) -> None:
    page = sign_in(open_page("desktop"))
    page.goto(f"{served.home}/staff/activities")
    page.keyboard.press("/")
    expect(page.locator('[name="words"]')).to_be_focused()
    page.locator('[name="q"]').focus()
    page.keyboard.type("5/7")
    expect(page.locator('[name="q"]')).to_have_value("5/7")


def test_search_works_without_scripts(served: Served, somebody: str, open_page: OpenPage, sign_in: SignIn) -> None:
    page = sign_in(open_page("phone", javascript=False))
    page.goto(f"{served.home}/staff/home")
    page.locator('[name="words"]').fill(somebody)
    page.get_by_role("search", name="Chercher partout").get_by_role("button").click()
    page.wait_for_url("**/staff/search?find=*")
    expect(page.locator("main a")).to_contain_text(["Łucja Cherchée"])
    expect(page.locator('[name="words"]')).to_have_value(somebody)
