"""« Écrire aux personnes inscrites » as staff use it: written, looked at, tried, confirmed, followed."""

import re
import uuid
from typing import Any

import pytest

from registration.mailings import flows
from tests import make
from tests.counting import statements
from tests.fakes.clock import FakeClock
from tests.registration import reading
from tests.registration.conftest import Browser
from tests.registration.mailing import address, begun, contact, crowd, letters, new, readers

SAID = {
    "audience": "all",
    "subject.fr": "Le stationnement change",
    "subject.en": "Parking changes",
    "text.fr": "Stationnez **derrière**, {{ prénom }}.\n\n- [Plan](https://example.org/plan)\n- Voir {{ lien }}",
    "text.en": "Park **behind**, {{ first_name }}.\n\n- See {{ link }}",
}
BODY = {"subject": {"fr": "Sujet"}, "text": {"fr": "Texte"}}


@pytest.fixture
def people(service: Any, signed_up: list[uuid.UUID]) -> list[uuid.UUID]:
    contact(service.db, signed_up[0], "maude@example.org")
    contact(service.db, signed_up[2], "zoe@example.org", lang="en", contact_first="Zoé", contact_last="Roy")
    address(service.db, signed_up[0], ["elise@example.org", ""])
    return signed_up


def written(client: Any, activity: uuid.UUID, **changed: str) -> str:
    answer = client.post(f"/staff/activities/{activity}/mailings", data=SAID | changed)
    assert answer.status_code == 303, reading.text(client, f"/staff/activities/{activity}/mailings")
    return str(answer.headers["location"])


def test_mailing_is_seen_as_one_of_them_reads_it_before_it_leaves(
    service: Any, browser: Browser, cocktail: uuid.UUID, people: list[uuid.UUID]
) -> None:
    client = browser("coordinator")
    assert f'/staff/activities/{cocktail}/mailings"' in client.get(f"/staff/activities/{cocktail}").text
    path = written(client, cocktail)
    page = reading.text(client, path)
    assert "3 personnes, 1 en anglais" in page and "Bonjour Maude," in page and "Envoyer à 3 personnes" in page
    raw = client.get(path).text
    assert "<strong>derrière</strong>" in raw and 'href="https://example.org/plan"' in raw
    assert "/r/" not in raw and f"/staff/registrations/{people[0]}" in raw, "nobody's link is shown to staff"
    english = reading.text(client, f"{path}?reader={people[2]}")
    assert "Hello Zoé," in english and "Park behind , Zoé" in english
    assert letters(service.db) == []


def test_mailing_leaves_once_however_often_it_is_confirmed(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID
) -> None:
    crowd(service.db, flows.AT_ONCE + 3, clock())
    client, other = browser("coordinator"), browser("director", name="Odile Directrice")
    path = written(client, cocktail)
    assert client.post(f"{path}/confirm").status_code == 303
    page = reading.text(client, path)
    assert f"{flows.AT_ONCE} courriels sont partis. Il en reste 3." in page
    assert 'http-equiv="refresh"' in client.get(path).text and "data-follow" in client.get(path).text
    assert other.post(f"{path}/confirm").status_code == 303
    flows.work(service)
    assert "8 courriels sont partis" in reading.text(client, path)
    assert len(letters(service.db)) == len(set(readers(service.db))) == 8
    shown = reading.text(other, f"/staff/activities/{cocktail}/mailings")
    assert re.search(r"Le stationnement change .* Bénévole 8", shown), "what was written, by whom, to how many"
    assert client.get(f"{path}/edit").status_code == 303
    refused = client.post(path, data=SAID)
    assert refused.status_code == 409
    assert "Message envoyé aux personnes inscrites" in reading.text(client, f"/staff/activities/{cocktail}/edit")


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"subject.fr": ""}, "subject-fr", "Écrivez l’objet en français"),
        ({"text.fr": " "}, "text-fr", "Écrivez le texte en français"),
        ({"text.en": ""}, "text-en", "ni l’un ni l’autre"),
        ({"subject.en": ""}, "subject-en", "ni l’un ni l’autre"),
        ({"subject.fr": "a" * 300}, "subject-fr", "150 caractères"),
        ({"text.fr": "a" * 5001}, "text-fr", "5\u00a0000 caractères"),
        ({"text.fr": "Bonjour {{ prenom }} {{ courriel }}", "text.en": "x"}, "text-fr", "«\u00a0courriel\u00a0»"),
        ({"text.en": "Hello {{ firstname }}"}, "text-en", "«\u00a0firstname\u00a0»"),
        ({"text.en": "Hello, see {{ link }}"}, "text-en", "«\u00a0{{ first_name }}\u00a0» manque"),
        ({"text.fr": "{{ prénom }} {{ lien }} {{ lieu"}, "text-fr", "«\u00a0{{\u00a0»"),
        ({"text.fr": "{{ prénom }} {{ lien }} [ici](javascript:alert)"}, "text-fr", "javascript:alert"),
        ({"session_id": str(uuid.uuid4())}, "session_id", "personnes arrivées ou non"),
        ({"product_id": "nothing"}, "product_id", ""),
        ({"audience": "everybody"}, "audience", ""),
    ],
)
def test_text_that_cannot_be_sent_comes_back_as_it_was_typed(
    browser: Browser, cocktail: uuid.UUID, changed: dict[str, str], field: str, said: str
) -> None:
    client = browser("coordinator")
    answer = client.post(f"/staff/activities/{cocktail}/mailings", data=SAID | changed)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text and said in reading.unescape(answer.text)
    kept = (SAID | changed)["text.fr"].strip()
    assert kept in reading.unescape(answer.text)


