"""The hosted page in Chromium: axe finds nothing, in both languages, light and dark, and the buttons work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, sync_playwright

from tests.fakes.stripe_server import StripeServer
from tests.simulator.conftest import Create

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    flags = ["--no-sandbox", "--headless=new", "--disable-gpu", "--disable-background-networking",
             "--disable-component-update", "--no-first-run"]  # fmt: skip
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        yield running
        running.close()


def check(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert found == [], [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


@pytest.mark.parametrize(("locale", "scheme", "width"), [("fr-CA", "light", 390), ("en", "dark", 1280)])
def test_payment_page_in_every_state_is_accessible(
    create: Create, server: StripeServer, browser: Browser, locale: str, scheme: Any, width: int
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 844})
    page = context.new_page()
    session = create(locale=locale, success_url=f"{server.base}/health?session={{CHECKOUT_SESSION_ID}}")
    page.goto(str(session.url))
    check(page)
    page.click("button[name=action][value=decline]")
    page.wait_for_selector("#declined")
    check(page)
    page.click("button[name=action][value=pay]")
    page.wait_for_url(f"**/health?session={session.id}")
    page.goto(f"{server.base}/c/pay/{session.id}")
    page.wait_for_selector("#complete")
    check(page)
    gone = create(locale=locale)
    server.client().v1.checkout.sessions.expire(gone.id)
    page.goto(f"{server.base}/c/pay/{gone.id}")
    page.wait_for_selector("#expired")
    check(page)
    page.goto(f"{server.base}/c/pay/cs_none")
    page.wait_for_selector("#unknown")
    check(page)
    context.close()


def test_payment_page_without_javascript_works(create: Create, server: StripeServer, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    session = create(success_url=f"{server.base}/health", cancel_url=f"{server.base}/health?left=1")
    page.goto(str(session.url))
    page.click("button[name=action][value=abandon]")
    page.wait_for_url("**/health?left=1")
    page.goto(str(session.url))
    page.click("button[name=action][value=pay]")
    page.wait_for_url("**/health")
    context.close()
