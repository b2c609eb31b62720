"""The door: one clear answer, once; undo; search; who may."""

import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from kit.contracts.callers import Caller
from kit.db import Database
from registration.checkin import actions
from registration.checkin.actions import Gesture
from registration.checkin.rules import Outcome
from registration.history import queries as history
from registration.history.models import HistoryEntry
from registration.links import Links, ticket_code
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import HOME, Browser
from tests.tables import attendees, check_ins, registrations

COCKTAIL = "caricatures-2027"
BY = Caller(frozenset({"door"}), "u4", "Bénévole")


@pytest.fixture
def guest(service: Any, clock: FakeClock) -> Any:
    """Somebody with a confirmed place at the cocktail."""
    registration_id = make.registered(service.db, COCKTAIL, "car", ["Élise Côté-Lévesque"], clock())
    return places(service.db, registration_id)[0]


def places(db: Database, registration_id: uuid.UUID) -> list[Any]:
    with db.read() as session:
        query = sa.select(attendees).where(attendees.c.registration_id == registration_id)
        return list(session.execute(query.order_by(attendees.c.position)).all())


def change(db: Database, table: Any, row_id: uuid.UUID, **values: Any) -> None:
    with db.write() as session:
        session.execute(table.update().where(table.c.id == row_id).values(**values))


def ticket(service: Any, attendee: Any, version: int | None = None) -> str:
    return Links(HOME, service.settings.ticket_key).ticket(attendee.id, version or attendee.ticket_version)


