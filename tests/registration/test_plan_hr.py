"""HR's pages of a plan: her own file becomes people covered."""

import io
import re
from typing import Any

import pytest
from pypdf import PdfReader
from starlette.testclient import TestClient

from registration.members.models import Person
from registration.members.rules import Role
from registration.plans.lists.flows import forget_lists
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.registration.plan_lists import (
    SPREADSHEET,
    URL,
    acting_for,
    as_file,
    company_of,
    covered,
    drafts,
    pay,
    recognised,
    send_file,
    shown,
    twelve,
)


@pytest.fixture
def hr(service: Any) -> Person:
    return acting_for(service, "c15", Role.HR)


@pytest.fixture
def page(service: Any, browser: Browser, hr: Person) -> TestClient:
    return recognised(service, browser(), hr)


def test_hr_covers_twelve_people_from_her_own_file(service: Any, page: TestClient, hr: Person) -> None:
    assert send_file(page, SPREADSHEET.content).headers["location"].endswith(f"{URL}/list")
    listed = shown(page, "/list")
    assert "13 lignes lues" in listed and "12 personnes à couvrir" in listed
    assert "Même personne que la ligne 3" in listed and "son code sera sur une fiche à remettre" in listed
    assert all(amount in listed for amount in ("780,00", "39,00", "77,81", "896,81"))
    assert "11 courriels et 1 fiche" in listed
    numbers = [int(number) for number in re.findall(r'id="row-(\d+)"', listed)]
    assert numbers == list(range(2, 15))
    assert pay(page).headers["location"].endswith("?done=covered")
    assert [one.first_name for one in covered(service, hr.company_id)][-1] == "Cœline"
    assert len(covered(service, hr.company_id)) == 12 and drafts(service) == 0
    mine = shown(page)
    assert "12 personnes couvertes" in mine and "Fiche à remettre" in mine and mine.count("Code envoyé") == 11


def test_same_file_sent_again_changes_nothing(page: TestClient) -> None:
    twelve(page)
    send_file(page, SPREADSHEET.content)
    listed = shown(page, "/list")
    assert "Rien à changer" in listed and "0 personne à couvrir" in listed
    assert page.get(f"{URL}/pay").headers["location"].endswith("/add")


def test_company_of_140_people_is_covered_in_one_go(service: Any, browser: Browser) -> None:
    page = recognised(service, browser(), acting_for(service, "c04", Role.DELEGATE))
    people = [[f"Prénom{n}", f"Fictif{n}", f"p{n}@example.org"] for n in range(140)]
    send_file(page, as_file([["First name", "Last name", "E-mail"], *people]))
    listed = shown(page, "/list")
    assert "9 100,00" in listed and "455,00" in listed and "907,73" in listed and "10 462,73" in listed
    refused = pay(page)
    assert refused.status_code == 422 and "bill_to-po_number" in refused.text
    assert pay(page, **{"bill_to.po_number": "BC-104"}).headers["location"].endswith("?done=covered")
    mine = shown(page)
    assert "140 personnes couvertes" in mine and "Page 1 de 2" in mine
    assert shown(page, "?turn=2").count("Code envoyé") == 40


def test_five_sealed_codes_are_five_cards(service: Any, browser: Browser) -> None:
    page = recognised(service, browser(), acting_for(service, "c19", Role.DELEGATE))
    page.post(f"{URL}/add/sealed", data={"sealed": "5"})
    listed = shown(page, "/list")
    assert "325,00" in listed and "373,67" in listed and "5 fiches s’impriment" in listed
    assert pay(page).headers["location"].endswith("?done=covered")
    made = page.get(f"{URL}/cards")
    assert made.headers["content-type"] == "application/pdf" and made.headers["cache-control"] == "no-store"
    pages = [" ".join(one.extract_text().split()) for one in PdfReader(io.BytesIO(made.content)).pages]
    codes = {re.search(r"AIF-[0-9A-Z]{4}-[0-9A-Z]{4}", one)[0] for one in pages}  # type: ignore[index]
    assert len(pages) == 5 and len(codes) == 5
    assert "famille" in pages[0] and "418 555-0190" in pages[0].replace("\u00a0", " ")


