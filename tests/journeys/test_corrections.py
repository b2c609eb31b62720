"""Staff put right a name or an address: under their own name in the history, and written to again where it was lost."""

import re
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from billing.invoices.models import CreditNote, Invoice
from tests.fakes.house import House, Page
from tests.journeys.signing import COMPANY, sign_up
from tests.journeys.test_office import only_registration, page_of, staff

COCKTAIL = "caricatures-2027"
WRONG, RIGHT = "chloe@example.org", "chloe.juste@example.org"
ZOE = {"first_name": "Zoé", "last_name": "Roy", "email": "zoe@example.org"}


@pytest.fixture
def signed_up(house: House) -> UUID:
    """Chloé, who comes herself, with Zoé, who has an address of her own."""
    fields = {f"a.car.non_member.1.{name}": value for name, value in ZOE.items()}
    sign_up(house.visitor(), COCKTAIL, {"q.car.non_member": "2", **COMPANY, "contact.email": WRONG, **fields})
    house.settle()
    return only_registration(house)


NAMES = ("first_name", "last_name", "email")
PARTS = {
    "contact": [f"contact.{name}" for name in (*NAMES, "phone")],
    "billing": ["company", "po_number"],
} | {f"place-{n}": [f"place.{name}" for name in (*NAMES, "company")] for n in (1, 2)}


def opened(house: House, registration: UUID, part: str, role: str = "coordinator") -> Page:
    """The page with one of its parts open."""
    address = f"/staff/registrations/{registration}?edit={part}"
    answer = house.clients["registration"].get(address, headers=staff(house, role))
    assert answer.status_code == 200, answer.text
    return Page(address, 200, answer.text)


def fields_of(house: House, registration: UUID, part: str) -> dict[str, str]:
    """The form as it is shown."""
    page = opened(house, registration, part)
    return {name: page.field(name) for name in (*PARTS[part], "seen")}


def send(house: House, registration: UUID, part: str, role: str = "coordinator", **changed: Any) -> Any:
    return post(house, registration, part, fields_of(house, registration, part) | changed, role)


def post(house: House, registration: UUID, part: str, fields: dict[str, Any], role: str = "coordinator") -> Any:
    headers = staff(house, role) | {"sec-fetch-site": "same-origin", "accept": "text/html"}
    return house.clients["registration"].post(
        f"/staff/registrations/{registration}/edit/{part}", data=fields, headers=headers
    )


def kinds(house: House, address: str) -> list[str]:
    return [letter["X-Message-Key"].split(":")[0] for letter in house.mail.to(address)]


def links(house: House, address: str) -> list[str]:
    return [word for word in house.mail.text(address).split() if "/r/" in word or "/a/" in word]


def test_contact_at_the_right_address_gets_the_confirmation_there(house: House, signed_up: UUID) -> None:
    [old] = links(house, WRONG)
    answer = send(house, signed_up, "contact", **{"contact.email": f"Chloé <{RIGHT}>;"})
    assert answer.status_code == 303 and "corrected-sent" in answer.headers["location"]
    house.settle()
    assert kinds(house, RIGHT) == ["registration_confirmed"]
    assert kinds(house, ZOE["email"]) == ["ticket"], "nothing of hers was wrong"
    page = page_of(house, signed_up)
    assert "Personne-ressource corrigée" in page and "Coordonnatrice fictive" in page
    assert RIGHT in page and WRONG in page, "the history says what it was"
    visitor = house.visitor()
    assert visitor.get(old).status == 404 or not visitor.page.has("Chloé"), "who had the wrong link has none"
    [new] = links(house, RIGHT)
    assert visitor.get(new).has("Zoé Roy")
    assert house.invariants() == []


def test_place_of_the_contact_follows_their_address(house: House, signed_up: UUID) -> None:
    send(house, signed_up, "contact", **{"contact.email": RIGHT})
    assert fields_of(house, signed_up, "place-1")["place.email"] == RIGHT
    assert fields_of(house, signed_up, "place-2")["place.email"] == ZOE["email"]


def test_attendee_corrected_is_the_same_person_with_their_ticket(house: House, signed_up: UUID) -> None:
    house.mail.letters.clear()
    answer = send(house, signed_up, "place-2", **{"place.last_name": "Roy-Lavoie"})
    assert answer.headers["location"].endswith("?part=place-2&done=corrected#place-2")
    house.settle()
    assert house.mail.letters == [], "no letter says that she was replaced"
    page = page_of(house, signed_up)
    assert "Zoé Roy-Lavoie" in page and "Nom ou adresse corrigés" in page and "Nouveau billet" not in page


