"""« Encaisser » in Chromium: a cheque entered and looked at before it is written, one that bounces, without a mouse."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SIZES, Size
from tests.browser.looking import violations
from tests.browser.scenery import sign_up
from tests.browser.served import Served, until

pytestmark = pytest.mark.browser
SignIn = Callable[[Page], Page]


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_cheque_is_entered_by_keyboard_and_bounces(
    chromium: Browser, served: Served, sign_in: SignIn, size: Size
) -> None:
    signup = sign_up(served, f"cheque-{size}@example.org", "invoice")
    until(
        lambda: served.ask("SELECT id FROM invoice WHERE order_id = :id", "billing", id=signup.id.hex), "it is invoiced"
    )
    page = sign_in(chromium.new_context(viewport=SIZES[size], locale="fr-CA").new_page())
    page.goto(f"{served.url['billing']}/staff/payments/new?order={signup.id}")
    assert violations(page) == []
    owed = page.locator(".aside").first.inner_text()
    page.locator('[name="amount"]').focus()
    page.keyboard.type(owed)
    page.keyboard.press("Tab")
    page.locator('[name="reference"]').focus()
    page.keyboard.type("000123")
    page.keyboard.press("Enter")
    expect(page.locator("#sure")).to_be_visible()
    assert violations(page) == []
    page.locator(".panel.is-danger button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**done=payment")
    assert violations(page) == []
    page.locator("table a").first.click()
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert violations(page) == []
    page.locator("details[open] button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**done=reversal")
    assert violations(page) == []
