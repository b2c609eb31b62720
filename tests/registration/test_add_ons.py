"""An add-on is for somebody: as the form or the API says, else in order; its seat goes back with that person."""

import uuid
from typing import Any

import sqlalchemy as sa

from kit.contracts.callers import ANYONE
from kit.mailbox import Outbox
from kit.sql import column, table
from registration.changes import actions as changes
from registration.invariants import invariants
from registration.letters.flows import letter_context
from registration.registrations.models import AddOnShare
from registration.registrations.queries import attendees_of, whole_registration
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser

TRIP = "delegation-mpa-2027"


def travellers(browser: Browser, *galas: dict[str, int], units: int) -> uuid.UUID:
    """People who travel together, with so many gala evenings between them."""
    answers = {"q-arret": "alma", "q-urgence": "Une personne, 418 555-0101"}
    people = [
        {"first_name": name, "last_name": "Boisneige", "answers": answers, "add_ons": mine}
        for name, mine in zip(("Anaïs", "Bruno", "Carla"), galas, strict=False)
    ]
    body = {
        "contact": {"first_name": "Maude", "last_name": "Contact", "email": "maude@example.org"},
        "company": "Usinage Valbrume inc.",
        "items": [
            {"product": "mpa-double", "who": "non_member", "quantity": len(people), "attendees": people},
            {"product": "mpa-gala", "who": "anyone", "quantity": units},
        ],
        "terms_accepted": True,
        "contact_attends": False,
        "method": "invoice",
    }
    answer = browser().post(f"/api/activities/{TRIP}/registrations", json=body)
    assert answer.status_code == 201, answer.text
    return uuid.UUID(answer.json()["id"])


def shares(service: Any, registration_id: uuid.UUID) -> list[int]:
    """How many galas each person has, in the order of the form."""
    with service.db.read() as session:
        whole = whole_registration(session, registration_id, service.offers)
    return [sum(units for _, units in whole.bought.of(person)[1:]) for person in whole.attendees]


def galas_taken(service: Any) -> int:
    return int(make.offer_of(service.db, TRIP).resources["gala_seats"].taken)


def leave(service: Any, clock: FakeClock, registration_id: uuid.UUID, number: int) -> None:
    """One person is cancelled."""
    offer = make.offer_of(service.db, TRIP)
    with service.db.write() as session:
        person = attendees_of(session, registration_id)[number]
        changes.cancel(session, registration_id, ANYONE, clock(), letter_context(service, offer), [person.id])


def test_add_ons_for_nobody_in_particular_are_shared_out_in_order(service: Any, browser: Browser) -> None:
    mine = travellers(browser, {}, {}, {}, units=2)
    assert shares(service, mine) == [1, 1, 0]


def test_seat_of_an_add_on_goes_back_with_the_person_it_is_for(
    service: Any, browser: Browser, clock: FakeClock
) -> None:
    mine = travellers(browser, {}, {"mpa-gala": 1}, {"mpa-gala": 1}, units=2)
    assert shares(service, mine) == [0, 1, 1] and galas_taken(service) == 2
    leave(service, clock, mine, 0)
    assert galas_taken(service) == 2 and invariants(service.db) == []
    leave(service, clock, mine, 1)
    assert galas_taken(service) == 1 and invariants(service.db) == []
    leave(service, clock, mine, 2)
    assert galas_taken(service) == 0 and invariants(service.db) == []


def test_add_on_that_is_for_nobody_breaks_an_invariant(service: Any, browser: Browser) -> None:
    travellers(browser, {}, {}, units=2)
    with service.db.write() as session:
        one = sa.select(column(AddOnShare.attendee_id)).limit(1).scalar_subquery()
        session.execute(sa.delete(table(AddOnShare)).where(column(AddOnShare.attendee_id) == one))
    [line] = invariants(service.db)
    assert "1 units are for somebody, 2 stand" in line


def test_ticket_says_what_its_holder_takes_and_at_whose_price_to_nobody(service: Any, browser: Browser) -> None:
    mine = travellers(browser, {}, {"mpa-gala": 1}, units=1)
    with service.db.read() as session:
        letters = session.execute(sa.select(column(Outbox.body)).where(column(Outbox.type) == "SendMessage"))
        [tickets] = [body["tickets"] for (body,) in letters if body["tickets"]]
        whole = whole_registration(session, mine, service.offers)
    room = "Forfait, chambre double"
    assert [ticket["label"] for ticket in tickets] == [room, f"{room}, Soirée de gala"]
    page = browser().get(service.links.registration(mine, 1)).text
    tickets_shown = page.split('class="summary')[0]
    assert f"{room}, Soirée de gala" in tickets_shown and "non-membre" not in tickets_shown
    assert whole.lines[0].label.fr == "Forfait, chambre double, non-membre (par personne)"


def test_form_asks_whom_an_add_on_is_for_when_not_everybody_has_one(browser: Browser) -> None:
    page, form = browser(), "/fr/activites/delegation-mpa-2027/inscription"
    fields = {"action": "update", "q.mpa-double.non_member": "2", "q.mpa-gala.anyone": "1"}
    asked = page.post(form, data=fields).text
    assert 'name="a.mpa-double.non_member.0.add_on.mpa-gala"' in asked
    assert "1 de 1" in asked
    typed = {"a.mpa-double.non_member.0.add_on.mpa-gala": "1", "a.mpa-double.non_member.1.add_on.mpa-gala": "1"}
    assert "2 de 1" in page.post(form, data={**fields, **typed}).text, "what was typed stays, and is counted"
    both = page.post(form, data={**fields, "q.mpa-gala.anyone": "2"}).text
    assert "add_on.mpa-gala" not in both, "everybody has one: there is nothing to ask"
