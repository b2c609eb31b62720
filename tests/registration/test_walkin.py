"""Somebody at the door without a place: one gesture, one transaction, the right amount to collect."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from kit.contracts import Bilingual
from kit.db import new_id
from kit.errors import NotFound
from kit.mailbox import Outbox
from kit.money import TaxClass
from registration.catalog.actions import changed
from registration.catalog.models import Question
from registration.catalog.offers.rules_questions import Option, Per, QuestionType
from registration.catalog.rules import Channel, PriceOption, Who
from registration.walkin import flows
from registration.walkin.rules import DoorPrice, at_the_door
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.tables import check_ins, registrations, resources

COCKTAIL = "caricatures-2027"
CASH = {"first_name": "Luc", "last_name": "Passant", "product": "car", "who": "anyone", "method": "cash"}


@pytest.fixture
def cocktail(service: Any, clock: FakeClock) -> uuid.UUID:
    with service.db.read() as session:
        return make.activity_id(session, COCKTAIL)


def rows(service: Any, table: Any) -> list[Any]:
    with service.db.read() as session:
        return list(session.execute(sa.select(table)).all())


def posted(service: Any) -> list[tuple[str, dict[str, Any]]]:
    with service.db.read() as session:
        return [(row.type, row.body) for row in session.execute(sa.select(Outbox)).scalars()]


def orders(service: Any) -> list[dict[str, Any]]:
    return [body for kind, body in posted(service) if kind == "PlaceOrder"]


def walk_in(browser: Browser, activity: uuid.UUID, **asked: Any) -> Any:
    return browser("door", name="Anne").post(f"/api/activities/{activity}/walk-ins", json={**CASH, **asked})


def test_walk_in_pays_rounded_cash_and_is_checked_in(service: Any, browser: Browser, cocktail: uuid.UUID) -> None:
    done = walk_in(browser, cocktail)
    assert done.status_code == 201, done.text
    told = done.json()
    assert (told["total"], told["to_collect"], told["status"]) == (10923, 10925, "confirmed")
    assert told["check_in_id"] and told["name"] == "Luc Passant"
    [arrival], [registration] = rows(service, check_ins), rows(service, registrations)
    assert arrival.by == "Anne" and arrival.point == "entree"
    assert (registration.channel, registration.method, registration.total) == ("on_site", "cash", 10923)
    [order] = orders(service)
    assert (order["method"], order["expected_total"], order["by"]) == ("cash", 10923, "Anne")
    assert [kind for kind, _ in posted(service) if kind == "SendMessage"] == [], "no address, no letter"


def test_walk_in_sent_again_counts_once(service: Any, browser: Browser, cocktail: uuid.UUID) -> None:
    mine = str(new_id())
    first, again = (walk_in(browser, cocktail, registration_id=mine).json() for _ in range(2))
    assert first == again
    assert len(rows(service, check_ins)) == len(rows(service, registrations)) == len(orders(service)) == 1
    other = walk_in(browser, cocktail, registration_id=mine, last_name="Autre")
    assert (other.status_code, other.json()["code"]) == (409, "DifferentForm")


def test_walk_in_by_invoice_needs_a_company_and_an_address(service: Any, browser: Browser, cocktail: uuid.UUID) -> None:
    refused = walk_in(browser, cocktail, method="invoice")
    assert refused.status_code == 422 and set(refused.json()["errors"]) == {"company", "email"}
    refused = walk_in(browser, cocktail, method="invoice", company="Fonderie Noël")
    assert refused.status_code == 422 and set(refused.json()["errors"]) == {"email"}
    who = {"company": "Fonderie Noël", "email": "luc@example.org"}
    done = walk_in(browser, cocktail, method="invoice", **who).json()
    assert done["check_in_id"] and done["to_collect"] == 0
    assert [body["to"] for kind, body in posted(service) if kind == "SendMessage"] == ["luc@example.org"]


def test_walk_in_by_card_pays_before_they_are_checked_in(service: Any, browser: Browser, cocktail: uuid.UUID) -> None:
    """Billing is down here, so the card is offered as it last was; the guest's phone pays by the personal link."""
    done = walk_in(browser, cocktail, method="card").json()
    assert done["status"] == "held" and done["check_in_id"] is None and "/r/" in done["pay_url"]
    assert rows(service, check_ins) == [] and orders(service) == []
    door = browser("door")
    page = door.get(f"/staff/check-in/{cocktail}/walk-in/{done['registration_id']}").text
    assert "<svg" in page and "En attente du paiement" in page
    with service.db.write() as session:
        mine = registrations.c.id == uuid.UUID(done["registration_id"])
        session.execute(registrations.update().where(mine).values(status="confirmed"))
    page = door.get(f"/staff/check-in/{cocktail}/walk-in/{done['registration_id']}").text
    assert "payé" in page and "Accueillir" in page
    welcome = door.post(f"/staff/check-in/{cocktail}", data={"attendee_id": done["attendee_id"], "point": "entree"})
    assert "Bienvenue!" in welcome.text


