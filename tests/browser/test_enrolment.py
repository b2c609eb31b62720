"""An HR person who was never told anything enrols her people from her own spreadsheet, and replaces one of them."""

import time

import pytest
from playwright.sync_api import expect

from registration.members.rules import Role
from tests.browser.conftest import OpenPage, Size
from tests.browser.looking import violations
from tests.browser.served import Served
from tests.registration.plan_lists import PLAN, SPREADSHEET, acting_for

pytestmark = pytest.mark.browser
# What the file holds, as her program saved it: windows-1252, between semicolons.
FILE = {"name": SPREADSHEET.name, "mimeType": "text/csv", "buffer": SPREADSHEET.content}
# How long she looks at each screen before she knows what to do, in seconds, beside what the pages take.
LOOKING, TARGET = 12, 180


def link(served: Served, company: str) -> str:
    service = served.apps["registration"].state.service
    person = acting_for(service, company, Role.HR, Role.DELEGATE)
    return str(service.links.person(person.id, person.link_version))


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("javascript", [True, False])
def test_hr_enrols_twelve_people_from_her_file_within_three_minutes(
    served: Served, open_page: OpenPage, size: Size, javascript: bool
) -> None:
    company = {("phone", True): "c05", ("desktop", True): "c06", ("phone", False): "c07", ("desktop", False): "c08"}
    page = open_page(size, javascript=javascript)
    begun, screens = time.monotonic(), 0

    def looked() -> None:
        nonlocal screens
        screens += 1
        if javascript:
            assert violations(page) == []

    page.goto(link(served, company[size, javascript]))
    looked()
    page.get_by_role("link", name="Ouvrir – Programme d’aide aux employés").click()
    looked()
    page.get_by_role("link", name="Ajouter des personnes").click()
    looked()
    page.set_input_files('input[type="file"]', FILE)  # type: ignore[arg-type]  # a payload is a dict to playwright
    page.get_by_role("button", name="Lire le fichier").click()
    expect(page.get_by_role("heading", name="12 personnes à couvrir")).to_be_visible()
    looked()
    page.get_by_role("link", name="Continuer vers le paiement").click()
    looked()
    page.get_by_label("Par chèque").check()
    page.get_by_label("J’accepte").check()
    page.get_by_role("button", name="Couvrir 12 personnes").click()
    expect(page.get_by_role("heading", name="12 personnes couvertes")).to_be_visible()
    looked()
    assert page.locator(".roll > li").count() == 12
    assert time.monotonic() - begun + screens * LOOKING < TARGET


def test_hr_replaces_somebody_in_two_clicks(served: Served, open_page: OpenPage) -> None:
    page = open_page("phone")
    page.goto(link(served, "c09") + f"?next=/plans/{PLAN}/add")
    page.get_by_text("Une personne à la fois").click()
    page.get_by_label("Prénom").fill("Nadia")
    page.get_by_label("Nom", exact=True).fill("Belarbre")
    page.get_by_role("button", name="Ajouter et voir la liste").click()
    page.get_by_role("link", name="Continuer vers le paiement").click()
    page.get_by_label("J’accepte").check()
    page.get_by_role("button", name="Couvrir 1 personne").click()
    page.get_by_role("link", name="Remplacer Nadia Belarbre").click()
    page.get_by_label("Prénom").fill("Łukasz")
    page.get_by_label("Nom", exact=True).fill("Ŵœłowski")
    page.get_by_role("button", name="Remplacer").click()
    expect(page.get_by_text("C’est remplacé.")).to_be_visible()
    assert page.locator(".roll > li").count() == 1
    assert "Łukasz Ŵœłowski" in page.locator(".roll > li").inner_text()
    page.go_back()
    expect(page.get_by_role("heading", name="Nadia Belarbre")).to_be_visible()


def test_hr_goes_back_and_finds_her_list_as_she_left_it(served: Served, open_page: OpenPage) -> None:
    page = open_page("phone")
    page.goto(link(served, "c10") + f"?next=/plans/{PLAN}/add")
    page.set_input_files('input[type="file"]', FILE)  # type: ignore[arg-type]  # a payload is a dict to playwright
    page.get_by_role("button", name="Lire le fichier").click()
    page.get_by_label("Courriel de Kévin Hautemarée").fill("kevin@example.org")
    page.locator("#row-4").get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="Continuer vers le paiement").click()
    page.go_back()
    expect(page.get_by_role("heading", name="12 personnes à couvrir")).to_be_visible()
    page.goto(f"{served.home}/plans/{PLAN}")
    page.get_by_role("link", name="Continuer", exact=True).click()
    expect(page.locator("#row-4")).to_contain_text("kevin@example.org")


def test_hr_pays_by_card_and_comes_back_to_whom_she_covers(served: Served, open_page: OpenPage) -> None:
    page = open_page("phone")
    page.goto(link(served, "c11") + f"?next=/plans/{PLAN}/add?lang=fr")
    page.get_by_text("Des codes sans nom").click()
    page.locator('[name="sealed"]').fill("3")
    page.get_by_role("button", name="Mettre sur la liste").click()
    page.get_by_role("link", name="Continuer vers le paiement").click()
    page.get_by_label("Par carte").check()
    page.get_by_label("J’accepte").check()
    page.get_by_role("button", name="Couvrir 3 personnes").click()
    page.wait_for_url("**/c/pay/**")
    page.locator("button").first.click()
    page.get_by_role("link", name="Mon programme").click()
    expect(page.get_by_role("heading", name="3 personnes couvertes")).to_be_visible()
    expect(page.get_by_role("link", name="Les 3 fiches à remettre")).to_be_visible()
