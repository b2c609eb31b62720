"""The door in Chromium: a ticket held before the camera, read from the picture in the mail; others are refused."""

import uuid
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
import segno
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Launch, OpenPage
from tests.browser.served import Served
from tests.browser.signing import at_stripe, form_of, named, pay_by, send, type_in, who
from tests.fakes.stripe_server import until
from tests.fakes.video import video_of

pytestmark = pytest.mark.browser
COCKTAIL = "caricatures-2027"
SignIn = Callable[[Page], Page]


@pytest.fixture
def filming(launch: Launch, open_page: OpenPage, tmp_path: Path) -> OpenPage:
    """`filming(png)` is a phone whose camera films this picture and nothing else."""

    def film(png: bytes) -> Page:
        video = video_of(png, tmp_path / f"{uuid.uuid4()}.y4m")
        flags = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
        camera = launch(*flags, f"--use-file-for-fake-video-capture={video}")
        return open_page("phone", browser=camera, permissions=["camera"], allowed=("net::ERR_FAILED",))

    return film


def ticket_in_the_mail(served: Served, page: Page, email: str, slug: str = COCKTAIL, invoice: bool = True) -> bytes:
    """Sign up on the page; the picture of the QR in the letter that arrives."""
    page.goto(form_of(served, slug))
    who(page, email)
    if invoice:
        type_in(page, {"company": "Usinage Valbrume inc."})
        pay_by(page, "invoice")
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("C’est confirmé")
    letter = served.mail(email, "registration_confirmed")
    [qr] = [file for file in letter["files"] if file["content_type"] == "image/png"]
    return served.file(qr["path"])


def door_of(served: Served, key: str = COCKTAIL) -> str:
    return f"{served.home}/staff/check-in/{served.id_of('activity', key)}"


def arrived(page: Page) -> int:
    return int(page.locator("#counter strong").inner_text().split("/")[0])


def test_ticket_of_the_mail_is_scanned(served: Served, open_page: OpenPage, filming: OpenPage, sign_in: SignIn) -> None:
    picture = ticket_in_the_mail(served, open_page(), "porte@example.org")
    page = sign_in(filming(picture))
    page.goto(door_of(served))
    before = arrived(page)
    answer = page.locator(".answer.good")
    expect(answer.get_by_role("heading")).to_have_text("Bienvenue!")
    expect(answer).to_contain_text("Chloé Saint-Fjord")
    expect(answer).to_contain_text("Usinage Valbrume inc.")
    expect(page.get_by_role("link", name="Suivant")).to_be_focused()
    page.get_by_role("link", name="Suivant").click()
    expect(answer).to_have_count(0)
    expect(page.locator("#latest li").first).to_contain_text("Chloé Saint-Fjord")
    assert arrived(page) == before + 1

    page.goto(door_of(served))
    again = page.locator(".answer.warn")
    expect(again.get_by_role("heading")).to_have_text("Arrivée déjà notée")
    expect(again).to_contain_text("Entrée, par")
    again.get_by_role("button", name="Annuler").click()
    expect(page.get_by_text("L’arrivée est annulée")).to_be_visible()
    assert arrived(page) == before, "and the ticket still in front of the camera is not let in by itself"
    assert served.invariants() == []


def test_ticket_of_another_activity_is_refused(
    served: Served, open_page: OpenPage, filming: OpenPage, sign_in: SignIn
) -> None:
    picture = ticket_in_the_mail(served, open_page(), "ailleurs@example.org", "webinaire-fraude", invoice=False)
    page = sign_in(filming(picture))
    page.goto(door_of(served))
    expect(page.locator(".answer.warn").get_by_role("heading")).to_have_text("Autre activité")
    expect(page.locator(".answer")).to_contain_text("stratagèmes de fraude")
    expect(page.get_by_role("button", name="Annuler")).to_have_count(0)


def test_qr_code_that_is_no_ticket_is_refused(served: Served, filming: OpenPage, sign_in: SignIn) -> None:
    picture = BytesIO()
    segno.make("https://example.org/T/NOT-A-TICKET").save(picture, kind="png", scale=8)
    page = sign_in(filming(picture.getvalue()))
    page.goto(door_of(served))
    expect(page.locator(".answer.bad").get_by_role("heading")).to_have_text("Billet inconnu")


