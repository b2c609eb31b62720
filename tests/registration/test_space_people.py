"""Who of a company may change whom on its page, and what is left to pay of its invoices."""

import uuid
from typing import Any

from registration.members.models import CompanyRole, Person
from registration.members.rules import Role
from registration.registrations.models import Registration
from tests.registration.conftest import COCKTAIL, Browser
from tests.registration.test_members import company, person
from tests.registration.test_space import TEAM, asked, headers, inside, item, sign_up, with_role


def acts_too(service: Any, who: Person, key: str, role: Role = Role.DELEGATE) -> None:
    """Somebody of one company acts for another as well."""
    with service.db.write() as session:
        at = company(service, key).id
        session.add(CompanyRole(person_id=who.id, company_id=at, role=role, starts=service.clock().date()))


def form_of(who: Person, **given: Any) -> dict[str, Any]:
    said = {"first_name": who.first_name, "last_name": who.last_name, "email": who.email, "lang": who.lang}
    return said | {"roles": ["manager"]} | given


def email_of(service: Any, who: Person) -> str:
    with service.db.read() as session:
        return str(session.get_one(Person, who.id).email)


def test_address_of_who_acts_for_another_company_too_is_not_a_colleagues_to_change(
    service: Any, browser: Browser
) -> None:
    """Their link opens both companies: whoever chose where it is sent would have the other's."""
    client, carl, etienne = inside(browser, service), person(service, "p42"), person(service, "p02")
    acts_too(service, etienne, "c15", Role.MANAGER)
    taken = client.post(f"/company/people/{etienne.id}", data=form_of(etienne, email="mine@example.org"))
    assert taken.status_code == 422 and "l’association" in taken.text
    body = form_of(etienne, email="mine@example.org")
    api = f"/api/people/{carl.id}/company/people/{etienne.id}"
    assert client.post(api, json=body, headers=headers(service, carl)).status_code == 422
    renamed = client.post(f"/company/people/{etienne.id}", data=form_of(etienne, last_name="Autre"))
    assert renamed.status_code == 422 and email_of(service, etienne) == etienne.email
    assert client.post(f"/company/people/{etienne.id}", data=form_of(etienne, roles=["employee"])).status_code == 303


def test_delegate_is_changed_and_sent_away_by_a_delegate_alone(service: Any, browser: Browser) -> None:
    hr, chief = with_role(service, Role.HR, "c15"), with_role(service, Role.DELEGATE, "c15")
    second = with_role(service, Role.MANAGER, "c15")
    acting = inside(browser, service, hr.key)
    stolen = acting.post(f"/company/people/{chief.id}", data=form_of(chief, email="mine@example.org"))
    assert stolen.status_code == 422 and "personne déléguée" in stolen.text
    away = acting.post(f"/company/people/{chief.id}/leave")
    assert away.status_code == 422 and "personne déléguée" in away.text
    api = f"/api/people/{hr.id}/company/people/{chief.id}"
    assert acting.post(f"{api}/leave", headers=headers(service, hr)).status_code == 422
    assert email_of(service, chief) == chief.email
    assert acting.post(f"/company/people/{second.id}", data=form_of(second, last_name="Wren")).status_code == 303
    chiefs = inside(browser, service, chief.key)
    assert chiefs.post(f"/company/people/{chief.id}", data=form_of(chief, roles=["delegate"])).status_code == 303
    assert chiefs.post(f"/company/people/{hr.id}/leave").status_code == 303


def test_part_of_an_invoice_that_was_paid_is_not_to_pay(service: Any, browser: Browser) -> None:
    client, carl = inside(browser, service), person(service, "p42")
    made = sign_up(service, client, asked(item(COCKTAIL, "car", TEAM))).json()["registrations"][0]
    with service.db.write() as session:
        whole = session.get_one(Registration, uuid.UUID(made["registration_id"]))
        whole.balance = 2500
    read = client.get(f"/api/people/{carl.id}/company", headers=headers(service, carl)).json()
    assert [one["owed"] for one in read["registrations"] if one["id"] == made["registration_id"]] == [2500]