def scan(client: Any, activity_id: uuid.UUID, **body: Any) -> dict[str, Any]:
    answer = client.post(f"/api/activities/{activity_id}/check-ins", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_ticket_is_welcome_once_then_says_when_where_and_by_whom(
    service: Any, browser: Browser, clock: FakeClock, guest: Any
) -> None:
    first = scan(browser("door", name="Anne"), guest.activity_id, ticket=ticket(service, guest))
    clock.advance(minutes=3)
    second = scan(browser("door", name="Luc"), guest.activity_id, ticket=ticket(service, guest), point="entree")
    assert first["outcome"] == "welcome" and first["name"] == "Élise Côté-Lévesque"
    assert first["company"] == "Usinage Valbrume inc." and first["to_pay"]
    assert second["outcome"] == "already" and (second["by"], second["point"]) == ("Anne", "entree")
    assert second["at"] == first["at"] and second["check_in_id"] == first["check_in_id"]


def test_ticket_by_code_or_by_address_is_the_same(service: Any, browser: Browser, guest: Any) -> None:
    code = ticket_code(service.settings.ticket_key, guest.id, 1)
    assert scan(browser("door"), guest.activity_id, ticket=code)["outcome"] == "welcome"
    assert scan(browser("door"), guest.activity_id, ticket=ticket(service, guest))["outcome"] == "already"


def test_ticket_code_read_aloud_is_accepted_with_look_alikes(browser: Browser, guest: Any) -> None:
    spoken = guest.code.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    assert scan(browser("door"), guest.activity_id, code=spoken)["outcome"] == "welcome"


def test_ticket_not_to_be_admitted_has_its_answer(service: Any, browser: Browser, clock: FakeClock, guest: Any) -> None:
    door = browser("door")
    held = places(service.db, make.registered(service.db, COCKTAIL, "car", ["Karl Carte"], clock(), method="card"))[0]
    assert scan(door, held.activity_id, ticket=ticket(service, held))["outcome"] == "not_confirmed"
    other = scan(door, make.offer_of(service.db, "golf-2027").activity.id, ticket=ticket(service, guest))
    assert other["outcome"] == "other_activity" and "caricatures" in other["activity_title_fr"]
    assert other["name"] == "", "a guest's name is not told at another activity's door"
    change(service.db, attendees, guest.id, ticket_version=2)
    assert scan(door, guest.activity_id, ticket=ticket(service, guest, 1))["outcome"] == "replaced"
    assert scan(door, guest.activity_id, attendee_id=str(guest.id))["outcome"] == "welcome"
    change(service.db, attendees, held.id, status="cancelled")
    assert scan(door, guest.activity_id, ticket=ticket(service, held))["outcome"] == "cancelled"
    change(service.db, registrations, guest.registration_id, status="cancelled")
    assert scan(door, guest.activity_id, ticket=ticket(service, guest, 2))["outcome"] == "cancelled"
    for nobody in ({"ticket": "https://example.org/"}, {"code": "ABCDEFGH-1"}, {"attendee_id": str(uuid.uuid4())}):
        assert scan(door, guest.activity_id, **nobody)["outcome"] == "unknown"


def test_ticket_made_with_another_key_is_unknown(browser: Browser, guest: Any) -> None:
    forged = ticket_code("another key", guest.id, guest.ticket_version)
    assert scan(browser("door"), guest.activity_id, ticket=forged)["outcome"] == "unknown"


def test_ticket_of_a_paid_invoice_has_nothing_to_pay(
    service: Any, browser: Browser, clock: FakeClock, guest: Any
) -> None:
    change(service.db, registrations, guest.registration_id, paid_at=clock())
    assert not scan(browser("door"), guest.activity_id, ticket=ticket(service, guest))["to_pay"]


def test_checkin_sent_again_counts_once(service: Any, browser: Browser, clock: FakeClock, guest: Any) -> None:
    """A phone that lost the answer asks again; one that was offline says when it happened."""
    mine = str(uuid.uuid4())
    at = (clock() - timedelta(minutes=20)).isoformat()
    body = {"ticket": ticket(service, guest), "check_in_id": mine, "at": at}
    first, again = (scan(browser("door"), guest.activity_id, **body) for _ in range(2))
    assert first == again and first["outcome"] == "welcome" and first["check_in_id"] == mine
    assert first["at"].startswith("2027-02-17T16:40")
    with service.db.read() as session:
        assert len(history.of(session, guest.registration_id)) == 2, "the signup and one arrival"


def test_checkin_in_the_future_is_recorded_now(service: Any, browser: Browser, clock: FakeClock, guest: Any) -> None:
    later = (clock() + timedelta(hours=5)).isoformat()
    assert scan(browser("door"), guest.activity_id, ticket=ticket(service, guest), at=later)["at"].startswith(
        "2027-02-17T17:00"
    )


def test_checkin_id_belongs_to_one_person(service: Any, browser: Browser, clock: FakeClock, guest: Any) -> None:
    other = places(service.db, make.registered(service.db, COCKTAIL, "car", ["Paul Autre"], clock()))[0]
    mine = str(uuid.uuid4())
    scan(browser("door"), guest.activity_id, ticket=ticket(service, guest), check_in_id=mine)
    body = {"ticket": ticket(service, other), "check_in_id": mine}
    answer = browser("door").post(f"/api/activities/{guest.activity_id}/check-ins", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "CheckInIdTaken")


def test_checkin_undone_lets_in_again_and_history_has_both(service: Any, browser: Browser, guest: Any) -> None:
    door = browser("door", name="Anne")
    first = scan(door, guest.activity_id, ticket=ticket(service, guest))
    for _ in range(2):
        assert door.post(f"/api/check-ins/{first['check_in_id']}/undo").status_code == 200
    again = scan(door, guest.activity_id, ticket=ticket(service, guest))
    assert again["outcome"] == "welcome" and again["check_in_id"] != first["check_in_id"]
    with service.db.read() as session:
        told = [(entry.action, entry.actor) for entry in history.of(session, guest.registration_id)][::-1]
        rows = session.execute(sa.select(check_ins.c.undone_by).order_by(check_ins.c.id)).scalars().all()
    assert told[1:] == [("checkin.arrived", "Anne"), ("checkin.undone", "Anne"), ("checkin.arrived", "Anne")]
    assert rows == ["Anne", ""]
    assert door.post(f"/api/check-ins/{uuid.uuid4()}/undo").status_code == 404


def test_checkin_undone_and_sent_again_stays_undone(service: Any, browser: Browser, guest: Any) -> None:
    door, mine = browser("door"), str(uuid.uuid4())
    scan(door, guest.activity_id, ticket=ticket(service, guest), check_in_id=mine)
    door.post(f"/api/check-ins/{mine}/undo")
    assert scan(door, guest.activity_id, ticket=ticket(service, guest), check_in_id=mine)["outcome"] == "welcome"
    assert door.get(f"/api/activities/{guest.activity_id}/counter").json()["present"] == 0


def test_ticket_scanned_by_two_phones_at_once_is_welcome_once(service: Any, clock: FakeClock, guest: Any) -> None:
    """Two processes' view: two Database objects. However it falls, one is welcome and one is told."""
    for _ in range(20):
        bases = [Database(service.db.url, pool_size=1) for _ in range(2)]
        outcomes: list[Outcome] = []
        gate = threading.Barrier(2)

        def enter(db: Database, gate: threading.Barrier = gate, outcomes: list[Outcome] = outcomes) -> None:
            gate.wait()
            with db.write() as session:
                found = actions.check_in(session, Gesture(guest.activity_id, guest.id, 1), BY, clock())
            outcomes.append(found.outcome)

        threads = [threading.Thread(target=enter, args=(db,)) for db in bases]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for db in bases:
            db.close()
        assert sorted(outcomes) == [Outcome.ALREADY, Outcome.WELCOME]
        with service.db.write() as session:
            standing = session.execute(sa.select(check_ins.c.id).where(check_ins.c.undone_at.is_(None))).scalars().all()
            assert len(standing) == 1
            actions.undo(session, standing[0], BY, clock())


def test_checkin_points_each_count_for_themselves(service: Any, browser: Browser, clock: FakeClock) -> None:
    people = ["Une Première", "Deux Seconde", "Trois Tierce", "Quatre Carte"]
    foursome = make.registered(service.db, "golf-2027", "golf-quat", people, clock() + timedelta(days=60), quantity=1)
    player, door = places(service.db, foursome)[0], browser("door")
    assert scan(door, player.activity_id, ticket=ticket(service, player))["point"] == "accueil"
    assert scan(door, player.activity_id, ticket=ticket(service, player), point="souper")["outcome"] == "welcome"
    for point, present in (("", 1), ("souper", 1)):
        counted = door.get(f"/api/activities/{player.activity_id}/counter", params={"point": point}).json()
        assert counted == {"present": present, "expected": 4}
    body = {"ticket": ticket(service, player), "point": "garage"}
    assert door.post(f"/api/activities/{player.activity_id}/check-ins", json=body).status_code == 422


@pytest.mark.parametrize("words", ["elise", "COTE levesque", "côté", "lévesque él", "valbrume", "usinage cote"])
def test_door_search_ignores_accents_case_and_order(browser: Browser, guest: Any, words: str) -> None:
    found = browser("door").get(f"/api/activities/{guest.activity_id}/attendees", params={"q": words}).json()
    assert [person["name"] for person in found["attendees"]] == ["Élise Côté-Lévesque"] and found["next"] is None


def test_door_search_finds_a_code_and_says_who_is_in(service: Any, browser: Browser, guest: Any) -> None:
    door = browser("door")
    scan(door, guest.activity_id, ticket=ticket(service, guest))
    query = {"q": guest.code.lower()}
    [person] = door.get(f"/api/activities/{guest.activity_id}/attendees", params=query).json()["attendees"]
    assert person["check_in_id"] and person["confirmed"] and not person["cancelled"]
    query = {"q": "zzz"}
    assert door.get(f"/api/activities/{guest.activity_id}/attendees", params=query).json()["attendees"] == []


def test_door_list_is_read_page_by_page_by_last_name(service: Any, browser: Browser, clock: FakeClock) -> None:
    for letter in "cab":
        people = [f"Jean {letter.upper()}tremblay{n:02}" for n in range(15)]
        first = make.registered(service.db, COCKTAIL, "car", people, clock())
    activity_id = places(service.db, first)[0].activity_id
    door, names, after = browser("door"), [], ""
    for _ in range(9):
        params = {"q": "tremblay"} | ({"after": after} if after else {})
        found = door.get(f"/api/activities/{activity_id}/attendees", params=params).json()
        assert len(found["attendees"]) <= 20
        names += [person["name"] for person in found["attendees"]]
        after = found["next"]
        if not after:
            break
    assert len(names) == 45 and names == sorted(names)


@pytest.mark.parametrize(
    ("role", "status"), [("door", 200), ("coordinator", 200), ("director", 200), ("accountant", 403)]
)
def test_door_by_role_opens_to_who_may_stand_there(browser: Browser, guest: Any, role: str, status: int) -> None:
    client = browser(role)
    for path in (
        f"/staff/check-in/{guest.activity_id}",
        f"/api/activities/{guest.activity_id}/counter",
        "/staff/check-in",
    ):
        assert client.get(path).status_code == status
    assert client.post(f"/api/activities/{guest.activity_id}/check-ins", json={"code": "x"}).status_code == status


def test_door_without_signing_in_is_closed(browser: Browser, guest: Any) -> None:
    visitor = browser()
    page = visitor.get(f"/staff/check-in/{guest.activity_id}", headers={"accept": "text/html"})
    assert page.status_code == 303 and "/staff/sign-in?next=" in page.headers["location"]
    assert visitor.post(f"/api/activities/{guest.activity_id}/check-ins", json={"code": "x"}).status_code == 401


def test_door_page_without_a_script_answers(service: Any, browser: Browser, clock: FakeClock, guest: Any) -> None:
    door = browser("door", name="Anne")
    address = f"/staff/check-in/{guest.activity_id}"
    assert "Élise" in door.post(address, data={"typed": "cote", "point": "entree"}).text
    welcome = door.post(address, data={"typed": guest.code, "point": "entree"}).text
    assert "Bienvenue!" in welcome and "Élise Côté-Lévesque" in welcome and "Usinage Valbrume inc." in welcome
    clock.advance(minutes=5)
    again = door.post(address, data={"attendee_id": str(guest.id), "point": "entree"}).text
    assert "Arrivée déjà notée" in again and "12\u00a0h, Entrée, par Anne" in again
    assert "Billet inconnu" in door.post(address, data={"ticket": "x" * 60, "point": "entree"}).text
    with service.db.read() as session:
        [standing] = session.execute(sa.select(check_ins.c.id)).scalars().all()
    gone = door.post(address + "/undo", data={"check_in_id": str(standing)})
    assert gone.status_code == 303 and gone.headers["location"].endswith("?point=entree&undone=place")
    assert "annulée" in door.get(gone.headers["location"]).text


def test_door_page_can_be_installed(browser: Browser) -> None:
    manifest = browser().get("/staff/check-in/app.webmanifest").json()
    assert manifest["start_url"] == "/staff/check-in" and manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        assert browser().get(icon["src"]).headers["content-type"] == "image/png"


def test_history_of_checkins_holds_no_name(service: Any, browser: Browser, guest: Any) -> None:
    """History is kept long after people are forgotten: it says codes."""
    scan(browser("door"), guest.activity_id, ticket=ticket(service, guest))
    with service.db.read() as session:
        entries = session.execute(sa.select(HistoryEntry.changes)).scalars().all()  # type: ignore[call-overload]
    assert "Élise" not in str(entries) and guest.code in str(entries)


def test_arrival_of_another_century_is_refused_and_not_written(service: Any, browser: Browser, guest: Any) -> None:
    body = {"ticket": ticket(service, guest), "at": "1999-01-01T00:00:00Z"}
    answer = browser("door").post(f"/api/activities/{guest.activity_id}/check-ins", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "ArrivalTooEarly")
    with service.db.read() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(check_ins)).scalar_one() == 0
