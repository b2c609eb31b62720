"""Somebody at the door without a place: one gesture, one transaction, the right amount to collect."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from kit.contracts import Bilingual
from kit.db import new_id
from kit.mailbox import Outbox
from kit.money import TaxClass
from registration.catalog.rules import Channel, PriceOption, Who
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
    assert "L’inscription sur place et ce qui est à percevoir restent" in door.get(undone.headers["location"]).text
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
