"""What is asked of every page, whatever it shows."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

from tests.browser.conftest import SIZES

AXE = Axe()
# axe need not describe what is well: that is most of its time.
ONLY = {"resultTypes": ["violations"]}
# What people read, and what is read to them.
SAID = """() => [
  document.body.innerText,
  ...[...document.querySelectorAll("[aria-label], [alt], [title], [placeholder]")].flatMap(
    (on) => ["aria-label", "alt", "title", "placeholder"].map((name) => on.getAttribute(name) || "")),
].join(" ")"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def judge(page: Page, lang: str, keys: frozenset[str]) -> None:
    """axe finds nothing, light on a phone and dark at a desk; nothing sticks out at the side.

    The page says its language and its title, has one heading above all others, and shows no sentence's key.
    """
    where = page.url.split("?")[0]
    spoken = page.locator("html").get_attribute("lang") or ""
    assert spoken.split("-")[0] == lang, f"{where} says it is in {spoken}"
    assert page.title().strip(), f"{where} has no title"
    assert page.locator("h1").count() == 1, f"{where} has {page.locator('h1').count()} h1"
    assert keys.isdisjoint(page.evaluate(SAID).split()), keys.intersection(page.evaluate(SAID).split())
    for size, scheme in (("phone", "light"), ("desktop", "dark")):
        page.set_viewport_size(SIZES[size])  # type: ignore[arg-type]
        # Without motion, so that no colour is looked at halfway to another.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        assert page.evaluate(TOO_WIDE) <= 0, f"{where}: {page.evaluate(TOO_WIDE)} px too wide ({size})"
        found = violations(page)
        assert found == [], f"axe on {where} ({size}, {scheme}): {found}"


def violations(page: Page) -> list[Any]:
    """Rule by rule, the first elements that break it and why."""
    found = AXE.run(page, options=ONLY).response["violations"]
    return [
        (one["id"], [(node["html"][:200], node.get("failureSummary", "")[:300]) for node in one["nodes"][:4]])
        for one in found
    ]