def test_scan_with_the_connection_lost_stays_and_counts_once(
    served: Served, open_page: OpenPage, filming: OpenPage, sign_in: SignIn
) -> None:
    """The first gesture reaches the server but its answer is lost; the phone sends the same one again."""
    picture = ticket_in_the_mail(served, open_page(), "perdue@example.org")
    page = sign_in(filming(picture))
    lost: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.request.post_data or "")
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(f"{door_of(served)}*", lose)
    page.goto(door_of(served))
    expect(page.get_by_text("Connexion perdue")).to_be_visible()
    expect(page.locator(".answer.good").get_by_role("heading")).to_have_text("Bienvenue!")
    rows = served.ask(
        "SELECT a.email FROM check_in c JOIN attendee a ON a.id = c.attendee_id WHERE a.email = :to",
        to="perdue@example.org",
    )
    assert lost and len(rows) == 1


def test_ticket_field_without_a_script_does_everything(served: Served, open_page: OpenPage, sign_in: SignIn) -> None:
    ticket_in_the_mail(served, open_page(), "porte-sans-script@example.org")
    page = sign_in(open_page(javascript=False))
    page.goto(door_of(served))
    expect(page.get_by_role("button", name="Lire un billet")).to_be_hidden()
    [row] = served.ask("SELECT code FROM attendee WHERE email = :to", to="porte-sans-script@example.org")
    named(page, "typed").fill("saint fjord")
    named(page, "typed").press("Enter")
    expect(page.locator(".people").first).to_contain_text("Chloé Saint-Fjord")
    named(page, "typed").fill(row.code)
    named(page, "typed").press("Enter")
    expect(page.get_by_role("heading", name="Bienvenue!")).to_be_visible()
    page.get_by_role("link", name="Suivant").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("caricatures")


def test_walk_in_pays_by_card_on_their_own_phone(served: Served, open_page: OpenPage, sign_in: SignIn) -> None:
    """No address is given; the staff's page sees the payment by itself."""
    staff, guest = sign_in(open_page()), open_page()
    staff.goto(f"{door_of(served)}/walk-in")
    type_in(staff, {"first_name": "Luc", "last_name": "Passant"})
    pay_by(staff, "card")
    staff.get_by_role("button", name="Inscrire et noter l’arrivée").click()
    expect(staff.get_by_text("En attente du paiement")).to_be_visible()
    guest.goto(str(staff.get_by_role("link", name="Payer sur cet appareil").get_attribute("href")))
    at_stripe(guest, served)
    guest.wait_for_url(f"{served.home}/r/**")
    staff.get_by_role("button", name="Accueillir").click(timeout=20_000)
    expect(staff.locator(".answer.good")).to_contain_text("Luc Passant")
    assert served.invariants() == []


def test_walk_in_pays_cash_at_the_door(served: Served, open_page: OpenPage, sign_in: SignIn) -> None:
    page = sign_in(open_page(javascript=False))
    page.goto(f"{door_of(served)}/walk-in")
    type_in(page, {"first_name": "Zoé", "last_name": "Comptant"})
    pay_by(page, "cash")
    page.get_by_role("button", name="Inscrire et noter l’arrivée").click()
    expect(page.locator(".answer.good")).to_contain_text("À percevoir\u00a0: 109,25\u00a0$ comptant")
    known = "SELECT 1 FROM registration WHERE contact_last = 'Comptant' AND paid_at IS NOT NULL"
    until(lambda: served.ask(known), "billing says it is paid", 20)
    [payment] = served.ask("SELECT amount, rounding FROM payment WHERE method = 'cash'", "billing")
    assert (payment.amount, payment.rounding) == (10925, 2), "the coins that were taken; what they pay is not rounded"
    assert served.invariants() == []


def test_door_is_worked_with_a_hand_held_scanner_alone(served: Served, open_page: OpenPage, sign_in: SignIn) -> None:
    """It types a ticket wherever the focus is and ends with Enter; Enter alone goes on, and the field is ready."""
    page, ticket = sign_in(open_page()), "hppts;ééexample.orgéTé" + "x" * 55
    answer, field = page.locator(".answer.bad"), page.get_by_label("Code, nom ou entreprise")
    page.goto(door_of(served))
    page.get_by_role("heading", level=1).click()
    page.keyboard.type(ticket)
    page.keyboard.press("Enter")
    expect(answer).to_contain_text("Billet inconnu")
    expect(page.get_by_role("link", name="Suivant")).to_be_focused()
    page.keyboard.press("Enter")
    expect(answer).to_have_count(0)
    expect(field).to_be_focused()
    page.keyboard.type(ticket)
    page.keyboard.press("Enter")
    expect(answer).to_contain_text("Billet inconnu")
    first = page.url
    page.keyboard.type(ticket)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(answer).to_contain_text("Billet inconnu")
    assert page.url == first
