"""Two companies that both cover people by one plan are one: their cards, their lists, and the merge taken back."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from registration.invariants import invariants
from registration.plans.buying.flows_kept import buy_kept
from registration.plans.lists.models import PlanList
from registration.plans.models import Coverage, KeptList
from registration.plans.rules import SEALED
from tests.covering import bought, covered, enrolled, person, renewed
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.registration.test_duplicates import merged


@pytest.fixture(autouse=True)
def in_march(clock: FakeClock, service: Any) -> None:
    clock.set(datetime(2027, 3, 8, 16, tzinfo=UTC))
    renewed(service)


def cards(service: Any, company: uuid.UUID) -> list[tuple[str, int | None]]:
    with service.db.read() as session:
        query = select(Coverage.first_name, Coverage.card_number).where(Coverage.company_id == company)
        return sorted((name, number) for name, number in session.exec(query))


def codes(service: Any) -> set[str]:
    with service.db.read() as session:
        return {str(one) for one in session.execute(sa.text("SELECT digest FROM eligibility")).scalars()}


def test_companies_that_both_have_cards_are_merged_and_parted_again(service: Any, browser: Browser) -> None:
    kept, gone = enrolled(service, "c15").whose.company_id, enrolled(service, "c04").whose.company_id
    bought(service, "c15", [SEALED, SEALED, person(1)])
    bought(service, "c04", [SEALED, SEALED, SEALED, person(1)])
    before = cards(service, kept), cards(service, gone), codes(service)
    client = browser("coordinator")
    merger = merged(client, gone, kept)
    numbers = [number for _, number in cards(service, kept) if number]
    assert sorted(numbers) == [1, 2, 3, 4, 5] and cards(service, gone) == []
    assert len(covered(service, enrolled(service, "c15").whose)) == 7
    assert codes(service) == before[2], "what is printed on a card opens as it did"
    assert invariants(service.db) == []
    assert client.post(f"/api/mergers/{merger['id']}/undo").status_code == 200
    assert (cards(service, kept), cards(service, gone), codes(service)) == before
    assert invariants(service.db) == []


def test_companies_that_both_prepare_a_list_are_merged_and_one_waits_aside(service: Any, browser: Browser) -> None:
    kept, gone = enrolled(service, "c15").whose, enrolled(service, "c04").whose
    with service.db.write() as session:
        for whose in (kept, gone):
            session.add(
                PlanList(
                    plan_id=whose.plan.id, company_id=whose.company_id, person_id=uuid.uuid4(), said_at=service.clock()
                )
            )
    client = browser("coordinator")
    merger = merged(client, gone.company_id, kept.company_id)
    with service.db.read() as session:
        assert len(session.exec(select(PlanList)).all()) == 2
    assert client.post(f"/api/mergers/{merger['id']}/undo").status_code == 200
    assert invariants(service.db) == []


def test_companies_that_both_keep_a_list_are_merged_and_the_clock_goes_on(service: Any, browser: Browser) -> None:
    kept, gone = enrolled(service, "c12").whose, enrolled(service, "c04").whose
    assert bought(service, "c12", [person(1)]).kept
    with service.db.write() as session:
        session.add(
            KeptList(
                id=uuid.uuid4(), plan_id=gone.plan.id, company_id=gone.company_id, contact_first="Ève",
                contact_last="Loup", contact_email="eve@example.org", lang="fr", said_at=service.clock(),
            )
        )  # fmt: skip
    merged(browser("coordinator"), gone.company_id, kept.company_id)
    buy_kept(service)
    with service.db.read() as session:
        assert len(session.exec(select(KeptList)).all()) == 2
    assert invariants(service.db) == []
