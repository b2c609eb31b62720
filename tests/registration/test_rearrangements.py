"""An activity postponed, cancelled, moved online: dates that go along, choices until a day, each acted on once."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from kit.sql import column
from registration.catalog.models import Activity
from registration.history import queries as history
from registration.invariants import invariants
from registration.mailings import flows as mailings
from registration.rearrangements import flows
from registration.registrations.models import Registration
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.tables import resources

GOLF = "golf-2027"
LETTER = {
    "subject": {"fr": "Le tournoi est reporté", "en": "The tournament is postponed"},
    "text": {"fr": "Votre place est gardée.", "en": "Your place is kept."},
}
T1 = {"kind": "postpone", "starts": "2027-08-19T09:00", "decide_by": "2027-06-24", "default": "keep", **LETTER}


def activity(service: Any, key: str) -> uuid.UUID:
    with service.db.read() as session:
        return make.activity_id(session, key)


@pytest.fixture
def teams(service: Any, clock: FakeClock) -> list[uuid.UUID]:
    """Four foursomes on invoice."""
    clock.set(datetime(2027, 5, 10, 14, 0, tzinfo=UTC))
    people = ["Ada Roy", "Béa Roy", "Cléo Roy", "Dan Roy"]
    return [
        make.registered(service.db, GOLF, "golf-quat", people, clock(), company=f"Usine {n} inc.", quantity=1)
        for n in range(4)
    ]


def begin(client: Any, activity_id: uuid.UUID, **asked: Any) -> dict[str, Any]:
    answer = client.post(f"/api/staff/activities/{activity_id}/rearrangements", json={**T1, **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def contact(service: Any, registration_id: uuid.UUID) -> str:
    with service.db.read() as session:
        query = sa.select(column(Registration.link_version)).where(column(Registration.id) == registration_id)
        version = session.execute(query).scalar_one()
    return str(service.links.registration(registration_id, version)).removeprefix(service.home)


def answer(browser: Browser, service: Any, registration_id: uuid.UUID, said: str) -> Any:
    return browser().post(f"{contact(service, registration_id)}/choice", data={"answer": said})


def statuses(service: Any, ids: list[uuid.UUID]) -> list[str]:
    with service.db.read() as session:
        query = sa.select(column(Registration.id), column(Registration.status))
        found = dict(session.execute(query.where(column(Registration.id).in_(ids))).all())
    return [str(found[one]) for one in ids]


def column_of(service: Any, activity_id: uuid.UUID, name: str) -> Any:
    with service.db.read() as session:
        return session.execute(
            sa.select(getattr(Activity, name)).where(column(Activity.id) == activity_id)
        ).scalar_one()


def settle(service: Any) -> None:
    while mailings.work(service):
        pass
    while flows.work(service):
        pass


def least(client: Any, activity_id: uuid.UUID, day: str) -> None:
    """From how many people it takes place, and the day that is decided."""
    address = f"/api/staff/activities/{activity_id}"
    dates = client.get(f"{address}/draft").json()["dates"]
    assert client.put(f"{address}/dates", json={**dates, "min_people": 72, "decides_on": day}).status_code == 200


def test_tournament_postponed_moves_what_is_linked_by_the_same_days(
    service: Any, browser: Browser, teams: list[uuid.UUID]
) -> None:
    golf, director = activity(service, GOLF), browser("director")
    least(director, golf, "2027-05-20")
    shown = director.post(f"/api/staff/activities/{golf}/rearrangements/preview", json=T1).json()
    dates = {one["what"]: one["after"] for one in shown["dates"]}
    assert (dates["names_due"], dates["refund"]) == ("2027-08-16T12:00:00", "2027-08-05T23:59:00")
    assert dates["decides_on"] == "2027-07-29T23:59:00"
    assert column_of(service, golf, "starts_at").date() == date(2027, 6, 10), "nothing is done yet"
    begin(director, golf)
    draft = director.get(f"/api/staff/activities/{golf}/draft").json()
    assert draft["dates"]["names_due"] == "2027-08-16T12:00:00"
    assert (draft["dates"]["min_people"], draft["dates"]["decides_on"]) == (72, "2027-07-29")
    assert draft["terms"]["cancellation"][0]["until"] == "2027-08-05T23:59:00"
    assert draft["dates"]["sale_opens"] == "2027-03-15T09:00:00", "not ticked"
    assert draft["status"] == "published"


def test_four_foursomes_choose_and_the_undecided_keep_their_places(
    service: Any, browser: Browser, clock: FakeClock, teams: list[uuid.UUID]
) -> None:
    golf, coordinator = activity(service, GOLF), browser("coordinator", name="Maya Coordonnatrice")
    found = begin(coordinator, golf)
    settle(service)
    page = browser().get(contact(service, teams[0]))
    assert "/choice" in page.text and "L’activité est reportée" in page.text
    assert "24 juin 2027" in browser().get(f"{contact(service, teams[0])}/choice").text
    assert answer(browser, service, teams[0], "keep").status_code == 303
    assert answer(browser, service, teams[1], "refund").status_code == 303
    path = f"/staff/rearrangements/{found['id']}"
    assert coordinator.post(f"{path}/choices/{teams[2]}", data={"answer": "refund"}).status_code == 303
    assert statuses(service, teams) == ["confirmed", "cancelled", "cancelled", "confirmed"]
    view = coordinator.get(f"/api{path}").json()
    assert [view[name] for name in ("kept", "refunded", "undecided", "waiting")] == [1, 2, 1, 0]
    clock.set(datetime(2027, 6, 25, 3, 59, 59, tzinfo=UTC))
    settle(service)
    coordinator = browser("coordinator")
    assert coordinator.get(f"/api{path}").json()["undecided"] == 1, "23:59 of that day, in Saguenay"
    clock.advance(seconds=1)
    settle(service)
    view = coordinator.get(f"/api{path}").json()
    assert [view[name] for name in ("kept", "refunded", "undecided")] == [2, 2, 0]
    assert statuses(service, teams) == ["confirmed", "cancelled", "cancelled", "confirmed"]
    told = [entry.action for entry in entries(service, teams[3])]
    assert told.count("registration.choice_by_default") == 1
    assert answer(browser, service, teams[3], "refund").status_code == 409, "the day is over"
    assert invariants(service.db) == [] and taken(service, golf, "tee_spots") == 8


def entries(service: Any, subject: uuid.UUID) -> list[Any]:
    with service.db.read() as session:
        return list(history.of(session, subject))


def taken(service: Any, activity_id: uuid.UUID, key: str) -> int:
    mine = (resources.c.activity_id == activity_id, resources.c.key == key)
    with service.db.read() as session:
        return int(session.execute(sa.select(resources.c.taken).where(*mine)).scalar_one())


def test_choice_to_stay_can_be_changed_and_a_refund_cannot(
    service: Any, browser: Browser, teams: list[uuid.UUID]
) -> None:
    begin(browser("director"), activity(service, GOLF))
    for said, status in (("keep", 303), ("keep", 303), ("refund", 303), ("keep", 409), ("credit", 422), ("", 422)):
        assert answer(browser, service, teams[0], said).status_code == status, said
    page = browser().get(f"{contact(service, teams[0])}/choice").text
    assert "annulée et remboursée" in page and "<form" not in page.split("<main")[1].split("</main>")[0]
    made = [entry for entry in entries(service, teams[0]) if entry.action == "registration.choice_made"]
    assert len(made) == 2, "said twice, it is chosen once"


def test_registration_made_after_a_postponement_is_asked_nothing(
    service: Any, browser: Browser, clock: FakeClock, teams: list[uuid.UUID]
) -> None:
    begin(browser("director"), activity(service, GOLF))
    clock.advance(minutes=1)
    later = make.registered(service.db, GOLF, "golf-quat", ["Eva Roy", "", "", ""], clock(), quantity=1)
    assert browser().get(f"{contact(service, later)}/choice").status_code == 409
    assert "/choice" not in browser().get(contact(service, later)).text
    assert answer(browser, service, later, "refund").status_code == 409


def test_second_postponement_keeps_choices_and_asks_the_undecided_again(
    service: Any, browser: Browser, clock: FakeClock, teams: list[uuid.UUID]
) -> None:
    golf, director = activity(service, GOLF), browser("director")
    first = begin(director, golf)
    answer(browser, service, teams[0], "keep")
    answer(browser, service, teams[1], "refund")
    sequence = column_of(service, golf, "calendar_sequence")
    clock.advance(minutes=30)
    director = browser("director")
    second = begin(director, golf, starts="2027-09-02T09:00", decide_by="2027-07-15", default="refund")
    assert column_of(service, golf, "calendar_sequence") == sequence + 1
    assert [second[name] for name in ("kept", "refunded", "undecided")] == [1, 0, 2]
    clock.set(datetime(2027, 7, 1, tzinfo=UTC))
    settle(service)
    assert statuses(service, teams) == ["confirmed", "cancelled", "confirmed", "confirmed"], (
        "the first day says nothing"
    )
    clock.set(datetime(2027, 7, 17, tzinfo=UTC))
    settle(service)
    assert statuses(service, teams) == ["confirmed", "cancelled", "cancelled", "cancelled"]
    view = browser("director").get(f"/api/staff/rearrangements/{first['id']}").json()
    assert view["refunded"] == 1
    assert invariants(service.db) == []


def test_hold_on_its_way_to_a_payment_gets_the_choice_when_it_is_paid(
    service: Any, browser: Browser, teams: list[uuid.UUID], clock: FakeClock
) -> None:
    held = make.registered(
        service.db,
        GOLF,
        "golf-quat",
        ["Eva Roy", "", "", ""],
        clock(),
        quantity=1,
        method="card",
        company="Usine 9 inc.",
    )
    view = begin(browser("director"), activity(service, GOLF))
    assert view["undecided"] == 4
    assert answer(browser, service, held, "keep").status_code == 409, "not paid yet"
    values = {"status": "confirmed", "confirmed_at": clock(), "paid_at": clock(), "check_at": None, "paid_by": "card"}
    with service.db.write() as session:
        mine = sa.update(Registration).where(column(Registration.id) == held)
        session.execute(mine.values(**values))
    assert answer(browser, service, held, "keep").status_code == 303


def test_postponement_is_done_once_however_often_it_is_confirmed(
    service: Any, browser: Browser, teams: list[uuid.UUID]
) -> None:
    golf, client = activity(service, GOLF), browser("coordinator")
    form = {
        "what": "postpone", "day": "2027-08-19", "decide_by": "2027-06-24", "default": "keep",
        "subject_fr": "Reporté", "text_fr": "Votre place est gardée.", "subject_en": "", "text_en": "",
    }  # fmt: skip
    shown = client.post(f"/staff/activities/{golf}/rearrange", data={**form, "do": "preview"})
    assert shown.status_code == 200 and "Reporter l’activité pour 4" in shown.text.replace("\u00a0", " ")
    new, version = (shown.text.split(f'name="{name}" value="')[1].split('"')[0] for name in ("id", "version"))
    confirmed = {**form, "id": new, "version": version, "do": "confirm"}
    for _ in range(2):
        answered = client.post(f"/staff/activities/{golf}/rearrange", data=confirmed)
        assert answered.status_code == 303, answered.text.split("<main")[1][:3000]
        assert answered.headers["location"].endswith(f"/staff/rearrangements/{new}")
    other = client.post(f"/staff/activities/{golf}/rearrange", data={**confirmed, "id": str(uuid.uuid4())})
    assert other.status_code == 409 and "modifiée entre-temps" in other.text
    page = client.get(f"/staff/rearrangements/{new}").text
    assert "Activité reportée" in page and "Noter un choix" in page


@pytest.mark.parametrize(
    ("key", "changed"), [(GOLF, {"kind": "cancel"}), (GOLF, {"default": "refund"}), ("caricatures-2027", {})]
)
def test_rearrangement_sent_again_with_other_content_is_not_said_to_be_done(
    service: Any, browser: Browser, teams: list[uuid.UUID], key: str, changed: dict[str, Any]
) -> None:
    client, mine = browser("coordinator"), {"id": str(uuid.uuid4())}
    done = begin(client, activity(service, GOLF), **mine)
    assert begin(client, activity(service, GOLF), **mine)["id"] == done["id"]
    other = client.post(f"/api/staff/activities/{activity(service, key)}/rearrangements", json=T1 | mine | changed)
    assert (other.status_code, other.json()["code"]) == (409, "DoneOtherwise"), other.text


@pytest.mark.parametrize(("role", "may"), [("director", 200), ("coordinator", 200), ("accountant", 403), ("door", 403)])
def test_rearranging_is_for_coordinators_and_directors(
    service: Any, browser: Browser, teams: list[uuid.UUID], role: str, may: int
) -> None:
    golf = activity(service, GOLF)
    assert browser(role).get(f"/staff/activities/{golf}/rearrange").status_code == may
    assert browser(role).post(f"/api/staff/activities/{golf}/rearrangements", json=T1).status_code == may
    assert [str(one) for one in statuses(service, teams)] == ["confirmed"] * 4


def test_new_date_is_news_until_it_is_past(
    service: Any, browser: Browser, clock: FakeClock, teams: list[uuid.UUID]
) -> None:
    begin(browser("director"), activity(service, GOLF))
    assert "Reportée au" in browser().get("/fr/activites/tournoi-golf-2027").text
    clock.set(datetime(2027, 8, 21, 14, 0, tzinfo=UTC))
    page = browser().get("/fr/activites/tournoi-golf-2027").text
    assert "19 août 2027" in page and "Reportée au" not in page
