"""Chromium, and the house behind real sockets: one of each for all browser tests, a fresh profile for every page."""

import shutil
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.browser.served import BOOTSTRAP, Served
from tests.fakes.postgres import Cluster

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
Size = Literal["phone", "desktop"]
OpenPage = Callable[..., Page]
Launch = Callable[..., Browser]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two processes share the pages, which are many and only looked at; any other file is one process's."""
    for place, item in enumerate(items):
        if Path(__file__).parent in item.path.parents:
            shared = item.path.stem == "test_every_page"
            item.add_marker(pytest.mark.xdist_group(f"{item.path.stem}{place % 2 if shared else ''}"))


@pytest.fixture(scope="package")
def served(
    templates: Callable[[str], str], cluster: Cluster | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")

    def database(service: str) -> str:
        if cluster:
            return cluster.copy(templates(service))
        shutil.copy(templates(service).removeprefix("sqlite:///"), folder / f"{service}.db")
        return f"sqlite:///{folder / service}.db"

    with Served(database) as running:
        yield running


@pytest.fixture(scope="package")
def driver() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def launch(driver: Playwright) -> Iterator[Launch]:
    """`launch("--use-fake-device-for-media-stream")` is a browser of its own, gone at the end."""
    browsers: list[Browser] = []

    def start(*flags: str) -> Browser:
        assert CHROMIUM.exists(), "Chromium is missing: sudo apt-get install chromium"
        browsers.append(driver.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *flags]))
        return browsers[-1]

    yield start
    for browser in browsers:
        browser.close()


@pytest.fixture(scope="package")
def chromium(launch: Launch) -> Browser:
    return launch()


NETWORKS = cycle(range(1, 255))


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """`open_page("phone", javascript=False)` is a page of a fresh profile.

    At the end of the test nothing may have been said on its console: no error, no violation of the security policy.
    `allowed` holds the parts of messages that the test itself provokes, such as "422".
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(
        size: Size = "phone",
        *,
        javascript: bool = True,
        allowed: tuple[str, ...] = (),
        browser: Browser | None = None,
        **options: Any,
    ) -> Page:
        context = (browser or chromium).new_context(
            viewport=SIZES[size], java_script_enabled=javascript, locale="fr-CA", **options
        )
        context.set_default_timeout(10_000)
        # Every visitor comes from a network of their own, as a proxy in front of the services tells it.
        context.set_extra_http_headers({"X-Forwarded-For": f"198.51.100.{next(NETWORKS)}"})
        contexts.append(context)
        page = context.new_page()
        watch(page, complaints, allowed)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def watch(page: Page, complaints: list[str], allowed: tuple[str, ...] = ()) -> None:
    """Everything the browser complains about, with the page it was on."""

    def note(words: str) -> None:
        if not any(part in words for part in allowed):
            complaints.append(f"{page.url}: {words}")

    page.on("pageerror", lambda error: note(str(error)))
    page.on("console", lambda said: note(said.text) if said.type in ("error", "warning") else None)


@pytest.fixture
def sign_in(served: Served) -> Callable[[Page], Page]:
    """Sign this page in as the director."""

    def signed_in(page: Page) -> Page:
        page.goto(f"{served.home}/staff/bootstrap/{BOOTSTRAP}")
        page.locator("main form button").click()
        page.wait_for_url(lambda url: "/bootstrap/" not in url)
        return page

    return signed_in
