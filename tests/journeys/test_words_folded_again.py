"""Rows that were saved when fewer letters were folded are found after the upgrade, in the three services."""

import importlib
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command

from kit import migrate
from tests.fakes.house import House
from tests.journeys.signing import COMPANY, sign_up
from tests.tables import attendees

# The revision that folds words again in each service, and the one before.
FOLDS = {"registration": ("0013", "0014"), "billing": ("0005", "0006"), "notify": ("0002", "0003")}
SEARCHED = {"registration": ("attendee", "registration", "company"), "billing": ("buyer",), "notify": ("message",)}


def folded_again(service: Any) -> None:
    """As the upgrade does it, on a database that has everything else."""
    before, after = FOLDS[service.name]
    package = importlib.import_module(service.name)
    with service.db.engine.execution_options(guichet_write=True).begin() as connection:
        config = migrate.config(Path(str(package.__file__)).parent / "migrations", connection)
        command.stamp(config, before)
        command.upgrade(config, after)
        command.stamp(config, "head")


def words(service: Any) -> dict[str, list[str]]:
    with service.db.read() as session:
        return {
            name: [row[0] for row in session.execute(sa.text(f"SELECT search FROM {name} ORDER BY search"))]
            for name in SEARCHED[service.name]
        }


def test_rows_of_an_older_rule_are_found_after_the_upgrade(house: House) -> None:
    contact = {"contact.first_name": "Łucja", "contact.last_name": "O’Brien", "q.car.non_member": "1"}
    page = sign_up(house.visitor(), "caricatures-2027", contact | COMPANY)
    assert page.status == 200 and "/r/" in page.url, page.url
    house.settle()
    services = (house.registration, house.billing, house.notify)
    right = [words(service) for service in services]
    assert any("obrien" in word for service in right for each in service.values() for word in each)
    for service in services:
        with service.db.write() as session:
            for name in SEARCHED[service.name]:
                session.execute(sa.text(f"UPDATE {name} SET search = 'older rule' WHERE search <> ''"))
    with house.registration.db.write() as session:
        forgotten = session.execute(sa.select(attendees.c.id).limit(1)).scalar()
        session.execute(attendees.update().where(attendees.c.id == forgotten).values(search="", sort_name=""))
    for _ in range(2):
        for service in services:
            folded_again(service)
            assert migrate.is_current(service.db, service.migrations)
        after = [words(service) for service in services]
        assert after[1:] == right[1:]
        assert after[0]["company"] == right[0]["company"] and after[0]["registration"] == right[0]["registration"]
        assert after[0]["attendee"][0] == "" and set(after[0]["attendee"][1:]) < set(right[0]["attendee"])