def test_walk_in_card_held_shows_its_pay_url_until_it_is_paid(
    service: Any, browser: Browser, cocktail: uuid.UUID
) -> None:
    """The same address whether the form is sent, sent again, or the walk-in is read."""
    mine = new_id()
    done = walk_in(browser, cocktail, method="card", registration_id=str(mine)).json()
    assert done["pay_url"] == service.links.registration(mine, 1) + "/pay"
    address = f"/api/activities/{cocktail}/walk-ins/{mine}"
    assert browser("door").get(address).json() == done
    assert walk_in(browser, cocktail, method="card", registration_id=str(mine)).json() == done
    with service.db.write() as session:
        session.execute(registrations.update().values(status="confirmed"))
    assert browser("door").get(address).json() == done | {"status": "confirmed", "pay_url": ""}


def test_walk_in_confirmed_has_no_pay_url(browser: Browser, cocktail: uuid.UUID) -> None:
    assert walk_in(browser, cocktail, method="cash").json()["pay_url"] == ""


def test_walk_in_of_an_unknown_activity_is_not_found(service: Any, browser: Browser) -> None:
    nowhere = new_id()
    answers = [walk_in(browser, nowhere), browser("door").get(f"/staff/check-in/{nowhere}/walk-in")]
    assert [answer.status_code for answer in answers] == [404, 404]
    with pytest.raises(NotFound):
        flows.full_offer(service, nowhere)
    assert rows(service, registrations) == []


def test_walk_in_read_at_another_activity_or_from_online_is_not_found(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID
) -> None:
    mine = walk_in(browser, cocktail).json()["registration_id"]
    with service.db.read() as session:
        golf = make.activity_id(session, "golf-2027")
    online = make.registered(service.db, COCKTAIL, "car", ["Zoé Roy"], clock())
    for activity, one, status in ((cocktail, mine, 200), (golf, mine, 404), (cocktail, online, 404)):
        assert browser("door").get(f"/api/activities/{activity}/walk-ins/{one}").status_code == status
    assert walk_in(browser, golf, registration_id=mine).status_code == 404, "the form was taken elsewhere"


@pytest.mark.parametrize("changes", [{"product": "car-10"}, {"product": "nothing"}, {"product": ""}])
def test_walk_in_of_no_single_place_names_the_choice(
    browser: Browser, cocktail: uuid.UUID, changes: dict[str, str]
) -> None:
    refused = walk_in(browser, cocktail, **changes)
    assert (refused.status_code, set(refused.json()["errors"])) == (422, {"choice"})


def test_walk_in_of_a_place_sold_out_beside_others_names_the_choice(
    service: Any, browser: Browser, clock: FakeClock
) -> None:
    """The course is full, the dinner is not: the activity goes on selling."""
    clock.advance(days=60)
    with service.db.write() as session:
        golf = make.activity_id(session, "golf-2027")
        session.execute(resources.update().where(resources.c.key == "tee_spots").values(taken=144))
    meal = {"who": "non_member", "answers": {"q-repas": "boeuf"}}
    refused = walk_in(browser, golf, product="golf-ind", **meal)
    assert (refused.status_code, set(refused.json()["errors"])) == (422, {"choice"}), refused.text
    assert walk_in(browser, golf, product="golf-souper", **meal).status_code == 201


def test_walk_in_without_room_writes_nothing(service: Any, browser: Browser, cocktail: uuid.UUID) -> None:
    with service.db.write() as session:
        session.execute(resources.update().where(resources.c.activity_id == cocktail).values(taken=330))
    refused = walk_in(browser, cocktail)
    assert (refused.status_code, refused.json()["code"]) == (409, "SoldOut")
    assert rows(service, registrations) == rows(service, check_ins) == []


def test_walk_in_at_a_wrong_point_writes_nothing(service: Any, browser: Browser, cocktail: uuid.UUID) -> None:
    """The check-in fails, so the signup before it never happened: one transaction."""
    refused = walk_in(browser, cocktail, point="garage")
    assert (refused.status_code, refused.json()["code"]) == (422, "UnknownPoint")
    assert rows(service, registrations) == [] and orders(service) == []
    with service.db.read() as session:
        taken = session.execute(sa.select(resources.c.taken).where(resources.c.activity_id == cocktail)).scalar()
    assert taken == 0


def test_walk_in_may_come_after_online_sale_but_not_after_the_activity(
    browser: Browser, clock: FakeClock, cocktail: uuid.UUID
) -> None:
    clock.advance(days=27)
    assert walk_in(browser, cocktail).status_code == 201, "the day before, the online sale is closed"
    clock.advance(days=3)
    refused = walk_in(browser, cocktail)
    assert (refused.status_code, refused.json()["code"]) == (409, "SignupClosed")


def test_walk_in_pays_regular_prices_where_the_door_has_none(service: Any, browser: Browser, clock: FakeClock) -> None:
    clock.advance(days=60)
    with service.db.read() as session:
        golf = make.activity_id(session, "golf-2027")
    asked = {"product": "golf-souper", "answers": {"q-repas": "boeuf"}}
    assert walk_in(browser, golf, who="member", **asked).json()["total"] == 8623
    assert walk_in(browser, golf, who="non_member", **asked).json()["total"] == 10348
    refused = walk_in(browser, golf, product="golf-souper", who="member")
    assert refused.status_code == 422 and set(refused.json()["errors"]) == {"answers.q-repas"}
    assert walk_in(browser, golf, product="golf-quat", who="member").status_code == 422, "a foursome is not one person"


