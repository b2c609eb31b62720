"""HR's pages of a plan: her own file becomes people covered, and she changes who they are."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from registration.members.models import Person
from registration.members.rules import Role
from tests.registration.conftest import Browser
from tests.registration.plan_lists import PLAN, SPREADSHEET, acting_for, covered, pay, recognised, send_file


@pytest.fixture
def hr(service: Any) -> Person:
    return acting_for(service, "c15", Role.HR, Role.DELEGATE)


@pytest.fixture
def page(service: Any, browser: Browser, hr: Person) -> TestClient:
    return recognised(service, browser(), hr)


def test_hr_covers_twelve_people_from_her_own_file(service: Any, page: TestClient, hr: Person) -> None:
    assert send_file(page, SPREADSHEET.content).headers["location"].endswith(f"/plans/{PLAN}/list")
    shown = page.get(f"/plans/{PLAN}/list").text
    assert "13 lignes lues" in shown and "12 personnes à couvrir" in shown
    assert "Même personne que la ligne 3" in shown and "son code sera sur la feuille à remettre" in shown
    assert "780,00" in shown and "39,00" in shown and "77,81" in shown and "896,81" in shown
    assert "11 courriels et 1 fiche" in shown
    done = pay(page)
    assert done.status_code == 303 and done.headers["location"].endswith("?done=covered")
    assert len(covered(service, hr.company_id)) == 12
    mine = page.get(f"/plans/{PLAN}?done=covered").text
    assert "12 personnes couvertes" in mine and "Cœline Œilneuf" in mine and "Fiche à remettre" in mine
