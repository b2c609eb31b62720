"""Where a company stands follows from dates: its periods, what it owes, and what staff decided for a while."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from registration.members.models import Company, Grouping, Membership
from registration.members.queries_list import CompanyFilter, companies, standings
from registration.members.queries_standing import standing_of
from registration.members.rules import GroupingKind, MemberStatus, MemberTerms
from tests.registration.conftest import Browser
from tests.registration.test_members import company, link, person

DAY = date(2027, 8, 29)
JUNE = date(2027, 6, 30)


@dataclass(frozen=True)
class Period:
    """A period of membership, in days from the day asked about."""

    starts: int
    lasts: int | None
    left: bool = False
    due: int | None = None
    paid: bool = False


@dataclass(frozen=True)
class Case:
    """A company as dates tell of it."""

    periods: tuple[Period, ...] = ()
    grace: int = 60
    unpaid_due: int | None = None
    decided: MemberStatus | None = None
    until: int | None = None
    terms: MemberTerms = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "terms", MemberTerms(DAY, self.grace))


def judged(case: Case) -> MemberStatus:
    """The rule of spec C once more, in other words."""
    if case.decided is not None and (case.until is None or case.until >= 0):
        return case.decided
    begun = [one for one in case.periods if one.starts <= 0]
    counting = [one for one in begun if one.lasts is None or one.starts + one.lasts >= (0 if one.left else -case.grace)]
    if not counting:
        return MemberStatus.LAPSED if begun else MemberStatus.PROSPECT
    late = any(one.due is not None and one.due < 0 and not one.paid for one in counting)
    late = late or (case.unpaid_due is not None and case.unpaid_due < 0)
    return MemberStatus.IN_ARREARS if late else MemberStatus.ACTIVE


def day(days: int) -> date:
    return DAY + timedelta(days=days)


def written(session: Session, case: Case) -> Company:
    """The company of a case, in the database."""
    number = len(companies(session, CompanyFilter("cas"), case.terms).rows)
    row = Company(key=f"case-{number}", name="Cas", search="cas", access_code=f"CASE{number:06}")
    if case.decided is not None:
        row.status, row.status_reason = case.decided, "Entente"
        row.status_until = None if case.until is None else day(case.until)
    row.unpaid_due_on = None if case.unpaid_due is None else day(case.unpaid_due)
    session.add(row)
    session.flush()
    for one in case.periods:
        session.add(
            Membership(
                company_id=row.id,
                starts=day(one.starts),
                ends=None if one.lasts is None else day(one.starts + one.lasts),
                reason_left="Départ" if one.left else "",
                fee_due_on=None if one.due is None else day(one.due),
                fee_paid_on=DAY if one.paid else None,
            )
        )
    session.flush()
    return row


days = st.integers(-800, 100)
periods = st.builds(
    Period,
    days,
    st.none() | st.integers(0, 800),
    st.booleans(),
    st.none() | st.integers(-100, 100),
    st.booleans(),
)
cases = st.builds(
    Case,
    st.lists(periods, max_size=3).map(tuple),
    st.sampled_from([0, 1, 60, 365]),
    st.none() | st.integers(-3, 3),
    st.none() | st.sampled_from(list(MemberStatus)),
    st.none() | st.integers(-2, 2),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=cases)
def test_standing_of_any_company_follows_from_its_dates(service: Any, case: Case) -> None:
    with service.db.write() as session:
        row = written(session, case)
        found = standing_of(session, case.terms, row.id)
        assert found is not None and found.status is judged(case)
        listed = companies(session, CompanyFilter("cas", judged(case)), case.terms).rows
        assert row.id in {one.company.id for one in listed}
        assert sum(standings(session, case.terms).values()) >= 45
        session.rollback()


def test_company_not_renewed_is_a_member_for_sixty_days_and_no_longer(service: Any) -> None:
    """domain t4: the period ends on 30 June; 29 August is the last day of grace."""
    c01 = company(service, "c01").id
    with service.db.read() as session:
        found = [standing_of(session, MemberTerms(JUNE + timedelta(days=days)), c01) for days in (0, 60, 61)]
    assert [one.status for one in found if one] == [MemberStatus.ACTIVE, MemberStatus.ACTIVE, MemberStatus.LAPSED]
    assert JUNE + timedelta(days=60) == date(2027, 8, 29)


@pytest.mark.parametrize("kept", [False, True])
def test_company_in_arrears_keeps_its_price_where_the_association_says_so(service: Any, kept: bool) -> None:
    with service.db.read() as session:
        terms = MemberTerms(service.clock().date(), arrears_keep_price=kept)
        found = standing_of(session, terms, company(service, "c12").id)
    assert found is not None and found.status is MemberStatus.IN_ARREARS
    visitor = found.visitor(terms)
    assert (visitor.member, visitor.in_arrears) == (kept, not kept)


def test_category_without_the_member_price_does_not_give_it(service: Any) -> None:
    known = company(service, "c16")
    with service.db.write() as session:
        query = select(Grouping).where(Grouping.kind == GroupingKind.CATEGORY, Grouping.key == "associate")
        session.exec(query).one().member_price = False
    terms = service.member_terms()
    with service.db.read() as session:
        found = standing_of(session, terms, known.id)
    assert found is not None and found.status is MemberStatus.ACTIVE
    assert (found.visitor(terms).member, found.visitor(terms).in_arrears) == (False, False)


def test_standing_decided_by_staff_needs_a_reason_and_a_last_day(service: Any, browser: Browser) -> None:
    client, ids = browser("coordinator"), company(service, "c12").id
    page = f"/staff/members/{ids}/standing"
    refused = client.post(page, data={"status": "active", "reason": " ", "until": "2020-01-01"})
    assert refused.status_code == 422 and 'value="2020-01-01"' in refused.text
    assert "Écrivez pourquoi" in refused.text and "qui n’est pas passé" in refused.text
    api = client.post(f"/api/companies/{ids}/standing", json={"status": "active"})
    assert set(api.json()["errors"]) == {"reason", "until"}
    decided = client.post(
        f"/api/companies/{ids}/standing",
        json={"status": "active", "reason": "Paiement annoncé", "until": "2027-12-31"},
    )
    assert decided.json() == {"id": str(ids), "status": "active", "decided": True}
    visitor = browser()
    visitor.get(link(service, person(service, "p12")))
    assert "tarifs membres" in visitor.get("/fr/membre").text
    assert client.post(f"{page}/withdraw").status_code == 303
    assert "dès que la cotisation sera réglée" in visitor.get("/fr/membre").text
    assert client.post(f"/api/companies/{ids}/standing", json={}).json()["status"] == "in_arrears"
