"""Staff's lists in Chromium, with the keyboard alone: a filter without words, words without a filter, on and back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from kit.clock import utc_now
from tests import make
from tests.browser.conftest import OpenPage, Size
from tests.browser.served import Served
from tests.browser.test_keyboard import tab_to, write

pytestmark = pytest.mark.browser
WEBINAR = "webinaire-fraude-2027"
SignIn = Callable[[Page], Page]


@pytest.fixture(scope="module")
def crowd(served: Served) -> str:
    """Sixty people of the webinar; the address of their list."""
    for number in range(60):
        make.registered(
            served.db, WEBINAR, "web-0", [f"Jeanne Foule{number:02}"], utc_now(), who="anyone", method="free"
        )
    return f"{served.home}/staff/activities/{served.id_of('activity', WEBINAR)}"


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_list_is_narrowed_and_read_to_its_end(crowd: str, open_page: OpenPage, sign_in: SignIn, size: Size) -> None:
    page = sign_in(open_page(size))
    page.goto(f"{crowd}/attendees")
    every = int(page.locator(".found").inner_text().split()[0])
    assert every >= 60
    tab_to(page, words="Page suivante")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(every - 50)
    tab_to(page, words="Page précédente")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(50)

    tab_to(page, name="show")
    page.keyboard.type("Personnes pas")
    page.wait_for_url("**show=absent")  # At once, without a button.
    expect(page.locator(".found")).to_contain_text(f"{every}\u00a0résultats")


def test_list_search_is_still_filled_in_after_the_back_button(crowd: str, open_page: OpenPage, sign_in: SignIn) -> None:
    page = sign_in(open_page("desktop"))
    page.goto(f"{crowd}/attendees")
    write(page, "q", "foule07")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert "foule" not in page.url.lower()
    tab_to(page, words="Foule07, Jeanne")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Maude Contact")
    page.go_back()
    expect(page.locator('[name="q"]')).to_have_value("foule07")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Tout afficher").click()
    expect(page.locator("tbody tr")).to_have_count(50)


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_list_is_narrowed_as_one_types_and_its_rows_open(
    crowd: str, open_page: OpenPage, sign_in: SignIn, size: Size
) -> None:
    page = sign_in(open_page(size))
    page.goto(f"{crowd}/attendees")
    write(page, "q", "foule1")
    expect(page.locator("tbody tr")).to_have_count(10)
    page.keyboard.type("3")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert "foule" not in page.url.lower() and "find=" in page.url
    assert len(page.context.cookies(page.url)) <= 4, "one letter after the other leaves one cookie"
    page.reload()
    expect(page.locator('[name="q"]')).to_have_value("foule13")
    page.locator('[name="q"]').focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Foule13, Jeanne")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/registrations/*")
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody tr td").nth(1).click()
    page.wait_for_url("**/staff/registrations/*")


def test_views_of_registrations_count_what_they_show(crowd: str, open_page: OpenPage, sign_in: SignIn) -> None:
    page = sign_in(open_page("desktop"))
    page.goto(crowd)
    view = page.get_by_role("navigation", name="Vues de la liste").get_by_role("link", name="Sans nom")
    count = view.locator(".count").inner_text()
    view.click()
    expect(view).to_have_attribute("aria-current", "page")
    assert count == "0" and page.locator("tbody tr").count() == 0