def test_mailing_is_said_differently_until_it_leaves(browser: Browser, cocktail: uuid.UUID, people: Any) -> None:
    client = browser("director")
    path = written(client, cocktail)
    assert "{{ prénom }}" in reading.unescape(client.get(f"{path}/edit").text)
    assert client.post(path, data=SAID | {"subject.fr": ""}).status_code == 422
    assert client.post(path, data=SAID | {"subject.fr": "Autre chose"}).status_code == 303
    assert "Autre chose" in reading.text(client, path)


def test_test_goes_to_whoever_asks_and_to_nobody_else(
    service: Any, app: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID, people: Any
) -> None:
    path = written(browser("coordinator"), cocktail)
    program = browser("coordinator").post(f"{path}/test")
    assert program.status_code == 409 and "pas d’adresse" in reading.unescape(program.text)
    member = make.staff(service.db, "odile@example.org", ["director"], clock(), name="Odile Directrice")
    with service.db.write() as session:
        mailing_id = uuid.UUID(path.rpartition("/")[2])
        by = flows.Caller(frozenset({"director"}), str(member.id), member.name)
        assert flows.send_test(service, session, mailing_id, by) == "odile@example.org"
    sent = letters(service.db)
    assert [(one["to"], one["lang"]) for one in sent] == [("odile@example.org", "fr"), ("odile@example.org", "en")]
    assert all("/r/" not in one["values"]["personal_url"] for one in sent)


def test_mailing_to_nobody_is_not_sent(browser: Browser, cocktail: uuid.UUID) -> None:
    client = browser("coordinator")
    path = written(client, cocktail)
    assert "Personne ne correspond à ce choix" in reading.text(client, path)
    assert client.post(f"{path}/confirm").status_code == 409


def test_mailing_to_people_without_an_address_is_not_sent(
    service: Any, browser: Browser, cocktail: uuid.UUID, signed_up: list[uuid.UUID]
) -> None:
    for one in signed_up:
        contact(service.db, one, "")
    client = browser("coordinator")
    path = written(client, cocktail)
    api = f"/api/staff/mailings/{path.rpartition('/')[2]}"
    for one in (path, api):
        assert client.post(f"{one}/confirm").status_code == 409
    assert client.get(f"{path}/edit").status_code == 200, "it can still be said to others"


def test_mailing_said_differently_since_it_was_looked_at_is_read_again_first(
    service: Any, browser: Browser, cocktail: uuid.UUID, people: Any
) -> None:
    client, other = browser("coordinator"), browser("director")
    path = written(client, cocktail)

    def seen() -> dict[str, str]:
        return dict(re.findall(r'name="(seen)" value="([^"]+)"', client.get(path).text))

    looked_at = seen()
    assert other.post(path, data=SAID | {"subject.fr": "Tout est annulé"}).status_code == 303
    refused = client.post(f"{path}/confirm", data=looked_at)
    assert refused.status_code == 409 and "modifié entre-temps" in reading.unescape(refused.text)
    api = f"/api/staff/mailings/{path.rpartition('/')[2]}"
    assert client.post(f"{api}/confirm", params=looked_at).json()["code"] == "SaidOtherwise"
    assert "Tout est annulé" in refused.text and letters(service.db) == []
    assert client.post(f"{path}/confirm", data=seen()).status_code == 303
    assert len(letters(service.db)) == 3


