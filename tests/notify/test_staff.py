"""The staff's pages about messages and the same as JSON."""

import pytest

from kit.contracts.letters import KINDS
from notify import jobs
from notify.delivery.queries import PAGE as PAGE_SIZE
from tests.fakes.mail_server import MailServer
from tests.notify.conftest import House
from tests.notify.letters import PERSONAL, letter

ZOE = "zoe.o-brume@fonderie-montcendre.example.org"
HTML = {"Accept": "text/html"}


def page(house: House, address: str, **query: str) -> str:
    answer = house.client.get(address, params=query or None, headers=house.signed_in() | HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.fixture
def stories(house: House, mail_server: MailServer) -> House:
    """One sent, one failed, one still to send."""
    mail_server.refuse_recipient[ZOE] = "550 5.1.1 unknown"
    house.tell(letter("ticket"), letter("member_link", "en", to=ZOE, to_name="Zoé O'Brume"))
    house.work()
    house.tell(letter("invoice_issued", to="comptes@structures-pic-du-nord.example.org", to_name="Noël Hautegrève"))
    return house


@pytest.mark.parametrize("role", ["accountant", "door"])
@pytest.mark.parametrize("address", ["/staff/messages", "/api/messages"])
def test_messages_are_open_to_direction_and_coordination_only(house: House, role: str, address: str) -> None:
    assert house.client.get(address, headers=house.signed_in(role)).status_code == 403
    assert house.client.get(address, headers=house.signed_in("director")).status_code == 200
    assert house.client.get(address).status_code == 401


def test_visitor_is_sent_to_sign_in(house: House) -> None:
    answer = house.client.get("/staff/messages", headers=HTML)
    assert answer.status_code == 303 and "/staff/sign-in?next=" in answer.headers["Location"]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_message_list_and_pages_read_in_both_languages(stories: House, lang: str) -> None:
    listing = page(stories, "/staff/messages", lang=lang)
    for word in {"fr": ("En attente", "Envoyé", "Non remis"), "en": ("Queued", "Sent", "Not delivered")}[lang]:
        assert word in listing
    for message in stories.messages():
        assert page(stories, f"/staff/messages/{message['id']}", lang=lang).count(message["to_address"]) == 1


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ({"status": "failed"}, ["member_link"]),
        ({"status": "queued"}, ["invoice_issued"]),
        ({"kind": "ticket"}, ["ticket"]),
        ({"search": "O-Brume@fonderie"}, ["member_link"]),
        ({"search": "hautegreve"}, ["invoice_issued"]),
        ({"search": "NOËL structures"}, ["invoice_issued"]),
        ({"search": "100%"}, []),
        ({"search": "_"}, ["invoice_issued", "member_link", "ticket"]),
        ({"search": "noel", "status": "sent"}, []),
    ],
)
def test_message_list_filtered_shows_what_matches(stories: House, query: dict[str, str], kinds: list[str]) -> None:
    assert [message["kind"] for message in stories.messages(**query)] == kinds
    asked = stories.client.post(
        "/staff/messages", data=query, headers=stories.signed_in() | HTML, follow_redirects=False
    ).headers["location"]
    assert "search" not in asked and "noel" not in asked
    listing = page(stories, asked)
    assert listing.count('<th scope="row">') == len(kinds)


def test_message_list_of_an_unknown_status_shows_all(stories: House) -> None:
    assert page(stories, "/staff/messages", status="lost").count('<th scope="row">') == 3


def test_message_list_pages_show_each_message_once(house: House) -> None:
    house.tell(*(letter("attendee_replaced") for _ in range(PAGE_SIZE)))
    house.tell(*(letter("attendee_replaced") for _ in range(3)))
    first = house.client.get("/api/messages", headers=house.signed_in()).json()
    house.tell(letter("ticket"))
    second = house.client.get("/api/messages", params={"after": first["next"]}, headers=house.signed_in()).json()
    assert (len(first["messages"]), len(second["messages"]), second["next"]) == (PAGE_SIZE, 3, None)
    assert not {m["id"] for m in first["messages"]} & {m["id"] for m in second["messages"]}
    assert f"after={first['next']}" in page(house, "/staff/messages", kind="attendee_replaced")
    back = house.client.get("/api/messages", params={"before": second["previous"]}, headers=house.signed_in()).json()
    assert back["messages"] == first["messages"] and back["total"] == PAGE_SIZE + 4


def test_message_sent_again_from_its_page_is_queued(stories: House, mail_server: MailServer) -> None:
    (failed,) = stories.messages(status="failed")
    address = f"/staff/messages/{failed['id']}"
    assert "Envoyer de nouveau" in page(stories, address)
    mail_server.refuse_recipient.clear()
    answer = stories.client.post(f"{address}/again", headers=stories.signed_in() | HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    stories.work()
    shown = page(stories, address)
    assert "Envoyer de nouveau" not in shown
    assert "Coordonnatrice fictive" in shown and "550 5.1.1" in shown and "Remis au serveur de courriel" in shown


def test_message_that_waits_says_until_when(house: House, mail_server: MailServer) -> None:
    house.tell(letter("ticket"))
    mail_server.stop()
    house.work()
    (message,) = house.messages()
    assert "le prochain aura lieu le mercredi 17 février 2027" in page(house, f"/staff/messages/{message['id']}")


def test_message_api_never_answers_the_content(stories: House) -> None:
    """Links and tickets open doors: who may see the list need not be able to use them."""
    for message in stories.messages():
        answer = stories.client.get(f"/api/messages/{message['id']}", headers=stories.signed_in()).text
        assert "https://inscriptions" not in answer and "values" not in answer and "tickets" not in answer


@pytest.mark.parametrize("kind", KINDS)
def test_message_page_shows_what_it_says_in_a_frame_that_does_nothing(house: House, kind: str) -> None:
    """Without the secret of a link: a coordinator could set a director's password with it."""
    house.tell(letter(kind, to_name="<script>alert(1)</script>", values={"first_name": "<script>alert(1)</script>"}))
    (message,) = house.messages()
    address = f"/staff/messages/{message['id']}"
    assert f'src="{address}/content"' in page(house, address) and "sandbox></iframe>" in page(house, address)
    answer = house.client.get(f"{address}/content", headers=house.signed_in() | HTML)
    policy = answer.headers["Content-Security-Policy"]
    assert answer.status_code == 200 and policy.endswith("; sandbox") and "default-src 'none'" in policy
    assert "Alliance industrielle du Fjord" in answer.text and "<script" not in answer.text
    assert PERSONAL not in answer.text and "secret_part" not in answer.text and "AGMMQ" not in answer.text
    api = house.client.get(f"/api/messages/{message['id']}/content", headers=house.signed_in())
    assert api.status_code == 200 and "secret_part" not in api.text and "Alliance" in api.json()["text"]
    for role in ("door", "accountant"):
        assert house.client.get(f"{address}/content", headers=house.signed_in(role) | HTML).status_code == 403


def test_message_forgotten_shows_no_content(house: House) -> None:
    house.tell(letter("ticket"))
    house.work()
    house.clock.advance(days=91)
    jobs.tidy(house.here)
    (message,) = house.messages()
    assert "iframe" not in page(house, f"/staff/messages/{message['id']}")
    answer = house.client.get(f"/staff/messages/{message['id']}/content", headers=house.signed_in() | HTML)
    assert answer.status_code == 404