def option(key: str, channel: Channel, amount: int) -> PriceOption:
    label = Bilingual(fr=key)
    return PriceOption(key, Who.ANYONE, channel, amount, TaxClass.TAXABLE, label, None, 1, {}, "4110")


def test_walk_in_pays_the_doors_own_prices_first() -> None:
    regular, door = option("car-n", Channel.ONLINE, 8500), option("car-porte", Channel.ON_SITE, 9500)
    assert at_the_door([regular, door]) == (door,)
    [same] = at_the_door([regular])
    assert (same.key, same.amount, same.channel) == ("car-n", 8500, Channel.ON_SITE)


@pytest.mark.parametrize(
    ("total", "collected"), [(10923, 10925), (10922, 10920), (10920, 10920), (0, 0), (3, 5), (2, 0)]
)
def test_walk_in_total_is_rounded_only_in_cash(total: int, collected: int) -> None:
    """domain.md T5."""
    assert DoorPrice("car", "anyone", Bilingual(fr="Place"), 9500, total).in_cash == collected


def test_walk_in_page_shows_what_to_collect_and_keeps_what_was_entered(
    service: Any, browser: Browser, cocktail: uuid.UUID
) -> None:
    door, address = browser("door"), f"/staff/check-in/{cocktail}/walk-in"
    form = door.get(address)
    assert form.status_code == 200 and "109,23" in form.text and "109,25" in form.text
    typed = {"first_name": "Luc", "last_name": "", "choice": "car:anyone", "method": "cash", "point": "entree"}
    refused = door.post(address, data=typed)
    assert refused.status_code == 422 and 'value="Luc"' in refused.text and "f-last_name-error" in refused.text
    done = door.post(address, data={**typed, "last_name": "Passant", "registration_id": str(new_id())})
    assert done.status_code == 303
    welcome = door.get(done.headers["location"]).text
    assert "Bienvenue!" in welcome and "Luc Passant" in welcome and "109,25" in welcome
    assert door.get(f"/staff/check-in/{cocktail}/walk-in/{uuid.uuid4()}").status_code == 404
    [arrival] = rows(service, check_ins)
    undone = door.post(f"/staff/check-in/{cocktail}/undo", data={"check_in_id": str(arrival.id)})
    assert "L’inscription sur place reste, avec la somme à percevoir" in door.get(undone.headers["location"]).text
    stands = door.get(done.headers["location"]).text
    assert "l’arrivée n’est pas notée" in stands and "payé" not in stands


def test_walk_in_page_after_the_back_button_serves_the_next_person(
    service: Any, browser: Browser, cocktail: uuid.UUID
) -> None:
    door, address, form = browser("door"), f"/staff/check-in/{cocktail}/walk-in", str(new_id())
    common = {"choice": "car:anyone", "method": "cash", "point": "entree", "registration_id": form}
    for last in ("Premier", "Second"):
        assert door.post(address, data={**common, "first_name": "Luc", "last_name": last}).status_code == 303
    assert len(rows(service, registrations)) == 2


@pytest.mark.parametrize(
    ("role", "status"), [("door", 200), ("coordinator", 200), ("director", 200), ("accountant", 403)]
)
def test_walk_in_by_role_is_open_to_who_may(browser: Browser, cocktail: uuid.UUID, role: str, status: int) -> None:
    client = browser(role)
    assert client.get(f"/staff/check-in/{cocktail}/walk-in").status_code == status
    done = client.post(f"/api/activities/{cocktail}/walk-ins", json=CASH)
    assert done.status_code == (201 if status == 200 else 403)


def test_walk_in_page_takes_one_choice_of_a_question_that_takes_several(
    service: Any, browser: Browser, cocktail: uuid.UUID
) -> None:
    """One box ticked is one choice of several; a refused page shows every box as it was ticked."""
    options = tuple(Option(name, Bilingual(fr=name, en=name)) for name in ("one", "two"))
    with service.db.write() as session:
        session.add(
            Question(
                activity_id=cocktail,
                key="interests",
                position=99,
                per=Per.ATTENDEE,
                type=QuestionType.CHOICES,
                required=True,
                label_fr="Intérêts",
                options=options,
            )
        )
        changed(session, cocktail)
    address = f"/staff/check-in/{cocktail}/walk-in"
    form = {"first_name": "Luc", "choice": "car:anyone", "method": "cash", "point": "entree"}
    door = browser("door")
    refused = door.post(address, data={**form, "answers.interests": ["one", "two"]})
    assert refused.status_code == 422 and refused.text.count('name="answers.interests"') == 2
    assert refused.text.count(" checked") == 4, "two boxes, the place and the way of paying"
    named = {**form, "last_name": "Passant", "registration_id": str(new_id())}
    done = door.post(address, data={**named, "answers.interests": ["one"]})
    assert done.status_code == 303, done.text