def test_list_of_a_company_in_arrears_is_kept(service: Any, browser: Browser) -> None:
    page = recognised(service, browser(), acting_for(service, "c12", Role.DELEGATE))
    send_file(page, SPREADSHEET.content)
    assert "Garder ma liste" in shown(page, "/list")
    assert "dès que la cotisation sera réglée" in shown(page, "/pay")
    assert pay(page).headers["location"].endswith("?done=kept")
    mine = shown(page)
    assert "Votre liste est gardée" in mine and mine.count("Sur la liste, à payer") == 12
    assert covered(service, company_of(service, "c12").id) == []


def test_row_is_corrected_in_place(service: Any, page: TestClient) -> None:
    send_file(page, SPREADSHEET.content)
    page.post(f"{URL}/list/rows/4", data={"do": "email", "email": "kevin@example.org"})
    page.post(f"{URL}/list/rows/10", data={"do": "kept"})
    page.post(f"{URL}/list/rows/14", data={"do": "left_out"})
    edited = {"first_name": "Rémi", "last_name": "Sansnuage-Roy", "email": "remi@example.org", "lang": "en"}
    back = page.post(f"{URL}/list/rows/2", data={"do": "row", **edited})
    assert back.headers["location"].endswith("#row-2")
    listed = shown(page, "/list")
    assert "12 personnes à couvrir" in listed and "12 courriels partent" in listed
    assert "Sansnuage-Roy" in listed and "Retirée" in listed
    assert 'name="first_name" type="text" value="Rémi"' in shown(page, "/list?edit=2")
    assert page.post(f"{URL}/list/rows/99", data={"do": "kept"}).status_code == 404
    assert page.post(f"{URL}/list/rows/{10**30}", data={"do": "kept"}).status_code == 404


def test_list_is_narrowed_to_what_must_be_looked_at(page: TestClient) -> None:
    send_file(page, as_file([["Prénom", "Nom", "Courriel"], ["Zoé", "Roy", "zoe.example.org"], ["Guy", "", ""]]))
    look = shown(page, "/list?show=look")
    assert re.findall(r'id="row-(\d+)"', look) == ["2", "3"]
    assert "Il manque un prénom ou un nom" in look
    assert "Personne à ajouter" in look


def test_columns_that_mean_nothing_are_named(page: TestClient) -> None:
    send_file(page, as_file([["Nom", "Prénom", "Poste"], ["Roy", "Zoé", "Soudure"]]))
    listed = shown(page, "/list")
    assert "Colonne ignorée : Poste" in listed and "Soudure" not in listed


def test_file_without_headings_is_asked_about_and_sent_along(page: TestClient) -> None:
    asked = send_file(page, as_file([["Zoé", "Roy", "zoe@example.org"], ["Guy", "Pic", ""]]))
    assert asked.status_code == 422 and "Zoé" in asked.text
    content = re.search(r'name="content" value="([^"]+)"', asked.text)
    assert content
    chosen = {"content": content[1], "column.0": "first_name", "column.1": "last_name", "column.2": "email"}
    done = page.post(f"{URL}/add/file", data=chosen)
    assert done.headers["location"].endswith("/list") and "2 personnes à couvrir" in shown(page, "/list")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Choisissez un fichier"),
        (b"%PDF-1.7 canari", "pas une feuille de calcul"),
        (as_file([["Pr\u00e9nom", "Nom"]]), "ne nomme personne"),
        (as_file([["Pr\u00e9nom", "Nom"], *([f"p{n}", "Roy"] for n in range(2001))]), "au plus 2 000"),
        (b"Nom;Pr\xe9nom\r\n" + b"x;y\r\n" * 500_000, "au plus 2 Mo"),
        (as_file([["Pr\u00e9nom", "Nom", "NAM"], ["Zo\u00e9", "Roy", "CANA 9501 0199"]]), "(NAM)"),
    ],
    ids=["none", "pdf", "empty", "long", "large", "refused"],
)
def test_file_that_cannot_be_taken_is_one_sentence(
    service: Any, page: TestClient, content: bytes, sentence: str
) -> None:
    refused = send_file(page, content)
    assert refused.status_code in (413, 422)
    assert sentence in refused.text.replace("\u00a0", " ") and "CANA" not in refused.text
    assert drafts(service) == 0


