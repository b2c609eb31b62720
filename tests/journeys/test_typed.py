"""What people type and paste: understood, or refused beside its field with the limit said, and never cut in silence."""

import pytest

from tests.fakes.house import House, Page
from tests.journeys.signing import COMPANY, sign_up

COCKTAIL = "caricatures-2027"
LONG_ADDRESS = f"marie@{'a' * 60}.{'b' * 60}.{'c' * 60}.example.org"


def signing(house: House, **fields: str) -> Page:
    return sign_up(house.visitor(), COCKTAIL, {"q.car.non_member": "1", **COMPANY, **fields})


@pytest.mark.parametrize(
    "pasted",
    ["chloe@example.org;", "mailto:chloe@example.org", "Chloé <chloe@example.org>", "\ufeffchloe@example.org\u200b"],
)
def test_address_pasted_on_the_form_is_written_to(house: House, pasted: str) -> None:
    page = signing(house, **{"contact.email": pasted})
    assert page.status == 200 and "/r/" in page.url, page.text
    house.settle()
    assert house.mail.to("chloe@example.org")


def test_address_with_an_accent_is_refused_with_a_way_out(house: House) -> None:
    """Most servers refuse it: the confirmation would be lost after « it is on its way »."""
    page = signing(house, **{"contact.email": "hélène.gagné@example.org"})
    assert page.status == 422 and page.has("Donnez-en une sans accent")
    assert page.field("contact.email") == "hélène.gagné@example.org"


def test_address_of_two_hundred_letters_is_used_whole(house: House) -> None:
    """It was cut at 200, and the ticket went to another domain."""
    long = LONG_ADDRESS + ".example.org"
    assert len(long) > 200
    signing(house, **{"contact.email": long})
    house.settle()
    assert {letter["To"].addresses[0].addr_spec for letter in house.mail.letters} >= {long}


def test_address_too_long_is_refused_with_its_limit(house: House) -> None:
    page = signing(house, **{"contact.email": f"{'x' * 65}@example.org"})
    assert page.status == 422 and page.has("254 caractères au plus, dont 64 avant le @")


@pytest.mark.parametrize("field", ["contact.first_name", "contact.last_name", "contact.phone", "company", "code"])
def test_line_too_long_is_refused_beside_its_field_and_kept(house: House, field: str) -> None:
    page = signing(house, **{field: "é" * 201})
    assert page.status == 422 and page.has("200 caractères au plus"), page.text
    assert page.field(field) == "é" * 201


def test_answer_too_long_is_refused_beside_its_field_and_kept(house: House) -> None:
    field = "a.car.non_member.0.answer.q-titre"
    page = signing(house, **{field: "é" * 1001})
    assert page.status == 422 and page.has("1000 caractères au plus"), page.text
    assert page.field(field) == "é" * 1001


@pytest.mark.parametrize("nothing", ["\u200b", "\u2060", "\u00ad", "\u2800", "\u3164"])
def test_name_of_nothing_visible_is_required(house: House, nothing: str) -> None:
    page = signing(house, **{"contact.first_name": nothing})
    assert page.status == 422 and page.has("Indiquez votre prénom.")


def test_api_names_what_is_too_long_as_the_form_does(house: House) -> None:
    person = {"first_name": "\u200b", "last_name": "L" * 201, "email": "zoé@example.org"}
    place = {"first_name": "Z" * 201, "last_name": "Roy", "email": "zoe@", "company": "C" * 201}
    body = {
        "contact": {"first_name": "Chloé", "last_name": "Roy", "email": "Chloé <chloe@example.org>"},
        "items": [{"product": "car", "who": "non_member", "quantity": 2, "attendees": [person, place]}],
        "company": "C" * 201,
        "method": "invoice",
        "contact_attends": False,
        "terms_accepted": True,
    }
    answer = house.clients["registration"].post(f"/api/activities/{COCKTAIL}/registrations", json=body)
    assert (answer.status_code, answer.json()["errors"]) == (
        422,
        {
            "company": "problem.line_too_long",
            "items[0].attendees[0].last_name": "problem.line_too_long",
            "items[0].attendees[0].email": "problem.email_accent",
            "items[0].attendees[1].first_name": "problem.line_too_long",
            "items[0].attendees[1].company": "problem.line_too_long",
            "items[0].attendees[1].email": "problem.email",
        },
    )


def test_personal_page_refuses_what_is_too_long_and_keeps_it(house: House) -> None:
    visitor = house.visitor()
    page = sign_up(visitor, COCKTAIL, {"q.car.non_member": "2", **COMPANY})
    place = page.text.split('id="place-2"')[1].split('action="')[1].split('"')[0]
    fields = {"p2.first_name": "R" * 201, "p2.last_name": "Roy", "p2.email": "Rosalie <rosalie@example.org>;"}
    page = visitor.post(place, fields)
    assert page.status == 422 and page.has("200 caractères au plus")
    assert page.field("p2.first_name") == "R" * 201
    page = visitor.post(place, {**fields, "p2.first_name": "Rosalie"})
    assert page.has("Le changement est enregistré")
    house.settle()
    assert house.mail.to("rosalie@example.org")


ADDRESSES = (
    *("marie@example.org", "marie@entreprise.test", "marie@a.invalid", "marie@localhost", "a" * 65 + "@example.org"),
    *("marie@québec.example.org", "zoe@example", "o'neil@example.org", LONG_ADDRESS),
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_address_has_the_same_verdict_on_the_form_and_in_the_mail(house: House, address: str) -> None:
    """What the form takes leaves; what cannot leave the form refuses."""
    page = signing(house, **{"contact.email": address})
    house.settle()
    reached = bool(house.mail.letters)
    assert (page.status == 200) is reached


def test_name_from_right_to_left_turns_nothing_else(house: House) -> None:
    """Controls that turn a text are taken out; letters that run from right to left stand apart on every page."""
    visitor = house.visitor()
    page = sign_up(visitor, COCKTAIL, {"q.car.non_member": "2", **COMPANY, "contact.first_name": "\u202eדנה\x00"})
    assert page.status == 200 and "\u202e" not in page.text and "\x00" not in page.text
    assert "<bdi>דנה Saint-Fjord</bdi>" in page.text
    house.settle()
    assert house.mail.to("chloe@example.org")


def test_nul_in_an_address_is_no_bug(house: House) -> None:
    client = house.clients["registration"]
    assert client.get("/fr/activites/a%00b").status_code in (404, 422)
    assert client.post("/fr/membre", data={"code": "a\0b"}).status_code == 422
