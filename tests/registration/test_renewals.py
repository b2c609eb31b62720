"""Companies are asked to renew: when, which, what they answer, and what it makes of them."""

import threading
import uuid
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from kit.mailbox import Outbox
from kit.sql import column, table
from registration.history import queries as history
from registration.invariants import invariants
from registration.members.models import Company, Membership
from registration.members.queries_standing import standing_of
from registration.members.rules import MemberStatus
from registration.renewals import actions, flows
from registration.renewals.models import Renewal
from registration.renewals.rules import NotAsked, NoticeState, RenewalAnswered
from registration.schedule.models import Planned
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.registration.renewing import (
    BY,
    asked,
    at,
    change,
    hear,
    invoiced,
    kinds,
    lapse,
    link,
    order_of,
    paid,
    period,
    scale,
    stands,
    turn,
)

HOME = {"sec-fetch-site": "same-origin"}


def renewals(db: Any) -> list[Any]:
    with db.read() as session:
        return list(session.execute(sa.select(table(Renewal))).all())


def standing(service: Any, key: str) -> MemberStatus:
    with service.db.read() as session:
        company = session.execute(sa.select(column(Company.id)).where(column(Company.key) == key)).scalar_one()
        found = standing_of(session, service.member_terms(), company)
        assert found is not None
        return found.status


def told(service: Any, company_id: uuid.UUID) -> list[str]:
    with service.db.read() as session:
        return [entry.action for entry in history.of(session, company_id)]


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def test_companies_are_asked_sixty_days_before_once(service: Any, clock: FakeClock) -> None:
    scale(service.db, clock(), automatic=True)
    at(clock, 5, 1, 8)
    turn(service)
    assert renewals(service.db) == []
    at(clock, 5, 1)
    for _ in range(3):
        turn(service)
    found = renewals(service.db)
    assert len(found) == 40 and sum(row.total for row in found) == 18_050_00
    assert {(row.starts, row.ends) for row in found} == {(date(2027, 7, 1), date(2028, 6, 30))}
    assert {(row.answer_by, row.fee_due_on) for row in found} == {(date(2027, 8, 29), date(2027, 7, 31))}
    assert kinds(service.db) == [], "a notice leaves with the number that billing gives it"
    with service.db.read() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(table(Membership))).scalar_one() == 80


def test_company_is_not_asked_before_staff_say_so(service: Any, clock: FakeClock) -> None:
    at(clock, 5, 1)
    turn(service)
    with service.db.read() as session:
        assert session.execute(sa.select(column(Planned.id))).all() == []
    assert renewals(service.db) == []


def test_notices_turned_on_late_leave_at_once_and_once(service: Any, clock: FakeClock) -> None:
    at(clock, 6, 25, 14)
    scale(service.db, clock(), automatic=True)
    turn(service)
    turn(service)
    assert len(renewals(service.db)) == 40
    with service.db.read() as session:
        query = sa.select(column(Planned.occurrence), column(Planned.reason), sa.func.count())
        counted = session.execute(query.group_by(column(Planned.occurrence), column(Planned.reason))).all()
    assert sorted(map(tuple, counted)) == [("30", "overtaken", 40), ("60", "overtaken", 40), ("7", "", 40)]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"employees": None}, "no_size"),
        ({"status": MemberStatus.LAPSED, "status_reason": "Faillite", "status_until": None}, "decided"),
        ({"left": "Déménagement"}, "left"),
        ({"late": True}, "out"),
    ],
)
def test_company_that_cannot_be_asked_is_not_and_says_why(
    service: Any, clock: FakeClock, values: dict[str, Any], why: str
) -> None:
    mine = period(service.db, "c01")
    if left := values.pop("left", ""):
        with service.db.write() as session:
            session.get_one(Membership, mine).reason_left = left
    if values.pop("late", False):
        at(clock, 8, 30)
    if values:
        change(service.db, "c01", **values)
    with pytest.raises(NotAsked) as refused, service.db.write() as session:
        flows.ask(service, session, mine, BY)
    assert refused.value.values == {"why": why}


