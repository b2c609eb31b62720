"""The form holds on: live totals, the back button, a lost connection, a double click, places gone meanwhile."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.served import Served
from tests.browser.signing import at_stripe, form_of, named, pay_by, send, total, type_in, unfold_names, who

pytestmark = pytest.mark.browser
COCKTAIL, WEBINAR = "caricatures-2027", "webinaire-fraude"
OFFLINE = "ERR_INTERNET_DISCONNECTED"


def signups(served: Served, email: str) -> int:
    query = "SELECT COUNT(*) AS n FROM registration WHERE contact_email = :email"
    return int(served.ask(query, email=email)[0].n)


def kept_drafts(page: Page) -> int:
    return int(page.evaluate("localStorage.length"))


def test_form_total_follows_without_leaving_the_page(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(form_of(served, COCKTAIL))
    type_in(page, {"contact.first_name": "Zoé"})
    page.evaluate("window.samePage = true")
    more = page.get_by_role("button", name="Ajouter").first
    more.click()
    expect(page.locator("#summary .amount")).to_have_text("195,46\u00a0$")
    expect(named(page, "a.car.non_member.1.first_name")).to_be_visible()
    more.press("Enter")
    expect(page.locator(".fold:has(.roster)")).to_be_visible()
    expect(more).to_be_focused()
    unfold_names(page)
    expect(named(page, "a.car.non_member.2.first_name")).to_be_visible()
    assert total(page) == "293,19 $"
    named(page, "q.car.non_member").fill("1")
    named(page, "q.car.non_member").press("Tab")
    expect(named(page, "a.car.non_member.1.first_name")).to_have_count(0)
    assert named(page, "contact.first_name").input_value() == "Zoé"
    assert page.evaluate("window.samePage"), "the page was never loaded again"


def test_form_is_still_filled_in_after_the_back_button(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(form_of(served, COCKTAIL))
    page.get_by_role("button", name="Ajouter").first.click()
    expect(named(page, "a.car.non_member.1.first_name")).to_be_visible()
    who(page, "retour@example.org")
    type_in(page, {"a.car.non_member.1.first_name": "Rosalie", "a.car.non_member.1.last_name": "Deux-Rives"})
    page.get_by_role("link", name="Retour à l’activité").click()
    page.wait_for_url(f"**/{COCKTAIL}")
    page.go_back()
    expect(named(page, "contact.email")).to_have_value("retour@example.org")
    expect(named(page, "a.car.non_member.1.first_name")).to_have_value("Rosalie")

    pay_by(page, "card")
    send(page)
    page.wait_for_url(f"{served.stripe.base}/**")
    page.go_back()
    expect(named(page, "contact.email")).to_have_value("retour@example.org")
    expect(named(page, "a.car.non_member.1.last_name")).to_have_value("Deux-Rives")
    pay_by(page, "card")
    send(page)
    at_stripe(page, served)
    expect(page.locator(".ticket")).to_have_count(2)


def test_form_with_the_connection_lost_keeps_everything(served: Served, open_page: OpenPage) -> None:
    email = "tunnel@example.org"
    page = open_page(allowed=(OFFLINE,))
    page.goto(form_of(served, WEBINAR))
    who(page, email)
    page.context.set_offline(True)
    send(page)
    expect(page.locator(".lost")).to_contain_text("rien n’est perdu")
    assert named(page, "contact.email").input_value() == email
    assert signups(served, email) == 0

    page.context.set_offline(False)
    page.reload()
    expect(page.locator(".draft-line")).to_be_visible()
    expect(named(page, "contact.email")).to_have_value(email)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("C’est confirmé")
    assert signups(served, email) == 1
    assert kept_drafts(page) == 0, "what was sent is not offered again"


@pytest.mark.parametrize("javascript", [True, False])
def test_form_double_clicked_signs_up_once(served: Served, open_page: OpenPage, javascript: bool) -> None:
    email = f"double-{javascript}@example.org".lower()
    page = open_page("desktop", javascript=javascript)
    page.goto(form_of(served, WEBINAR))
    who(page, email)
    page.locator('button[name="action"][value="submit"]').dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("C’est confirmé")
    assert signups(served, email) == 1


def test_form_whose_places_are_gone_stays_filled_in(served: Served, open_page: OpenPage) -> None:
    email = "trop-tard@example.org"
    page = open_page(allowed=("status of 409", "status of 422"))
    page.goto(form_of(served, WEBINAR))
    who(page, email)
    served.resize("webinaire-fraude-2027")
    try:
        send(page)
        expect(page.locator(".error-summary")).to_contain_text("places")
        assert named(page, "contact.email").input_value() == email
        assert signups(served, email) == 0
    finally:
        served.resize("webinaire-fraude-2027", 300)


def test_field_refused_is_named_at_the_top_and_beside_it(served: Served, open_page: OpenPage) -> None:
    page = open_page("desktop", allowed=("status of 422",))
    page.goto(form_of(served, COCKTAIL))
    type_in(page, {"contact.first_name": "Chloé", "contact.email": "chloe@"})
    send(page)
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Cette adresse semble incomplète").click()
    expect(named(page, "contact.email")).to_be_focused()
    assert named(page, "contact.email").get_attribute("aria-invalid") == "true"
    assert named(page, "contact.first_name").input_value() == "Chloé"
