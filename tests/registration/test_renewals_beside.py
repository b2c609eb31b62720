"""A notice whose days another period covers already: nobody pays a year twice."""

import uuid
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from kit.errors import InvalidInput
from kit.sql import column, table
from registration.history import queries as history
from registration.invariants import invariants
from registration.members.models import Company, Membership
from registration.renewals import actions, flows, queries
from registration.renewals.models import Renewal
from registration.renewals.rules import NoticeState, RenewedOtherwise
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.registration.renewing import BY, asked, hear, lapse, link, paid, period, stands

HOME = {"sec-fetch-site": "same-origin"}
NEXT = {"starts": "2027-07-01", "ends": "2028-06-30", "fee": "375,00"}


def company_of(service: Any, company: str) -> uuid.UUID:
    with service.db.read() as session:
        query = sa.select(column(Company.id)).where(column(Company.key) == company)
        return uuid.UUID(str(session.execute(query).scalar_one()))


def periods(service: Any, company: str) -> list[tuple[date, date | None]]:
    with service.db.read() as session:
        mine = sa.select(column(Membership.starts), column(Membership.ends))
        mine = mine.where(column(Membership.company_id) == company_of(service, company))
        return [(row.starts, row.ends) for row in session.execute(mine.order_by(column(Membership.starts)))]


def brought(service: Any, company: str) -> None:
    """A list, or a merger, brings the next period of a company: nobody looked at its notice."""
    with service.db.write() as session:
        mine = company_of(service, company)
        session.add(Membership(company_id=mine, starts=date(2027, 7, 1), ends=date(2028, 6, 30)))


def ends_by_itself(service: Any, renewal: uuid.UUID) -> bool:
    with service.db.read() as session:
        due = queries.ending(service.clock(), service.member_terms().day)
        return queries.is_any(session, *due, column(Renewal.id) == renewal)


def test_period_by_hand_beside_an_open_notice_is_refused_with_a_sentence(
    service: Any, clock: FakeClock, browser: Browser
) -> None:
    renewal, mine = asked(service, "c01"), company_of(service, "c01")
    before, staff = periods(service, "c01"), browser("coordinator")
    refused = staff.post(f"/staff/members/{mine}/new-period", data=NEXT, headers=HOME)
    assert refused.status_code == 422 and "attend une réponse pour ces dates" in refused.text
    body = {"starts": "2027-07-01", "ends": "2028-06-30", "fee": 37500}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    assert staff.post(f"/api/companies/{mine}/memberships", json=body, headers=key).status_code == 422
    assert periods(service, "c01") == before
    with service.db.write() as session:
        actions.decline(session, renewal, "Payé autrement", BY, clock())
    assert staff.post(f"/staff/members/{mine}/new-period", data=NEXT, headers=HOME).status_code == 303
    assert len(periods(service, "c01")) == len(before) + 1


def test_period_made_longer_into_an_open_notice_is_refused(service: Any, clock: FakeClock, browser: Browser) -> None:
    asked(service, "c01")
    mine, old = company_of(service, "c01"), period(service.db, "c01")
    form = {"starts": "2026-07-01", "ends": "2027-12-31", "fee": "375,00"}
    refused = browser("coordinator").post(f"/staff/members/{mine}/periods/{old}", data=form, headers=HOME)
    assert refused.status_code == 422 and "Cotisations" in refused.text


def test_notice_covered_by_another_period_is_not_accepted_and_ends_by_itself(
    service: Any, clock: FakeClock, browser: Browser
) -> None:
    renewal = asked(service, "c01")
    assert not ends_by_itself(service, renewal)
    brought(service, "c01")
    with pytest.raises(RenewedOtherwise), service.db.write() as session:
        actions.accept(session, renewal, BY, clock(), service.member_terms().day)
    address = link(service, renewal).removeprefix("http://registration.test")
    page = browser().get(address)
    assert "déjà renouvelée" in page.text and "/accept" not in page.text and "/pay" not in page.text
    refused = browser().post(f"{address}/accept", headers=HOME)
    assert refused.status_code == 409 and "rien n’est dû" in refused.text
    assert ends_by_itself(service, renewal)
    assert stands(service, renewal).state is NoticeState.RENEWED
    [row] = [
        one
        for one in browser("coordinator").get("/api/staff/renewals").json()["renewals"]
        if one["renewal_id"] == str(renewal)
    ]
    assert row["state"] == "renewed"
    lapse(service.db, renewal, clock())
    with service.db.read() as session:
        assert history.of(session, company_of(service, "c01"))[0].action == "company.renewal_withdrawn"
    assert stands(service, renewal).state is NoticeState.RENEWED and len(periods(service, "c01")) == 3
    assert invariants(service.db) == []


def test_notice_without_a_number_covered_by_another_period_is_never_sent(service: Any, clock: FakeClock) -> None:
    with service.db.write() as session:
        renewal = flows.ask(service, session, period(service.db, "c01"), BY).id
    brought(service, "c01")
    with service.db.read() as session:
        waits = queries.unnumbered(service.clock(), service.member_terms().day)
        assert not queries.is_any(session, *waits, column(Renewal.id) == renewal)
    assert ends_by_itself(service, renewal)


def test_merged_company_with_two_notices_renews_once(service: Any, clock: FakeClock) -> None:
    first, second = asked(service, "c01"), asked(service, "c03", "AC-2027-00002")
    kept, gone = company_of(service, "c01"), company_of(service, "c03")
    with service.db.write() as session:
        for model in (Membership, Renewal):
            mine = column(model.company_id)
            session.execute(sa.update(table(model)).where(mine == gone).values({mine: kept}))
    assert not ends_by_itself(service, first) and not ends_by_itself(service, second), "neither is answered"
    with service.db.write() as session:
        actions.accept(session, first, BY, clock(), service.member_terms().day)
    with pytest.raises(RenewedOtherwise), service.db.write() as session:
        actions.accept(session, second, BY, clock(), service.member_terms().day)
    assert ends_by_itself(service, second) and stands(service, second).state is NoticeState.RENEWED
    assert stands(service, first).state is NoticeState.ACCEPTED


def test_payment_of_a_notice_covered_otherwise_is_still_a_renewal(service: Any, clock: FakeClock) -> None:
    """It was on its way: money that came is never without what it pays."""
    renewal = asked(service, "c01")
    brought(service, "c01")
    hear(service, paid(service, renewal))
    assert stands(service, renewal).state is NoticeState.PAID


def test_period_beside_a_notice_of_other_days_is_written(service: Any, clock: FakeClock) -> None:
    asked(service, "c01")
    with service.db.write() as session:
        past = Membership(company_id=company_of(service, "c01"), starts=date(2024, 7, 1), ends=date(2025, 6, 30))
        actions.refuse_beside_notice(session, past)
        open_end = Membership(company_id=company_of(service, "c01"), starts=date(2028, 6, 30))
        with pytest.raises(InvalidInput):
            actions.refuse_beside_notice(session, open_end)
