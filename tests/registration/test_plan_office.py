"""Staff's page of a plan: counts and money, what is written of it, codes held and released; never a name."""

import re
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from registration.members.models import Company
from tests import make
from tests.covering import bought, covered, enrolled, listed, person, renewed
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser

WRITTEN = {
    "provider_name": "Clinique fictive Cap-Repère",
    "provider_email": "pae@cap-repere.example.org",
    "provider_phone": "418 555-0190",
    "entitlement": {"fr": "5 rencontres", "en": "5 sessions"},
    "mode": "fixed_period",
    "starts": "2027-04-01",
    "ends": "2028-03-31",
}


@pytest.fixture(autouse=True)
def in_march(clock: FakeClock, service: Any) -> None:
    clock.set(datetime(2027, 3, 8, 16, tzinfo=UTC))
    renewed(service)


@pytest.fixture
def plan(service: Any) -> str:
    with service.db.read() as session:
        return str(make.activity_id(session, "pae-2027"))


def page(browser: Browser, plan: str, role: str = "coordinator") -> str:
    answer = browser(role).get(f"/staff/activities/{plan}/plan")
    assert answer.status_code == 200, answer.text
    return str(answer.text).replace("\u00a0", " ")


def test_plan_page_counts_companies_people_and_money_and_names_nobody(
    service: Any, browser: Browser, plan: str
) -> None:
    bought(service, "c15", [person(n, employer_ref="NUM-77") for n in range(3)])
    bought(service, "c12", [person(9)])
    said = page(browser, plan)
    figures = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", said))
    assert "1 entreprise inscrite" in figures or "entreprise inscrite 1" in figures, figures
    assert "224,20 $" in figures and "Attend la cotisation" in figures
    assert not [word for word in ("Prénom", "Fictif", "personne-1@", "NUM-77") if word in said]
    read = browser("accountant").get(f"/api/staff/activities/{plan}/plan").json()
    assert (read["companies_enrolled"], read["people_covered"]) == (1, 3)
    assert {one["covered"]: one["kept_since"] is not None for one in read["companies"]} == {3: False, 0: True}


def test_plan_page_is_for_staff_and_its_link_for_coordinators(browser: Browser, plan: str) -> None:
    assert "/clinic/" in page(browser, plan) and "/clinic/" not in page(browser, plan, "accountant")
    assert browser().get(f"/staff/activities/{plan}/plan").status_code in (303, 401)
    assert browser("door").get(f"/staff/activities/{plan}/plan").status_code == 403
    assert browser("accountant").post(f"/staff/activities/{plan}/plan/link").status_code == 403


def test_plan_page_of_another_kind_of_activity_is_not_found(service: Any, browser: Browser) -> None:
    with service.db.read() as session:
        golf = make.activity_id(session, "golf-2027")
    assert browser("coordinator").get(f"/staff/activities/{golf}/plan").status_code == 404
    answer = browser("coordinator").put(f"/api/staff/activities/{golf}/plan", json=WRITTEN)
    assert (answer.status_code, answer.json()["code"]) == (409, "NotAPlan")
    assert browser("coordinator").get(f"/api/staff/activities/{golf}/plan").status_code == 404


def test_plan_is_written_again_until_somebody_is_covered(service: Any, browser: Browser, plan: str) -> None:
    desk = browser("coordinator")
    later = {**WRITTEN, "ends": "2028-06-30"}
    assert desk.put(f"/api/staff/activities/{plan}/plan", json=later).json()["ends"] == "2028-06-30"
    bought(service, "c15", [person(1)])
    refused = desk.put(f"/api/staff/activities/{plan}/plan", json=WRITTEN)
    assert (refused.status_code, refused.json()["code"]) == (409, "PlanUnderWay")
    words = {**later, "entitlement": {"fr": "6 rencontres", "en": ""}}
    assert desk.put(f"/api/staff/activities/{plan}/plan", json=words).json()["entitlement"]["fr"] == "6 rencontres"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("provider_name", ""),
        ("provider_email", "nulle part"),
        ("provider_phone", ""),
        ("ends", None),
        ("ends", "2027-03-31"),
        ("entitlement", {"fr": "", "en": ""}),
    ],
)
def test_plan_written_wrong_names_the_field(browser: Browser, plan: str, field: str, value: Any) -> None:
    answer = browser("coordinator").put(f"/api/staff/activities/{plan}/plan", json={**WRITTEN, field: value})
    assert answer.status_code == 422
    assert any(where.startswith(field) for where in answer.json()["errors"]), answer.json()


