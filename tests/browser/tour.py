"""The five pictures of docs/tour/, which README shows: part of `make screens`.

Starts what `make run` starts, with the data of `.guichet/` (the demonstration, where there are none yet), on ports of
its own, and goes to the five addresses that it says, as a newcomer would. `make run` must not be running meanwhile.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.screens import kept

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "tour"
PHONE, DESK = {"width": 390, "height": 780}, {"width": 1100, "height": 760}
PORT = "9811"


@contextmanager
def running() -> Iterator[list[str]]:
    """`make run` until the end of the block; the addresses of the things to try, in the order it says them."""
    env = {**os.environ, "PORT": PORT, "PYTHONUNBUFFERED": "1"}
    run = subprocess.Popen([sys.executable, "-m", "tools.run"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    try:
        said = []
        for line in run.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        addresses = re.findall(r"http://\S+", "".join(said).partition("Five things")[2])
        assert len(addresses) == 6, "".join(said)
        yield addresses
    finally:
        run.terminate()
        run.wait(30)


def opened(browser: Browser, size: dict[str, int], *urls: str) -> Page:
    """A page of a fresh profile that has gone from one address to the next."""
    page = browser.new_page(viewport=size, color_scheme="light", locale="fr-CA", reduced_motion="reduce")  # type: ignore[arg-type]
    for url in urls:
        page.goto(url)
    return page


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    with running() as addresses, sync_playwright() as driver:
        golf, member, entrance, door, _tickets, mail = addresses
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        kept(opened(browser, PHONE, golf).screenshot(), folder / "1-foursome.png")
        evening = golf.rpartition("/")[0] + "/caricatures-2027"
        kept(opened(browser, PHONE, member, evening).screenshot(), folder / "2-member.png")
        staff = opened(browser, DESK, entrance)
        staff.locator("main form button").click()
        staff.wait_for_url(lambda url: "/bootstrap/" not in url)
        kept(staff.screenshot(), folder / "3-staff.png")
        staff.set_viewport_size(PHONE)  # type: ignore[arg-type]
        staff.goto(door)
        kept(staff.screenshot(), folder / "4-door.png")
        kept(opened(browser, DESK, mail).screenshot(), folder / "5-mail.png")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
