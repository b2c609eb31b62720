"""Words shared by the browser journeys: how a person fills in the form."""

from playwright.sync_api import Locator, Page

from tests.browser.served import Served

WHO = {"contact.first_name": "Chloé", "contact.last_name": "Saint-Fjord"}


def form_of(served: Served, slug: str, lang: str = "fr") -> str:
    path = f"/fr/activites/{slug}/inscription" if lang == "fr" else f"/en/activities/{slug}/registration"
    return served.home + path


def named(page: Page, name: str) -> Locator:
    """A field by its name."""
    return page.locator(f'[name="{name}"]')


def type_in(page: Page, fields: dict[str, str]) -> None:
    """Key by key, as a person does."""
    for name, value in fields.items():
        field = named(page, name)
        field.click()
        field.press_sequentially(value)


def who(page: Page, email: str) -> None:
    """The contact, and the conditions."""
    type_in(page, {**WHO, "contact.email": email})
    if (box := page.locator('[name="terms_accepted"][type="checkbox"]')).count():
        box.check()


def unfold_names(page: Page) -> None:
    """From three people up the others' names wait in a fold, since they may be given later."""
    page.locator(".fold:has(.roster) > summary").click()


def pay_by(page: Page, method: str) -> None:
    page.locator(f'[name="method"][value="{method}"]').check()


def send(page: Page) -> None:
    page.locator('button[name="action"][value="submit"]').click()


def total(page: Page) -> str:
    """The total as it is being made, in plain spaces."""
    return page.locator("#summary .amount").inner_text().replace("\u00a0", " ")


def at_stripe(page: Page, served: Served, choice: str = "pay") -> None:
    """On the simulated payment page: pay, decline or abandon."""
    page.wait_for_url(f"{served.stripe.base}/**")
    page.locator(f'button[name="action"][value="{choice}"]').click()