def test_formulas_are_the_text_that_they_are(page: TestClient) -> None:
    send_file(page, as_file([["Prénom", "Nom"], ["=cmd()", "+Roy"]]))
    assert "=cmd() +Roy" in shown(page, "/list")


def test_second_person_of_a_company_is_shown_the_list_of_the_first(
    service: Any, browser: Browser, page: TestClient
) -> None:
    send_file(page, SPREADSHEET.content)
    second = recognised(service, browser(), acting_for(service, "c15", Role.DELEGATE))
    assert "Une liste de 13 lignes est commencée" in shown(second, "/add")
    taken = send_file(second, as_file([["Prénom", "Nom"], ["Autre", "Liste"]]))
    assert taken.headers["location"].endswith("done=theirs")
    assert "12 personnes à couvrir" in shown(second, "/list") and "avait déjà commencé" in shown(
        second, "/list?done=theirs"
    )
    seen = re.search(r'name="seen" value="(\d+)"', second.get(f"{URL}/add").text)
    assert seen
    assert send_file(second, as_file([["Prénom", "Nom"], ["Autre", "Liste"]]), seen=seen[1]).status_code == 303
    assert "1 personne à couvrir" in shown(page, "/list")


def test_purchase_sent_twice_is_made_once(service: Any, page: TestClient, hr: Person) -> None:
    send_file(page, SPREADSHEET.content)
    form = dict(re.findall(r'name="(registration_id|shown_total)" value="([^"]*)"', page.get(f"{URL}/pay").text))
    form |= {"method": "cheque", "terms_accepted": "yes"}
    answers = [page.post(f"{URL}/pay", data=form) for _ in range(2)]
    assert [answer.headers["location"].endswith("?done=covered") for answer in answers] == [True, True]
    assert len(covered(service, hr.company_id)) == 12


def test_purchase_at_another_total_than_shown_is_refused_and_nothing_is_done(service: Any, page: TestClient) -> None:
    send_file(page, SPREADSHEET.content)
    refused = pay(page, shown_total="100")
    assert refused.status_code == 409 and drafts(service) == 14
    again = pay(page, terms_accepted="")
    assert again.status_code == 422 and drafts(service) == 14


def test_list_is_dropped_when_she_says_so_or_nobody_speaks_of_it(
    service: Any, page: TestClient, clock: FakeClock
) -> None:
    send_file(page, SPREADSHEET.content)
    page.post(f"{URL}/list/drop")
    assert drafts(service) == 0
    send_file(page, SPREADSHEET.content)
    clock.advance(days=89)
    assert not forget_lists(service) and drafts(service) == 14
    clock.advance(days=2)
    assert forget_lists(service) and drafts(service) == 0


def test_person_is_added_alone_and_another(page: TestClient) -> None:
    refused = page.post(f"{URL}/add/person", data={"first_name": "Zoé"})
    assert refused.status_code == 422 and 'value="Zoé"' in refused.text
    one = {"first_name": "Zoé", "last_name": "Roy", "email": "Zoe.Roy@example.org", "action": "another"}
    assert page.post(f"{URL}/add/person", data=one).headers["location"].endswith("add?done=added")
    page.post(f"{URL}/add/person", data={"first_name": "Guy", "last_name": "Pic"})
    listed = shown(page, "/list")
    assert "2 personnes à couvrir" in listed and "zoe.roy@example.org" in listed


def test_pages_are_said_in_english_too(page: TestClient) -> None:
    send_file(page, SPREADSHEET.content)
    for address in ("", "/add", "/list", "/pay"):
        assert 'lang="en-CA"' in page.get(f"{URL}{address}?lang=en").text
    assert "12 people to cover" in shown(page, "/list?lang=en")


def test_current_plan_is_where_plans_leads(page: TestClient) -> None:
    assert page.get("/plans").headers["location"].endswith(URL)
