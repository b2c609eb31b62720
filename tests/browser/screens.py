"""`make screens`: the eight pictures of docs/screens/, at two widths, light and dark, from the running product.

Names are the sample's. What is in front is what a person sees first: a picture is one screen, not a whole page.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

import billing
import notify
import registration
from kit import migrate
from kit.db import Database
from kit.text import fold
from tests.browser.conftest import CHROMIUM, QUIET, SIZES
from tests.browser.scenery import COCKTAIL, Scenery, Signup, built, sign_up
from tests.browser.served import BOOTSTRAP, Served
from tests.browser.signing import at_stripe, form_of, pay_by, send, who

FOLDER = Path(__file__).parents[2] / "docs" / "screens"
LARGEST = 250_000
PACKAGES: dict[str, Any] = {"registration": registration, "billing": billing, "notify": notify}
PEOPLE = (
    ("Rosalie", "Deux-Rives", "Usinage Valbrume inc."),
    ("Mathis", "Grand-Détour", "Hydrauliques L’Épinette inc."),
    ("Inès", "Boisneige", "Boisneige Énergie inc."),
    ("Élie", "Saint-Fjord", "Fonderie des Deux-Rives ltée"),
    ("Maélie", "Tourbillon", "Formation Tourbillon inc."),
    ("Zacharie", "L’Anse-Creuse", "Transport Cap-au-Leste inc."),
    ("Noémie", "Valbrume", "Usinage Valbrume inc."),
    ("Samuel", "Cap-au-Leste", "Transport Cap-au-Leste inc."),
)


@contextmanager
def house() -> Iterator[Served]:
    """The product with fresh databases."""
    with tempfile.TemporaryDirectory() as folder:

        def database(service: str) -> str:
            url = f"sqlite:///{folder}/{service}.db"
            db = Database(url)
            migrate.upgrade(db, Path(str(PACKAGES[service].__file__)).parent / "migrations")
            db.close()
            return url

        with Served(database) as served:
            yield served


class Album:
    """Takes each picture at both widths, light and dark."""

    def __init__(self, browser: Browser, folder: Path, state: Any = None) -> None:
        self._browser, self._folder, self._state = browser, folder, state

    def take(self, name: str, pose: Callable[[Page], None]) -> None:
        for size, view in SIZES.items():
            for scheme in ("light", "dark"):
                context = self._browser.new_context(
                    viewport=view,  # type: ignore[arg-type]
                    color_scheme=scheme,
                    locale="fr-CA",
                    reduced_motion="reduce",
                    device_scale_factor=2 if size == "phone" else 1,
                    storage_state=self._state,
                )
                page = context.new_page()
                pose(page)
                page.wait_for_timeout(150)
                kept(page.screenshot(), self._folder / f"{name}-{view['width']}-{scheme}.png")
                context.close()


def kept(picture: bytes, path: Path) -> None:
    """Small enough to travel with the sources."""
    path.parent.mkdir(parents=True, exist_ok=True)
    small = Image.open(BytesIO(picture)).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    assert path.stat().st_size < LARGEST, f"{path.name} is {path.stat().st_size} bytes"


def signed_in(browser: Browser, served: Served) -> Any:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{served.home}/staff/bootstrap/{BOOTSTRAP}")
    page.locator("main form button").click()
    page.wait_for_url(lambda url: "/bootstrap/" not in url)
    state = context.storage_state()
    context.close()
    return state


def crowd(served: Served) -> list[Signup]:
    """Enough people for lists to look as they do."""
    made = []
    for n, (first, last, company) in enumerate(PEOPLE):
        email = f"{fold(first)}.{fold(last)}@example.org".replace(" ", "-")
        made.append(sign_up(served, email, "invoice", 1 + n % 4, first=first, last=last, company=company))
    return made


def public(album: Album, served: Served, scenery: Scenery) -> None:
    def refused(page: Page) -> None:
        page.goto(form_of(served, COCKTAIL))
        page.locator('[name="contact.first_name"]').fill("Rosalie")
        page.locator('[name="contact.last_name"]').fill("Deux-Rives")
        page.locator('[name="contact.email"]').fill("rosalie@")
        pay_by(page, "card")
        send(page)
        page.locator(".error-summary").wait_for()

    def back(page: Page) -> None:
        page.goto(form_of(served, COCKTAIL))
        who(page, "chloe@example.org")
        pay_by(page, "card")
        send(page)
        at_stripe(page, served)
        page.locator(".ticket").wait_for()

    def personal(page: Page) -> None:
        page.goto(scenery.signups["confirmed"].url)
        page.locator("#place-2 summary").click()
        page.locator("#place-2").scroll_into_view_if_needed()
        page.evaluate("document.querySelector('#place-2').scrollIntoView()")

    album.take("1-catalogue", lambda page: open_at(page, f"{served.home}/fr"))
    album.take("2-activity", lambda page: open_at(page, f"{served.home}/fr/activites/{COCKTAIL}"))
    album.take("3-form-with-an-error", refused)
    album.take("4-return-from-payment", back)
    album.take("5-personal-page", personal)


def staff(album: Album, served: Served, scenery: Scenery, one: Signup) -> None:
    activity = scenery.activity()
    # Those who are welcome: not the walk-in who waits for a card, nor the places that have no name.
    expected = (
        "SELECT a.code FROM attendee a JOIN registration r ON r.id = a.registration_id WHERE r.method = 'invoice' "
        "AND r.status = 'confirmed' AND a.first_name NOT IN ('', 'Chloé') ORDER BY a.code"
    )
    arriving = iter(served.ask(expected))

    def answer(page: Page) -> None:
        page.goto(f"{served.home}/staff/check-in/{activity}")
        page.locator('[name="typed"]').fill(next(arriving).code)
        page.locator('[name="typed"]').press("Enter")
        page.locator(".answer").wait_for()

    album.take("6-staff-activity", lambda page: open_at(page, f"{served.home}/staff/activities/{activity}"))
    album.take("7-registration", lambda page: open_at(page, f"{served.home}/staff/registrations/{one.id}"))
    album.take("8-check-in-answer", answer)


def open_at(page: Page, url: str) -> None:
    page.goto(url)


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    with house() as served, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        scenery, people = built(served, states=False), crowd(served)
        staff(Album(browser, folder, signed_in(browser, served)), served, scenery, people[1])
        public(Album(browser, folder), served, scenery)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
