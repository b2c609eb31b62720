"""« Il remplace Lise »: at the door, the name and the arrival in one gesture, once."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from kit.db import new_id
from kit.mailbox import Outbox
from registration.history import queries as history
from registration.links import Links
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, HOME, Browser
from tests.tables import attendees, check_ins, registrations

WHO = {"first_name": "Marc", "last_name": "Relève", "email": "marc@example.org"}


@pytest.fixture
def lise(service: Any, clock: FakeClock) -> Any:
    """Somebody with a confirmed place, whose address is known."""
    made = make.registered(service.db, COCKTAIL, "car", ["Lise Absente"], clock())
    with service.db.write() as session:
        mine = attendees.c.registration_id == made
        session.execute(attendees.update().where(mine).values(email="lise@example.org"))
        return session.execute(sa.select(attendees).where(mine)).one()


def replace(client: Any, place: Any, **more: Any) -> Any:
    body = {"attendee_id": str(place.id), **WHO, **more}
    return client.post(f"/api/activities/{place.activity_id}/substitutions", json=body)


def place(service: Any, attendee_id: uuid.UUID) -> Any:
    with service.db.read() as session:
        return session.execute(sa.select(attendees).where(attendees.c.id == attendee_id)).one()


def arrivals(service: Any) -> list[Any]:
    with service.db.read() as session:
        return list(session.execute(sa.select(check_ins).where(check_ins.c.undone_at.is_(None))))


def test_substitution_at_the_door_names_and_checks_in_at_once(service: Any, browser: Browser, lise: Any) -> None:
    door = browser("door", name="Anne")
    answer = replace(door, lise).json()
    assert (answer["outcome"], answer["name"], answer["company"]) == ("welcome", "Marc Relève", "Usinage Valbrume inc.")
    after = place(service, lise.id)
    assert (after.first_name, after.last_name, after.email) == ("Marc", "Relève", "marc@example.org")
    old = Links(HOME, service.settings.ticket_key).ticket(lise.id, lise.ticket_version)
    scanned = door.post(f"/api/activities/{lise.activity_id}/check-ins", json={"ticket": old}).json()
    assert scanned["outcome"] == "replaced", "the ticket of the person replaced opens nothing more"
    with service.db.read() as session:
        told = {entry.action: entry.actor for entry in history.of(session, lise.registration_id)}
        said = [row.body for row in session.exec(select(Outbox)).all() if "kind" in row.body]
    letters = {body["kind"]: body["to"] for body in said}
    assert told["registration.attendee_replaced"] == told["checkin.arrived"] == "Anne"
    assert letters == {"attendee_replaced": "lise@example.org", "ticket": "marc@example.org"}


def test_substitution_sent_again_counts_once(service: Any, browser: Browser, lise: Any) -> None:
    mine = str(new_id())
    first, again = (replace(browser("door"), lise, check_in_id=mine).json() for _ in range(2))
    assert first == again and len(arrivals(service)) == 1
    assert place(service, lise.id).ticket_version == lise.ticket_version + 1


def test_substitution_after_a_checkin_under_the_wrong_name_corrects_it(
    service: Any, browser: Browser, lise: Any
) -> None:
    """From the answer's own button: the ticket of Lise was scanned, and Marc stands there."""
    door, base = browser("door"), f"/staff/check-in/{lise.activity_id}"
    ticket = Links(HOME, service.settings.ticket_key).ticket(lise.id, lise.ticket_version)
    shown = door.post(base, data={"ticket": ticket, "point": "entree"}).text
    [standing] = arrivals(service)
    address = f"{base}/substitution?attendee_id={lise.id}&amp;check_in_id={standing.id}&amp;point=entree"
    assert address in shown
    form = door.get(address.replace("&amp;", "&")).text
    assert "Qui remplace Lise Absente?" in form and str(standing.id) in form
    typed = {"attendee_id": str(lise.id), "check_in_id": str(standing.id), "point": "entree"}
    refused = door.post(f"{base}/substitution", data={**typed, "first_name": "Marc", "email": "pas une adresse"})
    assert refused.status_code == 422 and 'value="Marc"' in refused.text
    assert "f-last_name-error" in refused.text and "f-email-error" in refused.text
    welcome = door.post(f"{base}/substitution", data={**typed, "first_name": "Marc", "last_name": "Relève"}).text
    assert "Bienvenue!" in welcome and "Marc Relève" in welcome and "Lise" not in welcome
    assert [row.id for row in arrivals(service)] == [standing.id]


def test_substitution_of_a_holder_who_is_in_or_may_not_enter_is_refused(
    service: Any, browser: Browser, lise: Any
) -> None:
    door = browser("door")
    door.post(f"/api/activities/{lise.activity_id}/check-ins", json={"attendee_id": str(lise.id)})
    assert replace(door, lise).json()["outcome"] == "already"
    with service.db.write() as session:
        mine = registrations.c.id == lise.registration_id
        session.execute(registrations.update().where(mine).values(status="held"))
    assert replace(door, lise).json()["outcome"] == "not_confirmed"
    assert place(service, lise.id).first_name == "Lise"


def test_substitution_refused_says_why(browser: Browser, lise: Any, service: Any) -> None:
    wrong = replace(browser("door"), lise, first_name=" ", email="pas une adresse")
    assert (wrong.status_code, set(wrong.json()["errors"])) == (422, {"first_name", "email"})
    with service.db.read() as session:
        golf = make.activity_id(session, "golf-2027")
    elsewhere = browser("door").post(f"/api/activities/{golf}/substitutions", json={"attendee_id": str(lise.id), **WHO})
    assert elsewhere.status_code == 404
    assert replace(browser("door"), lise, point="garage").json()["code"] == "UnknownPoint"
    assert arrivals(service) == [] and place(service, lise.id).first_name == "Lise"
    assert replace(browser("accountant"), lise).status_code == 403