def test_company_of_two_periods_at_once_is_asked_once(service: Any, clock: FakeClock) -> None:
    """Two companies that were merged bring one each."""
    mine = period(service.db, "c01")
    with service.db.write() as session:
        one = session.get_one(Membership, mine)
        other = Membership(company_id=one.company_id, starts=one.starts, ends=one.ends)
        session.add(other)
        company = one.company_id
    scale(service.db, clock(), automatic=True)
    at(clock, 5, 1)
    turn(service)
    assert [row.company_id for row in renewals(service.db)].count(company) == 1


def test_order_of_a_fee_is_on_notice_of_the_company_and_without_tax(service: Any, clock: FakeClock) -> None:
    order = order_of(service, asked(service, "c01"))
    assert (order.on_notice, order.method, order.expected_total) == (True, "invoice", 37500)
    assert order.activity_title.fr == "Cotisation du 1er juillet 2027 au 30 juin 2028"
    assert (order.buyer.company, order.buyer.email) == (
        "Usinage Valbrume inc.",
        "comptes@usinage-valbrume.example.org",
    )
    assert [(line.tax_class, line.gl_account) for line in order.lines] == [("exempt", "4010")]


def test_notice_is_numbered_and_its_letters_leave_once(service: Any, clock: FakeClock) -> None:
    renewal = asked(service, "c01")
    with service.db.write() as session:
        assert actions.number(session, renewal, "AC-2027-00002", clock()) is None
    assert stands(service, renewal).renewal.number == "AC-2027-00001"


def test_period_that_is_only_proposed_does_not_count(service: Any, clock: FakeClock) -> None:
    renewal = asked(service, "c01")
    at(clock, 8, 29)
    assert standing(service, "c01") is MemberStatus.ACTIVE
    at(clock, 8, 30)
    assert standing(service, "c01") is MemberStatus.LAPSED
    assert stands(service, renewal).state is NoticeState.SENT


def test_company_accepts_by_its_link_and_its_period_is_there(service: Any, clock: FakeClock, browser: Browser) -> None:
    renewal = asked(service, "c01")
    address, client, headers = link(service, renewal), browser(), key()
    token = {"X-Link-Token": address.rsplit("/", 1)[1]}
    first = client.post(f"/api/renewals/{renewal}/accept", headers=headers | token)
    again = client.post(f"/api/renewals/{renewal}/accept", headers=headers | token)
    assert first.status_code == again.status_code == 200 and first.json() == again.json()
    assert (first.json()["state"], first.json()["ends"]) == ("accepted", "2028-06-30")
    with service.db.read() as session:
        kept = session.get_one(Membership, renewal)
        query = sa.select(column(Outbox.type)).where(column(Outbox.type) == "NoticeAccepted")
        assert len(session.execute(query).all()) == 1
    assert (kept.starts, kept.fee, kept.fee_due_on, kept.fee_paid_on) == (
        date(2027, 7, 1),
        37500,
        date(2027, 7, 31),
        None,
    )
    at(clock, 8, 30)
    assert standing(service, "c01") is MemberStatus.IN_ARREARS, "accepted, and unpaid beyond its day"
    hear(service, invoiced(service, renewal), paid(service, renewal))
    assert standing(service, "c01") is MemberStatus.ACTIVE


def test_notice_is_not_accepted_after_its_last_day(service: Any, clock: FakeClock, browser: Browser) -> None:
    renewal = asked(service, "c01")
    at(clock, 8, 30)
    with pytest.raises(RenewalAnswered), service.db.write() as session:
        actions.accept(session, renewal, BY, clock(), service.member_terms().day)
    address = link(service, renewal).removeprefix("http://registration.test")
    assert "n’est plus valable" in browser().get(address).text