def test_attendee_at_the_right_address_gets_the_ticket_there(house: House, signed_up: UUID) -> None:
    send(house, signed_up, "place-2", **{"place.email": "zoe.juste@example.org"})
    house.settle()
    assert kinds(house, "zoe.juste@example.org") == ["ticket"]
    assert kinds(house, WRONG).count("registration_confirmed") == 1


def test_correction_that_cannot_be_made_keeps_the_form(house: House, signed_up: UUID) -> None:
    wrong = {"contact.email": "hélène@example.org", "contact.first_name": ""}
    answer = send(house, signed_up, "contact", **wrong)
    text = answer.text.replace("\u00a0", " ")
    assert answer.status_code == 422
    assert "Donnez-en une sans accent" in text and "Prénom :" in text
    assert 'value="hélène@example.org"' in text
    answer = send(house, signed_up, "place-2", **{"place.email": "zoe@", "place.first_name": ""})
    text = answer.text.replace("\u00a0", " ")
    assert answer.status_code == 422
    assert "Courriel : Cette adresse semble incomplète" in text and "Prénom :" in text and 'value="zoe@"' in text
    assert fields_of(house, signed_up, "contact")["contact.email"] == WRONG
    assert fields_of(house, signed_up, "place-2")["place.email"] == ZOE["email"]


def test_correction_that_changes_nothing_writes_nothing(house: House, signed_up: UUID) -> None:
    house.mail.letters.clear()
    for part in PARTS:
        assert send(house, signed_up, part).status_code == 303
    house.settle()
    assert house.mail.letters == []
    assert "corrigée" not in page_of(house, signed_up).split("Historique")[-1]


@pytest.mark.parametrize("role", ["door", "accountant"])
def test_correction_is_for_those_who_write_to_people(house: House, signed_up: UUID, role: str) -> None:
    fields = fields_of(house, signed_up, "contact") | {"contact.email": RIGHT}
    assert post(house, signed_up, "contact", fields, role).status_code == 403


def test_correction_by_api_answers_how_many_letters(house: House, signed_up: UUID) -> None:
    address, headers = f"/api/staff/registrations/{signed_up}", staff(house, "coordinator")
    client = house.clients["registration"]
    zoe = client.get(address, headers=headers).json()["attendees"][1]["id"]
    body = {"attendees": [{"id": zoe, **ZOE, "email": "zoe.juste@example.org"}]}
    once = headers | {"Idempotency-Key": "correct-1", "sec-fetch-site": "same-origin"}
    for _ in range(2):
        answer = client.post(f"{address}/corrections", json=body, headers=once)
        assert (answer.status_code, answer.json()) == (200, {"messages": 1})
    wrong = {
        "contact": {"first_name": "", "last_name": "L" * 201, "email": "a@b"},
        "attendees": [{"id": zoe, "email": "x"}],
    }
    answer = client.post(f"{address}/corrections", json=wrong, headers=headers | {"sec-fetch-site": "same-origin"})
    assert (answer.status_code, answer.json()["errors"]) == (
        422,
        {
            "contact.first_name": "problem.required",
            "contact.last_name": "problem.line_too_long",
            "contact.email": "problem.email",
            "attendees[0].email": "problem.email",
        },
    )
    foreign = {"attendees": [{"id": str(signed_up)}]}
    assert (
        client.post(
            f"{address}/corrections", json=foreign, headers=headers | {"sec-fetch-site": "same-origin"}
        ).status_code
        == 404
    )
    house.settle()
    assert kinds(house, "zoe.juste@example.org") == ["ticket"]


def order_page(house: House, order: UUID) -> str:
    """What the accountant sees of whom it is made out to, after its amounts."""
    headers = staff(house, "accountant") | {"accept": "text/html"}
    answer = house.clients["billing"].get(f"/staff/orders/{order}", headers=headers)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def order(house: House, order: UUID) -> dict[str, Any]:
    answer = house.clients["billing"].get(f"/api/orders/{order}", headers=staff(house, "accountant"))
    return dict(answer.json())


def test_corrected_contact_is_the_buyer_from_now_on(house: House, signed_up: UUID) -> None:
    """Billing learns it; the invoice that was issued says what it said."""
    before = order(house, signed_up)
    assert before["documents"] and f"mailto:{WRONG}" in order_page(house, signed_up)
    send(house, signed_up, "contact", **{"contact.email": RIGHT, "contact.last_name": "Saint-Fjord-Roy"})
    house.settle()
    page = order_page(house, signed_up)
    assert f"mailto:{RIGHT}" in page and "Chloé Saint-Fjord-Roy" in page and WRONG not in page
    assert order(house, signed_up) == before
    found = house.clients["billing"].get(
        "/api/orders", params={"search": "fjord roy"}, headers=staff(house, "accountant")
    )
    assert str(signed_up) in found.text
    assert house.invariants() == []


