"""« Retrouver mon inscription »: one answer for every address; what there is goes to that address alone."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import select

from kit.mailbox import Outbox
from kit.sql import table
from registration import jobs
from registration.members.models import CompanyRole, Person
from registration.members.rules import Role
from registration.retrieval.flows import answer
from registration.retrieval.models import Retrieval
from registration.retrieval.rules import one_case
from tests import make
from tests.counting import statements
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, HOME
from tests.registration.strangers import client_from, company_code, signup
from tests.registration.test_members import company, link, person
from tests.tables import attendees, registrations

HTML = {"accept": "text/html"}


def asked(app: FastAPI, email: str, address: str = "192.0.2.1", lang: str = "fr") -> Any:
    path = "/fr/retrouver" if lang == "fr" else "/en/find"
    return client_from(app, address).post(path, data={"email": email}, headers=HTML)


def letters(app: FastAPI) -> list[dict[str, Any]]:
    """What notify is asked to send once the worker has answered."""
    service = app.state.service
    answer(service)
    with service.db.read() as session:
        sent = session.exec(select(Outbox).where(Outbox.type == "SendMessage").order_by(Outbox.id)).all()
    return [one.body for one in sent if one.body["kind"] == "registrations_found"]


def belonging_to(app: FastAPI, email: str, now: datetime, key: str = COCKTAIL, **more: Any) -> Any:
    """A registration whose contact has this address."""
    service = app.state.service
    made = make.registered(service.db, key, "car" if key == COCKTAIL else "golf-quatuor", ["Zoé Roy"], now, **more)
    set_address(service, registrations, registrations.c.contact_email, made, email)
    return made


def set_address(service: Any, rows: Any, column: Any, which: Any, email: str) -> None:
    key = rows.c.id if rows is registrations else rows.c.registration_id
    with service.db.write() as session:
        session.execute(sa.update(rows).where(key == which).values({column.name: email}))


def test_contact_gets_the_link_of_her_registration(app: FastAPI, clock: FakeClock) -> None:
    made = belonging_to(app, "Maude@Example.org", clock())
    assert asked(app, "maude@example.ORG ").status_code == 200
    [letter] = letters(app)
    assert (letter["to"], letter["to_name"], letter["lang"]) == ("Maude@Example.org", "Maude Contact", "fr")
    [link] = letter["values"]["links"]
    assert link["whose"] == "contact" and not link["waits"] and "caricatures" in link["activity_title"]
    assert link["url"] == app.state.service.links.registration(made, 1)
    assert client_from(app, "192.0.2.1").get(link["url"]).status_code == 200
    assert letters(app) == [letter], "it is answered once"


def test_attendee_gets_her_own_ticket_and_nothing_of_the_others(app: FastAPI, clock: FakeClock) -> None:
    made = belonging_to(app, "maude@example.org", clock())
    set_address(app.state.service, attendees, attendees.c.email, made, "zoe@example.org")
    asked(app, "zoe@example.org", lang="en")
    [letter] = letters(app)
    assert (letter["to"], letter["values"]["first_name"], letter["lang"]) == ("zoe@example.org", "Zoé", "en")
    [link] = letter["values"]["links"]
    assert link["whose"] == "attendee" and "/a/" in link["url"]
    assert "maude" not in str(letter).lower()


def retired(service: Any, somebody: Any, company: Any = None) -> None:
    """They act for this company no more, or for any."""
    roles = table(CompanyRole)
    theirs = (roles.c.person_id == somebody.id, roles.c.company_id == company.id if company else sa.true())
    with service.db.write() as session:
        yesterday = service.member_terms().day - timedelta(days=1)
        session.execute(sa.update(roles).where(*theirs).values(ends=yesterday))


def test_person_who_acts_for_a_company_gets_its_space(app: FastAPI, clock: FakeClock) -> None:
    service = app.state.service
    maude = person(service, "p01")
    asked(app, maude.email.upper())
    [letter] = letters(app)
    assert (letter["to"], letter["to_name"]) == (maude.email, "Maude Rivebelle"), "the address as it is known"
    space = {"company": "Usinage Valbrume inc.", "others": [], "url": f"{HOME}{link(service, maude)}"}
    assert (letter["values"]["links"], letter["values"]["spaces"]) == ([], [space])
    assert client_from(app, "192.0.2.1").get(space["url"], follow_redirects=False).status_code == 303


def test_person_of_two_companies_reads_both_names_and_one_link(app: FastAPI, clock: FakeClock) -> None:
    service = app.state.service
    maude, other = person(service, "p01"), company(service, "c02")
    with service.db.write() as session:
        session.add(CompanyRole(person_id=maude.id, company_id=other.id, role=Role.HR, starts=date(2020, 1, 1)))
    asked(app, maude.email)
    [space] = letters(app)[0]["values"]["spaces"]
    assert (space["company"], space["others"]) == ("Usinage Valbrume inc.", [other.name])


def test_person_without_a_current_role_gets_no_letter(app: FastAPI, clock: FakeClock) -> None:
    service = app.state.service
    maude = person(service, "p01")
    retired(service, maude)
    asked(app, maude.email)
    assert letters(app) == []


def test_registration_and_space_of_one_address_are_one_letter(app: FastAPI, clock: FakeClock) -> None:
    maude = person(app.state.service, "p01")
    belonging_to(app, maude.email, clock())
    asked(app, maude.email)
    [letter] = letters(app)
    assert [len(letter["values"][name]) for name in ("links", "spaces")] == [1, 1]


def test_page_of_members_leads_to_the_link_by_mail(app: FastAPI) -> None:
    client = client_from(app, "192.0.2.1")
    assert 'href="/fr/retrouver">Recevez votre lien' in client.get("/fr/membre", headers=HTML).text.replace(HOME, "")
    assert 'href="/en/find">Get your link' in client.get("/en/member", headers=HTML).text.replace(HOME, "")


def test_own_place_in_ones_own_registration_is_told_once(app: FastAPI, clock: FakeClock) -> None:
    made = belonging_to(app, "maude@example.org", clock())
    set_address(app.state.service, attendees, attendees.c.email, made, "maude@example.org")
    asked(app, "maude@example.org")
    assert [link["whose"] for link in letters(app)[0]["values"]["links"]] == ["contact"]


def test_mailbox_of_several_people_greets_nobody_and_lists_by_date(app: FastAPI, clock: FakeClock) -> None:
    first, held = (belonging_to(app, "info@example.org", clock(), method=way) for way in ("invoice", "card"))
    with app.state.service.db.write() as session:
        session.execute(sa.update(registrations).where(registrations.c.id == held).values(contact_first="Zoé"))
    asked(app, "info@example.org")
    [letter] = letters(app)
    assert (letter["to_name"], letter["values"]["first_name"]) == ("", "")
    assert sorted(link["waits"] for link in letter["values"]["links"]) == [False, True]
    assert {link["url"].split("/")[-2] for link in letter["values"]["links"]} == {str(first), str(held)}


def test_registration_that_is_over_or_cancelled_is_not_found(app: FastAPI, clock: FakeClock) -> None:
    gone = belonging_to(app, "maude@example.org", clock())
    with app.state.service.db.write() as session:
        session.execute(sa.update(registrations).where(registrations.c.id == gone).values(status="cancelled"))
    asked(app, "maude@example.org")
    assert letters(app) == []
    over = belonging_to(app, "zoe@example.org", clock())
    clock.advance(days=200)
    asked(app, "zoe@example.org")
    assert over and letters(app) == []


def test_addresses_with_and_without_registrations_get_one_answer(app: FastAPI, clock: FakeClock) -> None:
    """Enumeration: status, headers, page and even the statements asked are the same; nothing is in the log."""
    service = app.state.service
    belonging_to(app, "known@example.org", clock())
    acting = "actor@example.org"
    with service.db.write() as session:
        session.get_one(Person, person(service, "p01").id).email = acting
    pages, asks = set(), []
    asked(app, "first@example.org", "192.0.2.9")  # The association's name is read once, for whoever comes first.
    for n, email in enumerate(("known@example.org", "other@example.org", acting)):
        with statements(service.db) as done:
            page = asked(app, email, f"192.0.2.{n}")
        asks.append(done)
        headers = {name: value for name, value in page.headers.items() if name not in ("x-request-id",)}
        pages.add((page.status_code, str(sorted(headers.items())), page.text.replace(email, "…")))
    assert len(pages) == 1 and "nous venons d’y envoyer le lien" in pages.pop()[2]
    assert asks[0] == asks[1] == asks[2]
    assert not [one for one in asks[0] if re.search(r"FROM (registration|attendee|person|company)\b", one)], (
        "nothing is looked up"
    )
    assert len(letters(app)) == 2


def test_program_gets_one_answer_too_and_asks_once_per_key(app: FastAPI, clock: FakeClock) -> None:
    belonging_to(app, "known@example.org", clock())
    client = client_from(app, "192.0.2.1")
    answers = [
        client.post("/api/retrievals", json={"email": email}, headers={"Idempotency-Key": key})
        for email, key in (("known@example.org", "a"), ("other@example.org", "b"), ("known@example.org", "a"))
    ]
    assert [(one.status_code, one.json()) for one in answers] == [(202, {"asked": True})] * 3
    assert len(letters(app)) == 1
    wrong = client.post("/api/retrievals", json={"email": "nobody"})
    assert (wrong.status_code, set(wrong.json()["errors"])) == (422, {"email"})
    assert "nobody" not in wrong.text


def test_bomb_of_requests_sends_five_letters_a_day_whoever_asks(app: FastAPI, clock: FakeClock) -> None:
    belonging_to(app, "victim@example.org", clock())
    answers = [
        asked(app, f"Victim{tag}@example.org", f"198.51.{tag[1:] or 0}.7") for tag in (f"+{n}" for n in range(40))
    ]
    assert [one.status_code for one in answers] == [200] * 5 + [429] * 35, (
        "one mailbox, whatever tag it is written with"
    )
    clock.advance(hours=23)
    assert asked(app, "victim@example.org", "203.0.113.9").status_code == 429
    clock.advance(hours=2)
    refused = [asked(app, "victim@example.org", f"203.0.113.{n}") for n in range(7)]
    assert [one.status_code for one in refused] == [200] * 5 + [429] * 2
    assert len(letters(app)) == 5
    assert 0 < int(refused[-1].headers["retry-after"]) <= 86_400
    assert "déjà été demandé" in refused[-1].text


def test_bomb_says_nothing_of_who_exists(app: FastAPI, clock: FakeClock) -> None:
    belonging_to(app, "known@example.org", clock())
    known, other = (
        [asked(app, email, f"{net}.{n}").status_code for n in range(8)]
        for email, net in (("known@example.org", "198.51.100"), ("other@example.org", "203.0.113"))
    )
    assert known == other == [200] * 5 + [429] * 3


def test_network_asks_about_twenty_addresses_in_an_hour(app: FastAPI, clock: FakeClock) -> None:
    statuses = [asked(app, f"p{n}@example.org").status_code for n in range(25)]
    assert statuses == [200] * 20 + [429] * 5
    assert asked(app, "p30@example.org", "192.0.2.2").status_code == 200
    clock.advance(hours=1, minutes=1)
    assert asked(app, "p26@example.org").status_code == 200


def test_requests_in_somebodys_name_do_not_keep_her_from_signing_up(few: FastAPI) -> None:
    for n in range(8):
        asked(few, "maude@example.org", f"198.51.100.{n}")
    code = company_code(few.state.service, "c04")
    assert code
    body = signup(method="invoice")
    assert client_from(few, "192.0.2.1").post(f"/api/activities/{COCKTAIL}/registrations", json=body).status_code == 201


def test_address_that_looks_like_another_gets_nothing_of_it(app: FastAPI, clock: FakeClock) -> None:
    """The sign of kelvin is a « k » to many databases: whoever signs up with it must not read another's links."""
    belonging_to(app, "karl@example.org", clock())
    belonging_to(app, "\u212aarl@example.org", clock())
    for email in ("karl@example.org", "\u212aarl@example.org"):
        asked(app, email, "192.0.2.3")
    assert all(len(letter["values"]["links"]) == 1 for letter in letters(app))
    assert one_case("\u212aARL@É.org") == "\u212aarl@É.org"


