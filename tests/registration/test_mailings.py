"""Letters to the people of an activity: whom they reach, in which words, and that each leaves once."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from kit.contracts import Bilingual
from kit.contracts.callers import Caller
from kit.sql import column, table
from registration.catalog.models import ActivitySession, Product
from registration.checkin.models import CheckIn
from registration.history import queries as history
from registration.mailings import actions, flows, queries
from registration.mailings.models import Mailing, MailingRecipient
from registration.mailings.rules import Audience, Progress, Readers
from registration.registrations.models import Attendee, Registration
from tests.counting import statements
from tests.fakes.clock import FakeClock
from tests.registration.mailing import EVERYBODY, address, begun, contact, crowd, letters, new, readers

BY = Caller(frozenset({"director"}), "s-2", "Maya Coordonnatrice")


def progress(service: Any, mailing_id: uuid.UUID) -> Progress:
    with service.db.read() as session:
        return queries.progress(session, mailing_id)


@pytest.fixture
def people(service: Any, signed_up: list[uuid.UUID]) -> list[uuid.UUID]:
    """Élise of the first registration and Zoé of the last; Zoé is also the contact of hers. One waits for its card."""
    contact(service.db, signed_up[0], "maude@example.org")
    contact(service.db, signed_up[1], "karl@example.org")
    contact(service.db, signed_up[2], "Zoe@example.org")
    elise, _ = address(service.db, signed_up[0], ["elise@example.org", ""])
    [zoe] = address(service.db, signed_up[2], ["zoe@example.org"])
    return [elise, zoe]


def reached(service: Any, mailing: Any, now: Any) -> list[str]:
    begun(service.db, mailing, now)
    while flows.work(service):
        pass
    return readers(service.db)


def test_mailing_reaches_contacts_and_attendees_each_once(
    service: Any, clock: FakeClock, cocktail: uuid.UUID, people: Any
) -> None:
    assert reached(service, new(cocktail), clock()) == ["Zoe@example.org", "elise@example.org", "maude@example.org"]
    whose = {letter["to"]: letter["values"]["whose"] for letter in letters(service.db)}
    assert whose == {"Zoe@example.org": "contact", "elise@example.org": "attendee", "maude@example.org": "contact"}
    pages = {letter["to"]: letter["values"]["personal_url"] for letter in letters(service.db)}
    assert "/a/" in pages["elise@example.org"] and "/r/" in pages["maude@example.org"]
    with service.db.read() as session:
        entry = history.of(session, cocktail)[0]
    assert (entry.action, entry.actor) == ("activity.written_to", "Odile Directrice")


def test_mailing_to_nobody_is_of_no_letters(service: Any, clock: FakeClock, cocktail: uuid.UUID) -> None:
    mailing = begun(service.db, new(cocktail), clock())
    assert flows.work(service) is False
    assert progress(service, mailing) == Progress(0, 0, 0, 0)


def test_audience_by_arrival_reads_check_ins_of_the_session(
    service: Any, clock: FakeClock, cocktail: uuid.UUID, people: list[uuid.UUID]
) -> None:
    with service.db.write() as session:
        hours = session.execute(sa.select(table(ActivitySession))).mappings().all()
        [mine] = [row for row in hours if row["activity_id"] == cocktail]
        session.add(
            CheckIn(attendee_id=people[0], activity_id=cocktail, point="p", at=mine["starts_at"], by_id="", by="")
        )
        undone = CheckIn(attendee_id=people[1], activity_id=cocktail, point="p", at=mine["starts_at"], by_id="", by="")
        undone.undone_at = mine["starts_at"] + timedelta(minutes=1)
        session.add(undone)
    found, nowhere = {}, uuid.uuid4()
    for session_id in (None, mine["id"], nowhere):
        for audience in (Audience.PRESENT, Audience.ABSENT):
            with service.db.read() as session:
                chosen = queries.candidates(session, cocktail, Readers(audience, session_id=session_id))
            found[(session_id, audience)] = sorted(one.email for one in chosen)
    absent = ["maude@example.org", "zoe@example.org"]
    assert found[(None, Audience.PRESENT)] == found[(mine["id"], Audience.PRESENT)] == ["elise@example.org"]
    assert found[(None, Audience.ABSENT)] == found[(mine["id"], Audience.ABSENT)] == absent
    assert found[(nowhere, Audience.PRESENT)] == [], "nobody arrives at a session that is not there"
    assert found[(nowhere, Audience.ABSENT)] == [], "nor is anybody told that they missed it"


@pytest.mark.parametrize(
    ("audience", "expected"),
    [(Audience.UNPAID, ["Zoe@example.org", "maude@example.org"]), (Audience.NAMES_MISSING, ["maude@example.org"])],
)
def test_audience_of_what_is_owed_or_unnamed_is_its_contacts(
    service: Any, cocktail: uuid.UUID, people: Any, audience: Audience, expected: list[str]
) -> None:
    with service.db.read() as session:
        chosen = queries.candidates(session, cocktail, Readers(audience))
    assert sorted(one.email for one in chosen) == expected


def test_audience_is_narrowed_to_a_product_or_to_a_company(
    service: Any, cocktail: uuid.UUID, people: Any, signed_up: list[uuid.UUID]
) -> None:
    def emails(**narrowed: uuid.UUID) -> list[str]:
        with service.db.read() as session:
            return sorted(one.email for one in queries.candidates(session, cocktail, Readers(**narrowed)))

    with service.db.read() as session:
        products = dict(session.execute(sa.select(column(Product.key), column(Product.id))).all())
        company = session.execute(sa.text("SELECT id FROM company ORDER BY id")).scalars().first()
    assert "elise@example.org" in emails(product_id=products["car"])
    assert emails(product_id=uuid.uuid4()) == emails(company_id=uuid.uuid4()) == []
    contact(
        service.db,
        signed_up[0],
        "maude@example.org",
        company_id=company if isinstance(company, uuid.UUID) else uuid.UUID(company),
    )
    with service.db.read() as session:
        of = session.execute(sa.select(column(Registration.company_id)).where(column(Registration.id) == signed_up[0]))
        assert emails(company_id=of.scalar_one()) == ["elise@example.org", "maude@example.org"]


def test_letter_goes_to_whoever_has_the_place_when_it_leaves(
    service: Any, clock: FakeClock, cocktail: uuid.UUID, people: list[uuid.UUID], signed_up: list[uuid.UUID]
) -> None:
    mailing = begun(service.db, new(cocktail), clock())
    replaced = {column(Attendee.email): "nadia@example.org", column(Attendee.first_name): "Nadia"}
    with service.db.write() as session:
        session.execute(sa.update(table(Attendee)).where(column(Attendee.id) == people[0]).values(replaced))
        gone = {column(Registration.status): "cancelled"}
        session.execute(sa.update(table(Registration)).where(column(Registration.id) == signed_up[2]).values(gone))
    flows.work(service)
    assert readers(service.db) == ["maude@example.org", "nadia@example.org"]
    [letter] = [one for one in letters(service.db) if one["to"] == "nadia@example.org"]
    assert letter["values"]["paragraphs"][0]["lines"][0][0]["text"] == "Voici, Nadia."
    assert progress(service, mailing) == Progress(total=3, sent=2, skipped=1, failed=0)
    with service.db.read() as session:
        assert queries.left_out(session, mailing) == [("cancelled", 1)]


@pytest.mark.parametrize(("email", "why"), [("", "no_address"), ("MAUDE@example.org", "contact_has_it")])
def test_letter_to_a_new_person_without_an_address_of_their_own_is_skipped(
    service: Any, clock: FakeClock, cocktail: uuid.UUID, people: list[uuid.UUID], email: str, why: str
) -> None:
    mailing = begun(service.db, new(cocktail), clock())
    with service.db.write() as session:
        of = column(Attendee.id) == people[0]
        session.execute(sa.update(table(Attendee)).where(of).values({column(Attendee.email): email}))
    flows.work(service)
    with service.db.read() as session:
        assert queries.left_out(session, mailing) == [(why, 1)]


def test_english_reader_gets_the_french_text_alone_when_there_is_no_other(
    service: Any, clock: FakeClock, cocktail: uuid.UUID, people: Any, signed_up: list[uuid.UUID]
) -> None:
    contact(service.db, signed_up[0], "maude@example.org", lang="en")
    begun(service.db, new(cocktail), clock())
    begun(service.db, new(cocktail, subject=Bilingual(fr="Sujet"), text=Bilingual(fr="Texte")), clock())
    flows.work(service)
    mine = [letter["values"] for letter in letters(service.db) if letter["to"] == "maude@example.org"]
    assert sorted((one["subject"], one["french_only"]) for one in mine) == [("Parking changes", False), ("Sujet", True)]


def test_contact_of_several_registrations_gets_one_letter_unless_each_is_chosen_for(
    service: Any, clock: FakeClock, cocktail: uuid.UUID, signed_up: list[uuid.UUID]
) -> None:
    assert reached(service, new(cocktail), clock()) == ["maude@example.org"]
    assert reached(service, new(cocktail, choice=True), clock()) == ["maude@example.org"] * 3


def test_mailing_confirmed_twice_leaves_once(service: Any, clock: FakeClock, cocktail: uuid.UUID, people: Any) -> None:
    with service.db.write() as session:
        mailing = actions.keep(session, new(cocktail), clock())
    flows.work(service)
    assert letters(service.db) == [], "nothing leaves before it is confirmed"
    with service.db.write() as session:
        assert actions.rewrite(session, mailing, new(cocktail, subject=Bilingual(fr="Autre", en="Other")))
    for expected in (True, False):
        with service.db.write() as session:
            assert actions.confirm(session, mailing, BY, clock()) is expected
    flows.work(service)
    assert len(letters(service.db)) == 3
    with service.db.write() as session:
        assert not actions.rewrite(session, mailing, new(cocktail))
        assert queries.mailing_of(session, mailing).by == "Maya Coordonnatrice"


def test_process_that_dies_midway_leaves_each_letter_to_be_sent_once(
    service: Any, clock: FakeClock, cocktail: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(service.db, 12, clock())
    mailing = begun(service.db, new(cocktail), clock())
    sent, left = flows._send_one, iter(range(5))

    def dies(here: Any, recipient: Any) -> None:
        if next(left, None) is None:
            raise SystemExit
        sent(here, recipient)

    monkeypatch.setattr(flows, "_send_one", dies)
    with pytest.raises(SystemExit):
        flows.work(service)
    monkeypatch.undo()
    assert flows.work(service) is False and len(letters(service.db)) == 5, "the rest is claimed still"
    clock.advance(seconds=flows.LEASE.total_seconds() + 1)
    flows.work(service)
    assert len(set(readers(service.db))) == len(letters(service.db)) == 12
    assert progress(service, mailing) == Progress(12, 12, 0, 0)


def test_letter_claimed_by_another_since_is_not_sent_by_whoever_was_slow(
    service: Any, clock: FakeClock, cocktail: uuid.UUID, people: Any
) -> None:
    begun(service.db, new(cocktail), clock())
    with service.db.write() as session:
        until = clock() + flows.LEASE
        slow = flows.claim(session, MailingRecipient, *queries.ready(None), until=until, most=3)
    clock.advance(seconds=flows.LEASE.total_seconds() + 1)
    flows.work(service)
    for recipient in slow:
        flows._send_one(service, recipient)
    assert len(letters(service.db)) == 3


def test_letter_tried_too_often_is_given_up_and_the_others_leave(
    service: Any, clock: FakeClock, cocktail: uuid.UUID, people: list[uuid.UUID]
) -> None:
    mailing = begun(service.db, new(cocktail), clock())
    with service.db.write() as session:
        of = column(MailingRecipient.attendee_id) == people[0]
        session.execute(sa.update(table(MailingRecipient)).where(of).values({column(MailingRecipient.attempts): 5}))
    flows.work(service)
    assert progress(service, mailing) == Progress(total=3, sent=2, skipped=0, failed=1)
    [letter, _] = letters(service.db)
    with service.db.write() as session:
        assert actions.failed(session, uuid.UUID(letter["entity"]))
        assert not actions.failed(session, uuid.uuid4())
    assert progress(service, mailing).failed == 2


def test_beginning_asks_no_more_of_the_database_for_more_people(
    service: Any, clock: FakeClock, cocktail: uuid.UUID
) -> None:
    costs = []
    for more in (1, 9):
        crowd(service.db, more, clock())
        with statements(service.db) as asked:
            begun(service.db, new(cocktail, EVERYBODY), clock())
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 10, costs


def test_mailings_are_forgotten_after_ninety_days_unless_letters_wait(
    service: Any, clock: FakeClock, cocktail: uuid.UUID, people: Any
) -> None:
    with service.db.write() as session:
        actions.keep(session, new(cocktail), clock())
    waits = begun(service.db, new(cocktail), clock())
    clock.advance(days=91)
    with service.db.write() as session:
        actions.purge(session, clock())
        assert [row.id for row in session.execute(sa.select(column(Mailing.id)))] == [waits]
    flows.work(service)
    with service.db.write() as session:
        actions.purge(session, clock())
        assert session.execute(sa.select(column(Mailing.id))).first() is None
