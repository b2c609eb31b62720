"""Whatever authors change of an activity, what was sold stays as it was sold: registrations, orders, invoices."""

import random
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from kit.auth import staff_pass
from tests import make
from tests.fakes.house import House
from tests.journeys.test_invoice import at, code_of

GOLF, COCKTAIL = "golf-2027", "caricatures-2027"
# What carries messages, answers given twice and the last numbers given are not what was sold.
MOVING = {"outbox", "inbox", "answered_request", "alembic_version", "checkout", "incoming", "series"}
SOLD = ("registration", "registration_line", "attendee", "answer", "add_on_share")
Rows = dict[str, str]


class Office:
    """A coordinator at the API, and buyers."""

    def __init__(self, house: House) -> None:
        self.house, self.client = house, house.clients["registration"]
        self.code = code_of(house, "c01")
        with house.registration.db.read() as session:
            self.ids = {key: make.activity_id(session, key) for key in (GOLF, COCKTAIL)}

    @property
    def headers(self) -> dict[str, str]:
        """A pass that was just given: the clock moves."""
        db, now = self.house.registration.db, self.house.clock()
        caller = make.program(db, ["coordinator"], now, name="Coordonnatrice")
        return {"Authorization": "Bearer " + staff_pass(self.house.registration.settings.signing_key, caller, now)}

    def section(self, key: str, name: str) -> Any:
        return self.client.get(f"/api/staff/activities/{self.ids[key]}/draft", headers=self.headers).json()[name]

    def save(self, key: str, name: str, section: Any) -> Any:
        address = f"/api/staff/activities/{self.ids[key]}/{name}"
        answer = self.client.put(address, json=section, headers=self.headers)
        assert answer.status_code in (200, 409, 422), answer.text
        return answer

    def foursome(self, who: str = "member", method: str = "invoice") -> Any:
        people = [{"answers": {"q-repas": "boeuf"}} for _ in range(4)]
        body = {
            "contact": {"first_name": "Chloé", "last_name": "Roy", "email": "chloe@example.org"},
            "company": "Acier Fjord inc.",
            "code": self.code,
            "items": [{"product": "golf-quat", "who": who, "quantity": 1, "attendees": people}],
            "contact_attends": False,
            "method": method,
            "terms_accepted": True,
        }
        return self.client.post(f"/api/activities/{GOLF}/registrations", json=body)


def kept(house: House) -> Rows:
    """Every row of what was sold, whole, by its table and key, in registration and in billing."""
    found: Rows = {}
    for name in ("registration", "billing"):
        with getattr(house, name).db.read() as session:
            every = sa.inspect(session.connection())
            tables = SOLD if name == "registration" else sorted(set(every.get_table_names()) - MOVING)
            for table in tables:
                key = every.get_pk_constraint(table)["constrained_columns"]
                for row in session.execute(sa.text(f"SELECT * FROM {table}")).mappings():
                    found[f"{table} {[str(row[column]) for column in key]}"] = repr(dict(row))
    return found


@pytest.fixture
def office(house: House) -> Office:
    house.clock.set(datetime(2027, 4, 1, 16, 0, tzinfo=UTC))
    house.settle()
    return Office(house)


def test_price_raised_after_31_sales_is_for_the_32nd(house: House, office: Office) -> None:
    for _ in range(31):
        assert office.foursome().status_code == 201
    house.settle()
    before = kept(house)
    section = office.section(GOLF, "prices")
    [early] = [
        price for product in section["products"] for price in product["prices"] if price["key"] == "golf-quat-m-eb"
    ]
    assert early["amount"] == 70000
    early |= {"amount": 72000, "components": {**early["components"], "golf": early["components"]["golf"] + 2000}}
    assert office.save(GOLF, "prices", section).status_code == 200
    house.settle()
    assert kept(house) == before, "the 31 invoices are unchanged to the byte"
    last = office.foursome().json()
    assert [last[name] for name in ("subtotal", "tps", "tvq", "total")] == [72000, 3600, 7182, 82782]
    house.settle()
    after = kept(house)
    assert {name: after[name] for name in before} == before
    assert sum(name.startswith("invoice ") for name in after) == 32
    assert house.invariants() == []


def test_capacity_below_312_places_taken_is_refused_in_words(house: House, office: Office) -> None:
    at(house, 2027, 3, 1)
    for _ in range(8):
        make.registered(house.registration.db, COCKTAIL, "car", [], house.clock(), quantity=39)
    section = office.section(COCKTAIL, "resources")
    assert section["resources"][0]["capacity"] == 330
    section["resources"][0]["capacity"] = 300
    refused = office.save(COCKTAIL, "resources", section)
    assert (refused.status_code, refused.json()["code"]) == (409, "CapacityBelowTaken")
    assert "312 places sont prises" in refused.json()["detail"]
    section["resources"][0]["capacity"] = 312
    assert office.save(COCKTAIL, "resources", section).status_code == 200


