"""Places named, corrected, replaced; answers changed; messages sent again: what each act writes, and what it leaves."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from kit.contracts import SendMessage
from kit.contracts.callers import ANYONE
from kit.db import new_id
from kit.errors import NotFound
from kit.mailbox import outbox
from registration.changes import actions
from registration.changes import actions_people as people_actions
from registration.changes.actions_answers import AnswersChange, change_answers
from registration.changes.rules import PersonNamed
from registration.history.models import HistoryEntry
from registration.letters.flows import letter_context
from registration.registrations.rules import NotInThisState
from registration.registrations.rules_answers import AnswerRow
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser
from tests.tables import answers as answers_table
from tests.tables import attendees as attendees_table

ELISE = PersonNamed("Élise", "Côté", "")
Name = Callable[[PersonNamed], None]


@pytest.fixture
def mine(service: Any, clock: FakeClock) -> uuid.UUID:
    """A confirmed registration of one person, who gave no address."""
    return make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock())


@pytest.fixture
def context(service: Any) -> Any:
    return letter_context(service, make.offer_of(service.db, COCKTAIL))


def place(service: Any, registration_id: uuid.UUID) -> Any:
    with service.db.read() as session:
        query = sa.select(attendees_table).where(attendees_table.c.registration_id == registration_id)
        return session.execute(query).one()


def told(service: Any) -> list[tuple[str, str]]:
    """(kind, address) of every letter that was asked for."""
    with service.db.read() as session:
        bodies = session.execute(sa.select(outbox.c.body).where(outbox.c.type == SendMessage.__name__)).scalars()
        return [(body["kind"], body["to"]) for body in bodies]


def remembered(service: Any, registration_id: uuid.UUID) -> list[str]:
    table: Any = HistoryEntry.__table__  # type: ignore[attr-defined]
    with service.db.read() as session:
        query = sa.select(table.c.action).where(table.c.subject_id == registration_id).order_by(table.c.at, table.c.id)
        return list(session.execute(query).scalars())


@pytest.fixture
def name(service: Any, clock: FakeClock, context: Any, mine: uuid.UUID) -> Name:
    def act(person: PersonNamed) -> None:
        with service.db.write() as session:
            people_actions.name_attendee(session, place(service, mine).id, person, ANYONE, clock(), context)

    return act


def test_place_named_the_same_again_changes_nothing(service: Any, mine: uuid.UUID, name: Name) -> None:
    before = place(service, mine)
    name(ELISE)
    assert place(service, mine) == before
    assert remembered(service, mine) == ["registration.confirmed"]
    assert told(service) == []


def test_place_with_a_new_address_sends_it_the_ticket(service: Any, mine: uuid.UUID, name: Name) -> None:
    name(PersonNamed("Élise", "Côté", "elise@example.org"))
    assert told(service) == [("ticket", "elise@example.org")]
    assert remembered(service, mine)[-1] == "registration.attendee_named"


def test_attendee_replaced_without_an_address_gets_no_letter(service: Any, mine: uuid.UUID, name: Name) -> None:
    name(PersonNamed("Zoé", "Roy", ""))
    after = place(service, mine)
    assert (after.ticket_version, after.link_version) == (2, 2), "the old ticket is dead all the same"
    assert told(service) == []
    name(PersonNamed("Noé", "Roy", "noe@example.org"))
    name(PersonNamed("Ève", "Roy", "eve@example.org"))
    assert told(service) == [
        ("ticket", "noe@example.org"),
        ("attendee_replaced", "noe@example.org"),
        ("ticket", "eve@example.org"),
    ]


def test_place_with_its_name_alone_corrected_sends_nothing(service: Any, mine: uuid.UUID, name: Name) -> None:
    name(PersonNamed("Élise", "Côté", "elise@example.org"))
    name(PersonNamed("Elise", "Coté", "elise@example.org"))
    assert [kind for kind, _ in told(service)] == ["ticket"]


def test_place_that_does_not_exist_is_refused(service: Any, clock: FakeClock, context: Any) -> None:
    with service.db.write() as session:
        with pytest.raises(NotFound):
            people_actions.name_attendee(session, new_id(), ELISE, ANYONE, clock(), context)
        with pytest.raises(NotFound):
            actions.cancel(session, new_id(), ANYONE, clock(), context)
        with pytest.raises(NotFound):
            people_actions.resend(session, new_id(), ANYONE, clock(), context)
        with pytest.raises(NotInThisState):
            change_answers(session, AnswersChange(new_id(), None, [], 0, False), ANYONE, clock())


def test_answers_withdrawn_are_gone(service: Any, clock: FakeClock, mine: uuid.UUID) -> None:
    guest = place(service, mine).id
    question = next(q for q in make.offer_of(service.db, COCKTAIL).questions if q.per == "attendee")
    left = sa.select(sa.func.count()).select_from(answers_table).where(answers_table.c.attendee_id == guest)
    counts = []
    of = {"registration_id": mine, "attendee_id": guest, "question_id": question.id}
    row = AnswerRow(id=new_id(), value="Directrice", **of)
    said, again, withdrawn = ([row], 0, False), ([row], 1, True), ([], 1, False)
    for rows, before, same in (said, again, withdrawn):
        with service.db.write() as session:
            change_answers(session, AnswersChange(mine, guest, rows, before, same), ANYONE, clock())
            counts.append(session.execute(left).scalar())
    assert counts == [1, 1, 0]
    assert remembered(service, mine).count("registration.answers_changed") == 2, "the second said nothing new"


def test_place_of_a_cancelled_registration_cannot_be_named(
    service: Any, clock: FakeClock, context: Any, mine: uuid.UUID, name: Name
) -> None:
    with service.db.write() as session:
        actions.cancel(session, mine, ANYONE, clock(), context)
    with pytest.raises(NotInThisState):
        name(PersonNamed("Zoé", "Roy", "zoe@example.org"))


def test_place_that_is_held_is_named_without_a_letter(service: Any, clock: FakeClock, context: Any) -> None:
    held = make.registered(service.db, COCKTAIL, "car", ["Karl Carte"], clock(), method="card")
    with service.db.write() as session:
        person = PersonNamed("Zoé", "Roy", "zoe@example.org")
        people_actions.name_attendee(session, place(service, held).id, person, ANYONE, clock(), context)
    assert place(service, held).first_name == "Zoé"
    assert told(service) == [], "its ticket comes with the payment"


def test_registration_confirmed_is_not_paid_again(service: Any, browser: Browser, mine: uuid.UUID) -> None:
    url = service.links.registration(mine, 1)
    client = browser()
    client.headers["X-Link-Token"] = url.rsplit("/", 1)[1]
    assert client.post(f"/api/registrations/{mine}/pay").json()["pay_url"] == url