def test_plan_form_keeps_what_was_typed_when_it_is_refused(browser: Browser, plan: str) -> None:
    flat = {key: value for key, value in WRITTEN.items() if key != "entitlement"}
    typed = {**flat, "entitlement.fr": "6 rencontres", "entitlement.en": "", "ends": "hier"}
    answer = browser("coordinator").post(f"/staff/activities/{plan}/plan", data=typed)
    assert answer.status_code == 422 and "6 rencontres" in answer.text and 'value="hier"' in answer.text
    saved = browser("coordinator").post(f"/staff/activities/{plan}/plan", data={**typed, "ends": "2028-03-31"})
    assert saved.status_code == 303 and saved.headers["location"].endswith("done=saved")


def test_codes_of_a_company_are_held_and_released_on_the_page(service: Any, browser: Browser, plan: str) -> None:
    desk, company = browser("coordinator", name="Élise Côté"), enrolled(service).whose.company_id
    bought(service, "c15", [person(1)])
    address = f"/staff/activities/{plan}/plan/companies/{company}"
    assert desk.post(f"{address}/hold").status_code == 303
    bought(service, "c15", [person(2)])
    assert "Codes retenus" in page(browser, plan)
    assert len(covered(service, enrolled(service).whose)) == 1
    assert desk.post(f"{address}/release").status_code == 303
    assert len(covered(service, enrolled(service).whose)) == 2
    file = browser("director").get(f"/staff/members/{company}").text
    assert "Codes retenus" in file or "Élise Côté" in file


def test_companies_to_renew_are_counted_from_sixty_days_before_the_end(
    service: Any, browser: Browser, plan: str, clock: FakeClock
) -> None:
    bought(service, "c15", [person(1)])
    clock.set(datetime(2028, 1, 30, 16, tzinfo=UTC))
    assert "À reconduire" not in page(browser, plan)
    clock.set(datetime(2028, 2, 1, 16, tzinfo=UTC))
    assert "À reconduire" in page(browser, plan)


def test_plan_of_twelve_months_covers_each_from_the_day_it_begins(
    service: Any, browser: Browser, plan: str, clock: FakeClock
) -> None:
    desk = browser("coordinator")
    each = {**WRITTEN, "mode": "twelve_months", "ends": None, "starts": "2027-03-01"}
    assert desk.put(f"/api/staff/activities/{plan}/plan", json=each).status_code == 200
    one = bought(service, "c15", [person(1)]).covered[0]
    assert (str(one.starts_on), str(one.ends_on)) == ("2027-03-08", "2028-03-07")
    clock.advance(days=10)
    other = bought(service, "c15", [person(2)]).covered[0]
    assert str(other.ends_on) == "2028-03-17"


def test_company_with_a_list_only_is_shown_as_preparing_it(service: Any, browser: Browser, plan: str) -> None:
    listed(service, enrolled(service), [person(1)])
    assert "Liste en préparation" in page(browser, plan)
    with service.db.read() as session:
        assert session.get(Company, enrolled(service).whose.company_id) is not None
    assert browser("coordinator").post(f"/staff/activities/{uuid.uuid4()}/plan/link").status_code == 404


def test_company_is_not_enrolled_by_telephone_and_staff_read_what_to_do(browser: Browser, plan: str) -> None:
    client, activity = browser("coordinator"), plan
    page = client.get(f"/staff/activities/{activity}/sign-up")
    assert page.status_code == 409 and "lien personnel" in page.text and "/staff/members" in page.text
    body = {
        "contact": {"first_name": "Chloé", "last_name": "Roy", "email": "chloe@example.org"},
        "items": [{"product": "pae", "who": "member", "quantity": 3}],
        "method": "invoice",
    }
    refused = client.post(f"/api/staff/activities/{activity}/telephone-signups", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "EnrolledByCompanies")
    shown = client.get(f"/staff/activities/{activity}").text
    assert "/sign-up" not in shown and f"/staff/check-in/{activity}" not in shown and f"{activity}/plan" in shown
