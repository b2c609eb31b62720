"""A link that only a letter says: whatever is wrong with it, the answer is one, and tells nothing of what there is."""

import re
import uuid

import pytest

from tests.fakes.house import House
from tests.journeys.signing import COMPANY, sign_up

COCKTAIL = "caricatures-2027"
HTML = {"accept": "text/html"}
OTHER = "018f0000-0000-7000-8000-000000000000"
# What differs from one answer to the next, whatever was asked: the request's id, and the page in the other language.
OWN = re.compile(r'(?<=<code>)[^<]+(?=</code>)|(?<=href=")[^"]+\?lang=en(?=")')


def answers(house: House, service: str, addresses: list[str], method: str = "GET") -> set[tuple[int, str, str]]:
    """Status, headers and body of each, without what differs whatever was asked."""
    seen = set()
    for address in addresses:
        answer = house.clients[service].request(method, address, headers=HTML)
        headers = {
            name: value for name, value in answer.headers.items() if name not in ("x-request-id", "content-length")
        }
        seen.add((answer.status_code, str(sorted(headers.items())), OWN.sub("", answer.text)))
    return seen


def wrong(path: str, known: str, token: str) -> list[str]:
    """A known id with a wrong token, an unknown one with a token that is right elsewhere, and what is no id at all."""
    return [path.format(*one) for one in ((known, token[:-1]), (known, "é"), (OTHER, token), ("not-an-id", token))]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("GET", "/r/{}/{}"), ("GET", "/a/{}/{}"), ("GET", "/confirm/{}/{}"), ("GET", "/m/{}/{}")),
        *(("POST", "/a/{}/{}"), ("POST", "/confirm/{}/{}"), ("GET", "/r/{}/{}/cancel"), ("POST", "/r/{}/{}/let-go")),
    ],
)
def test_wrong_link_of_any_kind_has_one_answer(house: House, method: str, path: str) -> None:
    page = sign_up(house.visitor(), COCKTAIL, {"q.car.non_member": "1", **COMPANY})
    assert page.status == 200
    registration, token = page.url.partition("?")[0].split("/")[-2:]
    [(status, _, text)] = answers(house, "registration", wrong(path, registration, token), method)
    assert status == 404 and "plus valide" in text


def test_wrong_link_to_pay_has_one_answer(house: House) -> None:
    page = sign_up(house.visitor(), COCKTAIL, {"q.car.non_member": "1", **COMPANY})
    house.settle()
    registration, token = page.url.partition("?")[0].split("/")[-2:]
    for verb in ("pay", "return"):
        [(status, _, text)] = answers(house, "billing", wrong(f"/{verb}/{{}}/{{}}", registration, token))
        assert status == 404 and "plus valide" in text


def test_wrong_link_to_a_ticket_or_a_password_has_one_answer(house: House) -> None:
    [(status, _, text)] = answers(house, "registration", ["/T/AAAA", "/T/é", "/T/" + "A" * 55, "/staff/password/a.b.c"])
    assert status == 404 and "plus valide" in text


def test_wrong_link_of_a_program_has_one_answer(house: House) -> None:
    page = sign_up(house.visitor(), COCKTAIL, {"q.car.non_member": "1", **COMPANY})
    registration = page.url.partition("?")[0].split("/")[-2]
    client, told = house.clients["registration"], set()
    for one in (registration, str(uuid.UUID(int=7)), "not-an-id"):
        for header in ({}, {"X-Link-Token": "é".encode()}, {"X-Link-Token": "A" * 24}):
            for verb in ("state", "attendees", "answers"):
                answer = client.get(f"/api/registrations/{one}/{verb}", headers=header)
                body = {name: value for name, value in answer.json().items() if name != "request_id"}
                told.add((answer.status_code, str(body)))
    assert len(told) == 1 and told.pop()[0] == 404


@pytest.mark.parametrize("word", ["<script>ZZ</script>", "SECRET", "q-046-454-286"])
def test_malformed_request_never_repeats_a_key_that_was_sent(house: House, word: str) -> None:
    person = {"first_name": "Z", "answers": {word: 7}, "add_ons": {word: "x"}, word: 1}
    item = {"product": word, "quantity": 1, "attendees": [person], word: 1}
    body = {"contact": {"first_name": "Chloé", word: 1}, "items": [item], word: 1, "answers": {word: {"a": 1}}}
    answer = house.clients["registration"].post(f"/api/activities/{COCKTAIL}/registrations", json=body)
    assert answer.status_code == 422 and word not in answer.text, answer.text
    assert "items[0].attendees[0].answers.?" in str(answer.json()["errors"])
    assert any(key.startswith("contact") for key in answer.json()["errors"])
    taken = {"contact": {"first_name": "C", "last_name": "R", "email": "c@example.org"}, "answers": {word: "x"}}
    taken |= {"items": [{**item, "attendees": [{"answers": {word: "x"}, "add_ons": {word: 1}}]}]}
    taken["items"][0].pop(word)
    answer = house.clients["registration"].post(f"/api/activities/{COCKTAIL}/registrations", json=taken)
    assert answer.status_code in (409, 422) and word not in answer.text, answer.text