def test_request_is_gone_once_answered_and_forgotten_when_nobody_answers(app: FastAPI, clock: FakeClock) -> None:
    service = app.state.service

    def waiting() -> int:
        with service.db.read() as session:
            return len(session.exec(select(Retrieval)).all())

    asked(app, "nobody@example.org")
    assert waiting() == 1
    assert answer(service) is False
    assert waiting() == 0
    belonging_to(app, "late@example.org", clock())
    asked(app, "late@example.org")
    clock.advance(days=1, minutes=1)
    jobs.housekeeping(service)
    assert waiting() == 0 and letters(app) == []


@pytest.mark.parametrize(("typed", "said"), [("", "remplissez"), ("zoe", "adresse")])
def test_address_that_cannot_be_written_to_is_refused_beside_its_field(app: FastAPI, typed: str, said: str) -> None:
    page = asked(app, typed)
    assert page.status_code == 422 and 'aria-invalid="true"' in page.text and said in page.text.lower()
    assert letters(app) == []


def test_foot_of_pages_and_lost_links_lead_to_it(app: FastAPI) -> None:
    client = client_from(app, "192.0.2.1")
    for path in ("/fr", "/fr/rien", f"/r/{'0' * 8}-0000-0000-0000-{'0' * 12}/x"):
        assert "/fr/retrouver" in client.get(path, headers=HTML).text
    assert "/en/find" in client.get("/en", headers=HTML).text
