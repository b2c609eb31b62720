"""Lists written while something else happens: taken back as far as it can be, and never left half way."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from kit.sql import column, table
from registration.members.models import Company, Membership, Person
from tests.registration.conftest import Browser
from tests.registration.listing import at_work, csv, decide, looked_at, rows, written

HEAD = "Entreprise;Prénom;Nom;Courriel;Membre depuis;Échéance"


def named(service: Any, name: str) -> Company:
    with service.db.read() as session:
        return session.exec(select(Company).where(Company.name == name)).one()


def test_two_doubtful_rows_of_one_company_add_its_period_once(service: Any, browser: Browser) -> None:
    client = browser("coordinator")
    it = looked_at(
        client,
        csv(
            HEAD,
            "Les Toits Verglas ltée;;;;2020-07-01;2021-06-30",
            "Toit Verglas;;;;2021-07-01;2022-06-30",
            "Toits du Verglas;;;;2021-07-01;2022-06-30",
        ),
    )
    doubtful = rows(client, it, "doubtful")
    decide(client, it, *({"number": row["number"], "decision": "same"} for row in doubtful))
    written(client, service, it)
    one = named(service, "Les Toits Verglas ltée")
    with service.db.read() as session:
        periods = session.exec(select(Membership.starts).where(Membership.company_id == one.id)).all()
    assert sorted(periods) == [date(2020, 7, 1), date(2021, 7, 1)]


def test_doubtful_row_whose_company_went_meanwhile_makes_its_own(service: Any, browser: Browser) -> None:
    client = browser("coordinator")
    first = written(client, service, looked_at(client, csv(HEAD, "Les Toits Verglas ltée;;;;;")))
    second = looked_at(client, csv(HEAD, "Toit Verglas;;;;;"))
    decide(client, second, {"number": 2, "decision": "another"})
    client.post(f"/api/imports/{first['id']}/undo")
    at_work(service)
    assert written(client, service, second)["state"] == "done"
    assert named(service, "Toit Verglas")


def test_row_in_use_by_the_time_it_is_taken_back_keeps_what_it_needs(
    service: Any, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser("coordinator")
    it = written(
        client, service, looked_at(client, csv(HEAD, "Toit Verglas;Zoé;Roy;zoe@verglas.example.org;;",
                                               "Toit Verglas;Lou;Roy;lou@verglas.example.org;;")),
    )  # fmt: skip
    monkeypatch.setattr("registration.office.imports.api.flows.begin", lambda *_: None)
    assert client.post(f"/api/imports/{it['id']}/undo").json()["state"] == "undoing"
    with service.db.write() as session:
        lou = session.exec(select(Person).where(Person.first_name == "Lou")).one()
        session.execute(sa.update(table(Person)).where(column(Person.id) == lou.id).values(link_version=2))
    at_work(service)
    assert client.get(f"/api/imports/{it['id']}").json()["state"] == "undone"
    assert [row["left"] for row in rows(client, it)] == ["used", "used"]
    with service.db.read() as session:
        stays = {one.first_name for one in session.exec(select(Person).where(Person.email.like("%verglas%")))}
    assert (stays, named(service, "Toit Verglas").merged_into_id) == ({"Zoé", "Lou"}, None)


@pytest.mark.parametrize("said", [{"fee": 37500, "fee_due_on": "2027-07-31"}, {"ends": "2028-09-30"}])
def test_period_that_staff_changed_since_keeps_an_import(service: Any, browser: Browser, said: dict[str, Any]) -> None:
    client = browser("coordinator")
    it = written(client, service, looked_at(client, csv(HEAD, "Usinage Valbrume inc.;;;;2027-07-01;2028-06-30")))
    with service.db.read() as session:
        period = session.exec(select(Membership).where(Membership.starts == date(2027, 7, 1))).one()
    changed = {"starts": "2027-07-01", "ends": "2028-06-30", **said}
    assert client.post(f"/api/memberships/{period.id}", json=changed).status_code == 200
    refused = client.post(f"/api/imports/{it['id']}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "ImportUsed")


def test_person_merged_since_keeps_an_import(service: Any, browser: Browser) -> None:
    client = browser("coordinator")
    it = written(
        client, service, looked_at(client, csv(HEAD, "Usinage Valbrume inc.;Zoé;Roy;zoe@verglas.example.org;;"))
    )
    with service.db.read() as session:
        zoe = session.exec(select(Person).where(Person.first_name == "Zoé", Person.last_name == "Roy")).one()
        other = session.exec(select(Person).where(Person.key == "p01")).one()
    merge = {"subject": "person", "gone": str(zoe.id), "kept": str(other.id)}
    assert client.post("/api/mergers", json=merge).status_code == 201
    refused = client.post(f"/api/imports/{it['id']}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "ImportUsed")
