"""J3 and J4 in a browser: from the form to the ticket, on a phone and at a desk."""

from email import message_from_bytes, policy
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Size
from tests.browser.scenery import post, sign_up
from tests.browser.served import Served
from tests.browser.signing import at_stripe, form_of, named, pay_by, send, total, type_in, unfold_names, who

pytestmark = pytest.mark.browser
COCKTAIL = "caricatures-2027"


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_signup_by_card_from_the_catalogue_ends_with_the_ticket(
    served: Served, open_page: OpenPage, size: Size
) -> None:
    email = f"carte-{size}@example.org"
    page = open_page(size)
    page.goto(served.home)
    page.get_by_role("link", name="La société régionale en caricatures").click()
    page.get_by_role("link", name="S’inscrire").first.click()
    expect(page.locator("#summary")).to_contain_text("97,73")
    who(page, email)
    pay_by(page, "card")
    send(page)
    at_stripe(page, served)

    page.wait_for_url(f"{served.home}/r/**")
    expect(page.get_by_role("heading", level=1)).to_have_text("C’est confirmé")
    expect(page.locator(".ticket")).to_contain_text("Chloé Saint-Fjord")
    assert page.locator(".ticket .qr svg").count() == 1
    letter = served.mail(email, "registration_confirmed")
    assert page.url.split("?")[0] in letter["text"], "the letter holds the personal link"
    assert "97,73" in letter["text"]
    assert any(file["content_type"].startswith("text/calendar") for file in letter["files"])
    [qr] = [file for file in letter["files"] if file["content_type"] == "image/png"]
    assert Image.open(BytesIO(served.file(qr["path"]))).width >= 150
    sent = message_from_bytes(served.file(letter["raw_path"]), policy=policy.default)
    assert sent["Content-Language"] in ("fr", "fr-CA")
    assert served.invariants() == []


def test_card_declined_is_tried_again(served: Served, open_page: OpenPage) -> None:
    page = open_page(allowed=("status of 402",))
    page.goto(form_of(served, COCKTAIL))
    who(page, "refusee@example.org")
    pay_by(page, "card")
    send(page)
    at_stripe(page, served, "decline")
    expect(page.locator("#declined")).to_be_visible()
    at_stripe(page, served)
    expect(page.get_by_role("heading", level=1)).to_have_text("C’est confirmé")


def test_personal_page_says_by_itself_that_it_is_confirmed(served: Served, open_page: OpenPage) -> None:
    signup = sign_up(served, "patience@example.org", "card")
    post(signup.url + "/pay", method="GET")
    sessions = served.stripe.client().v1.checkout.sessions.list({}).data
    [mine] = [session for session in sessions if session.client_reference_id == str(signup.id)]
    page = open_page()
    page.goto(f"{signup.url}?payment=received")
    expect(page.get_by_role("status")).to_contain_text("Paiement reçu, confirmation en cours")
    served.stripe.pay(mine.id)
    expect(page.get_by_role("heading", level=1)).to_have_text("C’est confirmé", timeout=15_000)
    expect(page.locator(".ticket")).to_have_count(2)


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_foursome_by_invoice_is_named_later(served: Served, open_page: OpenPage, size: Size) -> None:
    page = open_page(size)
    page.goto(form_of(served, "tournoi-golf-2027"))
    named(page, "q.golf-quat.non_member").fill("1")
    named(page, "q.golf-quat.non_member").press("Tab")
    unfold_names(page)
    for more in page.locator(".roster-more > summary").all():
        more.click()
    meals = page.get_by_role("group", name="Choix de repas")
    expect(meals).to_have_count(4)
    for n in range(4):
        meals.nth(n).get_by_label("Saumon").check()
    who(page, f"quatuor-{size}@example.org")
    type_in(page, {"company": f"Hydrauliques L’Épinette {size} inc."})
    pay_by(page, "invoice")
    assert total(page) == "965,79 $"
    send(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("C’est confirmé")
    expect(page.locator(".place")).to_have_count(4)
    _name(page, 2, "Rosalie", "Deux-Rives", "rosalie@example.org")
    expect(page.locator("#place-2 .ticket")).to_contain_text("Rosalie Deux-Rives")
    letter = served.mail("rosalie@example.org", "ticket")
    own = next(word for word in letter["text"].split() if f"{served.home}/a/" in word)
    page.goto(own)
    expect(page.locator(".ticket")).to_contain_text("Rosalie Deux-Rives")
    assert "965,79" not in page.inner_text("main").replace("\u00a0", " "), "an attendee sees no amount"
    assert served.invariants() == []


def _name(page: Page, place: int, first: str, last: str, email: str) -> None:
    part = page.locator(f"#place-{place}")
    part.locator("summary").first.click()
    part.get_by_text("Indiquer son nom").click()
    for name, words in (("first_name", first), ("last_name", last), ("email", email)):
        part.locator(f'[name$=".{name}"]').press_sequentially(words)
    part.get_by_role("button", name="Enregistrer").click()


def test_signup_by_card_without_javascript_is_confirmed(served: Served, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto(form_of(served, COCKTAIL))
    who(page, "sans-script@example.org")
    named(page, "q.car.non_member").fill("3")
    page.get_by_role("button", name="Mettre à jour").click()
    unfold_names(page)
    expect(named(page, "a.car.non_member.2.first_name")).to_be_visible()
    assert named(page, "contact.email").input_value() == "sans-script@example.org"
    assert total(page) == "293,19 $"
    named(page, "a.car.non_member.1.first_name").fill("Zoé")
    named(page, "a.car.non_member.1.last_name").fill("Tremblay-Fictive")
    pay_by(page, "card")
    send(page)
    at_stripe(page, served)
    page.wait_for_url(f"{served.home}/r/**")
    expect(page.get_by_role("heading", level=1)).to_have_text("C’est confirmé")
    expect(page.locator(".ticket")).to_have_count(3)
    assert "293,19" in served.mail("sans-script@example.org", "registration_confirmed")["text"]