def test_correction_of_people_alone_tells_billing_nothing(house: House, signed_up: UUID) -> None:
    before = order_page(house, signed_up)
    send(house, signed_up, "place-2", **{"place.last_name": "Roy-Lavoie"})
    send(house, signed_up, "contact", **{"contact.phone": "418 555-0155"})
    house.settle()
    keys = re.compile(r'name="key" value="[^"]+"|<code>[^<]+</code>')
    assert keys.sub("", order_page(house, signed_up)) == keys.sub("", before)


def test_signup_that_waits_for_its_contact_can_be_corrected(house: House) -> None:
    """The letter that asks to confirm went to a wrong address: it goes to the right one, with a link that opens."""
    sign_up(
        house.visitor(),
        COCKTAIL,
        {"q.car.non_member": "12", **COMPANY, "contact.email": WRONG, "contact_attends": ""},
    )
    house.settle()
    registration = only_registration(house)
    assert kinds(house, WRONG) == ["registration_to_confirm"]
    [old] = [word for word in house.mail.text(WRONG).split() if "/confirm/" in word]
    assert f"{registration}?edit=contact" in page_of(house, registration)
    headers = staff(house, "coordinator") | {"sec-fetch-site": "same-origin"}
    contact = {"first_name": "Chloé", "last_name": "Juste", "email": RIGHT}
    address = f"/api/staff/registrations/{registration}/corrections"
    answer = house.clients["registration"].post(address, json={"contact": contact}, headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"messages": 1}), answer.text
    house.settle()
    assert kinds(house, RIGHT) == ["registration_to_confirm"]
    [new] = [word for word in house.mail.text(RIGHT).split() if "/confirm/" in word]
    visitor = house.visitor()
    assert visitor.get(old).status == 404 and visitor.get(new).status == 200
    assert visitor.post(new, {}).status == 200
    house.settle()
    assert f"mailto:{RIGHT}" in order_page(house, registration)
    assert {"registration_confirmed", "invoice_issued"} <= set(kinds(house, RIGHT)), "all that follows goes there"
    assert house.invariants() == []


def buyer_on(house: House, registration: UUID) -> dict[str, Any]:
    """Whom the newest document of an order is made out to."""
    with house.apps["billing"].state.service.db.read() as session:
        for kind in (CreditNote, Invoice):
            newest = select(kind.body).where(kind.order_id == registration).order_by(kind.number.desc())
            if (body := session.exec(newest).first()) is not None:
                return dict(body["buyer"])
    raise AssertionError("no document")


def test_company_and_order_number_are_on_what_is_issued_after_them(house: House, signed_up: UUID) -> None:
    """The invoice that was issued keeps what it says, and the page says so; the credit note has what is right."""
    before = buyer_on(house, signed_up)
    page = opened(house, signed_up, "billing")
    assert page.has("La facture F-2027-00001 est émise : elle ne change jamais.")
    send(house, signed_up, "billing", company="Fonderie Noël", po_number="PO-1044")
    house.settle()
    assert buyer_on(house, signed_up) == before
    ordered = order_page(house, signed_up)
    assert "Fonderie Noël" in ordered and "PO-1044" in ordered
    found = house.clients["billing"].get(
        "/api/orders", params={"search": "po-1044"}, headers=staff(house, "accountant")
    )
    assert str(signed_up) in found.text
    headers = staff(house, "coordinator") | {"sec-fetch-site": "same-origin"}
    house.clients["registration"].post(f"/api/staff/registrations/{signed_up}/cancel", json={}, headers=headers)
    house.settle()
    after = buyer_on(house, signed_up)
    assert (after["company"], after["po_number"]) == ("Fonderie Noël", "PO-1044") and before["po_number"] == ""
    assert house.invariants() == []


def test_note_is_in_no_letter_and_nowhere_at_the_siblings(house: House, signed_up: UUID) -> None:
    fields = {"note": "Canari : rappeler lundi.", "seen": ""}
    page = opened(house, signed_up, "note")
    answer = post(house, signed_up, "note", fields | {"seen": page.field("seen")})
    assert answer.status_code == 303
    house.clients["registration"].post(
        f"/staff/registrations/{signed_up}/resend",
        headers=staff(house, "coordinator") | {"sec-fetch-site": "same-origin"},
    )
    house.settle()
    assert all("Canari" not in letter.as_string() for letter in house.mail.letters)
    assert "Canari" not in order_page(house, signed_up) and "Canari" in page_of(house, signed_up)