@pytest.mark.parametrize("order", ["invoiced paid", "paid invoiced", "paid", "paid paid invoiced invoiced"])
def test_payment_renews_whatever_is_heard_first(service: Any, clock: FakeClock, order: str) -> None:
    renewal = asked(service, "c01")
    messages = {"paid": paid(service, renewal), "invoiced": invoiced(service, renewal)}
    hear(service, *(messages[one] for one in order.split()))
    found = stands(service, renewal)
    assert (found.state, found.paid_on) == (NoticeState.PAID, clock().date())
    assert set(kinds(service.db)) == {"membership_paid"}
    clock.advance(minutes=5)
    flows._tell_due(service)
    assert set(kinds(service.db)) == {"membership_paid"}, "who has paid is sent no bill"
    assert told(service, found.company.id).count("company.renewed") == 1
    assert invariants(service.db) == []


def test_company_that_pays_after_all_is_a_member(service: Any, clock: FakeClock) -> None:
    renewal = asked(service, "c01")
    at(clock, 8, 30)
    lapse(service.db, renewal, clock())
    assert stands(service, renewal).state is NoticeState.LAPSED
    hear(service, invoiced(service, renewal), paid(service, renewal))
    assert stands(service, renewal).state is NoticeState.PAID
    assert standing(service, "c01") is MemberStatus.ACTIVE


def test_reminder_leaves_while_nothing_was_answered_and_not_after(service: Any, clock: FakeClock) -> None:
    scale(service.db, clock(), automatic=True)
    renewals_asked = [asked(service, one, f"AC-2027-0000{n}") for n, one in enumerate(("c01", "c02", "c03"), 1)]
    at(clock, 5, 29)
    turn(service)
    hear(service, paid(service, renewals_asked[0]))
    with service.db.write() as session:
        actions.decline(session, renewals_asked[1], "", BY, clock())
    at(clock, 5, 31)
    turn(service)
    reminded = [one for one in kinds(service.db) if one == "renewal_reminder"]
    with service.db.read() as session:
        query = sa.select(column(Planned.entity_id)).where(
            column(Planned.occurrence) == "30", column(Planned.state) == "sent"
        )
        entities = set(session.execute(query).scalars())
    assert period(service.db, "c03") in entities and reminded
    reasons = dict.fromkeys(("c01", "c02"), "")
    with service.db.read() as session:
        for one, renewal in zip(reasons, renewals_asked, strict=False):
            of = session.get_one(Renewal, renewal).period_id
            query = sa.select(column(Planned.reason)).where(
                column(Planned.entity_id) == of, column(Planned.occurrence) == "30"
            )
            reasons[one] = session.execute(query).scalar_one()
    assert reasons == {"c01": "agreed", "c02": "declined"}


def test_accepting_and_declining_at_once_leaves_one_answer(service: Any, clock: FakeClock) -> None:
    renewal, gate = asked(service, "c01"), threading.Barrier(2)
    outcomes = []

    def answer(accepts: bool) -> None:
        gate.wait()
        try:
            with service.db.write() as session:
                if accepts:
                    actions.accept(session, renewal, BY, clock(), service.member_terms().day)
                else:
                    actions.decline(session, renewal, "", BY, clock())
            outcomes.append(accepts)
        except RenewalAnswered:
            pass

    threads = [threading.Thread(target=answer, args=(accepts,)) for accepts in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [accepted] = outcomes
    assert stands(service, renewal).state is (NoticeState.ACCEPTED if accepted else NoticeState.DECLINED)


def test_period_that_is_missing_or_was_not_agreed_to_is_found(service: Any, clock: FakeClock) -> None:
    agreed, proposed = asked(service, "c01"), asked(service, "c02", "AC-2027-00002")
    hear(service, paid(service, agreed))
    assert invariants(service.db) == []
    with service.db.write() as session:
        session.delete(session.get_one(Membership, agreed))
        row = session.get_one(Renewal, proposed)
        session.add(Membership(id=proposed, company_id=row.company_id, starts=row.starts, ends=row.ends))
    assert invariants(service.db) == [
        f"renewal {agreed} is accepted: its period is missing",
        f"renewal {proposed} is proposed: its period is there",
    ]