def test_messages_of_an_activity_that_is_not_there_are_not_found(browser: Browser) -> None:
    for face in ("/staff", "/api/staff"):
        assert browser("coordinator").get(f"{face}/activities/{uuid.uuid4()}/mailings").status_code == 404


def test_text_typed_while_another_sends_the_message_is_not_lost(
    browser: Browser, cocktail: uuid.UUID, people: Any
) -> None:
    client, other = browser("coordinator"), browser("director")
    path = written(client, cocktail)
    assert other.post(f"{path}/confirm").status_code == 303
    refused = client.post(path, data=SAID | {"text.fr": "Un long texte, {{ prénom }} : {{ lien }}"})
    assert refused.status_code == 409 and "Un long texte" in refused.text
    assert f'/staff/activities/{cocktail}/mailings" novalidate' in refused.text, "it would be another message"


@pytest.mark.parametrize(("role", "may"), [("director", 200), ("coordinator", 200), ("accountant", 403), ("door", 403)])
def test_writing_to_people_is_for_coordinators_and_directors(
    browser: Browser, cocktail: uuid.UUID, people: Any, role: str, may: int
) -> None:
    path, client = written(browser("director"), cocktail), browser(role)
    of_activity = f"/staff/activities/{cocktail}/mailings"
    api = f"/api/staff/mailings/{path.rpartition('/')[2]}"
    for read in (of_activity, path, f"{path}/edit", f"/api{of_activity}", api, f"{api}/preview"):
        assert client.get(read).status_code == may
    for posted in (of_activity, path, f"{path}/test", f"{path}/confirm"):
        assert (client.post(posted, data=SAID).status_code == 403) is (may == 403)
    for called in (f"/api{of_activity}", f"{api}/test", f"{api}/confirm"):
        assert (client.post(called, json=BODY).status_code == 403) is (may == 403)


def test_api_writes_rewrites_previews_confirms_and_follows(
    browser: Browser, cocktail: uuid.UUID, people: list[uuid.UUID]
) -> None:
    client, of_activity = browser("coordinator"), f"/api/staff/activities/{cocktail}/mailings"
    made = client.post(of_activity, json=BODY, headers={"Idempotency-Key": "once"})
    assert made.status_code == 201 and made.json()["reach"] == {"letters": 3, "english": 1}
    again = client.post(of_activity, json=BODY, headers={"Idempotency-Key": "once"})
    assert again.json()["id"] == made.json()["id"]
    one = f"/api/staff/mailings/{made.json()['id']}"
    assert client.put(one, json=BODY | {"subject": {"fr": "Autre"}}).json()["subject"]["fr"] == "Autre"
    seen = client.get(f"{one}/preview", params={"reader": str(people[2])}).json()
    assert (seen["name"], seen["lang"], seen["message"]["french_only"]) == ("Zoé Roy", "en", True)
    assert client.post(f"{one}/confirm").json()["reach"] is None
    followed = client.get(one).json()["progress"]
    assert followed == {"total": 3, "sent": 3, "skipped": 0, "failed": 0, "waiting": 0}
    assert [line["letters"] for line in client.get(of_activity).json()] == [3]
    assert client.put(one, json=BODY).json()["code"] == "AlreadySent"
    wrong = client.post(of_activity, json=BODY | {"text": {"fr": "{{ autre }}"}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "UnknownVariable")
    for path in (f"/api/staff/activities/{uuid.uuid4()}/mailings", f"/api/staff/mailings/{uuid.uuid4()}/confirm"):
        assert client.post(path, json=BODY).status_code == 404


def test_page_of_a_mailing_asks_no_more_of_the_database_for_more_people(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID
) -> None:
    client, costs = browser("coordinator"), []
    for more in (1, 9):
        crowd(service.db, more, clock())
        paths = (written(client, cocktail), f"/staff/mailings/{begun(service.db, new(cocktail), clock())}")
        for path in paths:
            client.get(path)
            with statements(service.db) as asked:
                assert client.get(path).status_code == 200
            costs.append(len(asked))
    assert costs[:2] == costs[2:] and max(costs) <= 14, costs