class Season:
    """A random season of the tournament: whatever may be done, in any order."""

    def __init__(self, office: Office, seed: int) -> None:
        self.office, self.chance = office, random.Random(seed)
        self.sold: list[uuid.UUID] = []
        self.refused = 0

    def step(self) -> Callable[[], uuid.UUID | None]:
        acts = (self.sell, self.sell, self.cancel, self.price, self.words, self.questions, self.capacity, self.uses)
        return self.chance.choice((*acts, self.close, self.attendees, self.text))

    def sell(self) -> None:
        answer = self.office.foursome(
            self.chance.choice(["member", "non_member"]), self.chance.choice(["invoice", "card"])
        )
        assert answer.status_code in (201, 409, 422), answer.text
        if answer.status_code == 201:
            self.sold.append(uuid.UUID(answer.json()["id"]))

    def cancel(self) -> uuid.UUID | None:
        """Some are held, or cancelled already: refused."""
        if not self.sold:
            return None
        chosen = self.chance.choice(self.sold)
        address = f"/api/staff/registrations/{chosen}/cancel"
        self.office.client.post(address, json={}, headers=self.office.headers)
        return chosen

    def _prices(self, change: Callable[[Any, Any], None]) -> None:
        section = self.office.section(GOLF, "prices")
        for product in section["products"]:
            for price in product["prices"]:
                change(product, price)
        self._saved("prices", section)

    def _saved(self, name: str, section: Any) -> None:
        self.refused += self.office.save(GOLF, name, section).status_code != 200

    def price(self) -> None:
        more = self.chance.randrange(-20, 60) * 100

        def raised(_product: Any, price: Any) -> None:
            if "golf" in price["components"] and price["amount"] > 10000:
                price["amount"] += more
                price["components"]["golf"] += more

        self._prices(raised)

    def words(self) -> None:
        name = f"Quatuor {self.chance.randrange(1000)}"
        self._prices(lambda product, price: price["label"].update(fr=name) or product["label"].update(fr=name))

    def close(self) -> None:
        until = self.chance.choice(["2020-01-01T00:00", "2027-05-14T23:59", None])
        self._prices(lambda _, price: price.update(until=until) if price["key"] == "golf-quat-m-eb" else None)

    def attendees(self) -> None:
        count = self.chance.choice([2, 4, 5])
        self._prices(lambda product, _: product.update(attendees=count) if product["key"] == "golf-quat" else None)

    def questions(self) -> None:
        """One is retired, or asked again in other words."""
        section = self.office.section(GOLF, "questions")
        if self.chance.random() < 0.5 and len(section["questions"]) > 1:
            section["questions"].pop(self.chance.randrange(len(section["questions"])))
        else:
            section["questions"].append({"label": {"fr": "Autre question"}, "type": "text", "per": "attendee"})
        self._saved("questions", section)

    def capacity(self) -> None:
        section = self.office.section(GOLF, "resources")
        for resource in section["resources"]:
            resource["capacity"] = max(1, resource["capacity"] + self.chance.randrange(-40, 40))
        self._saved("resources", section)

    def uses(self) -> None:
        section = self.office.section(GOLF, "resources")
        section["uses"]["golf-quat"] = {"tee_spots": self.chance.choice([2, 4, 8]), "dinner_seats": 4}
        self._saved("resources", section)

    def text(self) -> None:
        section = self.office.section(GOLF, "essentials")
        section["title"]["fr"] = f"Tournoi {self.chance.randrange(1000)}"
        self._saved("essentials", section)


@pytest.mark.parametrize("seed", range(4))
def test_old_sales_stay_as_they_were_whatever_is_edited(house: House, office: Office, seed: int) -> None:
    season, counts = Season(office, seed), dict[str, int]()
    for _ in range(30):
        before = kept(house)
        act = season.step()
        of = act()
        house.settle()
        after, name = kept(house), act.__name__
        counts[name] = counts.get(name, 0) + 1
        # A sale adds rows, a cancellation changes those of its registration and adds some; an edit changes none.
        if name in ("sell", "cancel"):
            after = {key: row for key, row in after.items() if key in before}
        assert _others(after, of) == _others(before, of), (seed, name)
    assert season.refused < 30 and counts.keys() >= {"sell"}
    assert house.invariants() == []


def _others(rows: Rows, of: uuid.UUID | None) -> Rows:
    """The rows that say nothing of a registration."""
    mine = {str(of), of.hex} if of else set()
    return {key: row for key, row in rows.items() if not any(one in row for one in mine)}
