"""Coverages that end: HR is told 60, 30 and 7 days before, while that is of use."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from kit.sql import column
from registration import jobs
from registration.members.models import Company, CompanyRole, Person
from registration.members.rules import Role
from registration.plans.covering.actions import end
from registration.plans.covering.actions_credits import take_off
from registration.plans.rules import SEALED
from registration.schedule import flows
from tests.covering import PLAN, acting, bought, covered, enrolled, renewed
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.registration.ending import COMPANY, at, letters, next_plan, of_plan, purchase, sql, told, write
from tests.registration.planned import planned, turn

HR, DELEGATE = "carl.vallonbrun", "raphael.hiverneau-roy"


@pytest.fixture(autouse=True)
def in_march(service: Any, clock: FakeClock) -> None:
    at(clock, date(2027, 3, 8), 11)
    renewed(service)


def test_hr_and_delegate_are_told_60_30_and_7_days_before_at_nine(service: Any, clock: FakeClock) -> None:
    ours = purchase(service)
    assert told(service, clock, date(2027, 9, 1), date(2028, 1, 30)) == []
    at(clock, date(2028, 1, 31), 8)
    turn(service)
    assert letters(service) == []
    assert sorted(told(service, clock, date(2028, 1, 31))) == [(HR, 60), (DELEGATE, 60)]
    assert len(told(service, clock, date(2028, 2, 29))) == 2
    assert len(told(service, clock, date(2028, 3, 1))) == 4
    assert len(told(service, clock, date(2028, 3, 23))) == 4
    assert len(told(service, clock, date(2028, 3, 24), date(2028, 3, 31), date(2028, 4, 15))) == 6
    assert planned(service.db, ours) == {"60": "sent", "30": "sent", "7": "sent"}


def test_letter_names_nobody_and_says_how_many_and_when(service: Any, clock: FakeClock) -> None:
    purchase(service, 11)
    bought(service, COMPANY, [SEALED])
    told(service, clock, date(2028, 1, 31))
    letter = next(one for one in letters(service) if one.to.startswith(HR))
    said: Any = letter.values
    assert (said.people, said.ends, said.last_ends, said.next_starts, said.total) == (12, "31 mars 2028", "", "", 0)
    assert said.first_name == "Carl" and said.url.endswith(f"?next=/plans/{PLAN}") and "/m/" in said.url
    words = letter.model_dump_json()
    assert "Prénom" not in words and "Fictif" not in words and "personne-" not in words


def test_letter_is_in_the_language_of_each_and_shared_mailbox_is_written_to_once(
    service: Any, clock: FakeClock
) -> None:
    purchase(service)
    sql(service, "UPDATE person SET lang = 'en' WHERE email LIKE 'carl.vallonbrun%'")
    told(service, clock, date(2028, 1, 31))
    assert {one.to.split("@")[0]: one.lang for one in letters(service)} == {HR: "en", DELEGATE: "fr"}
    english: Any = next(one.values for one in letters(service) if one.lang == "en")
    assert english.ends == "March 31, 2028"
    sql(service, "UPDATE person SET email = 'rh@example.org' WHERE email LIKE '%@transport-pointenoire%'")
    assert len(told(service, clock, date(2028, 3, 1))) == 3


def test_manager_and_accounting_are_not_told(service: Any, clock: FakeClock) -> None:
    purchase(service)
    with service.db.write() as session:
        company = session.execute(sa.select(column(Company.id)).where(column(Company.key) == COMPANY)).scalar_one()
        for number, role in enumerate((Role.MANAGER, Role.ACCOUNTING)):
            mail = f"autre-{number}@example.org"
            one = Person(key=f"z{number}", company_id=company, first_name="Léo", last_name="Roy", email=mail)
            session.add(one)
            session.flush()
            session.add(CompanyRole(person_id=one.id, company_id=company, role=role, starts=date(2027, 1, 1)))
    assert {to for to, _ in told(service, clock, date(2028, 1, 31))} == {HR, DELEGATE}


def test_two_processes_tell_each_once(service: Any, clock: FakeClock) -> None:
    for company in ("c15", "c04"):
        purchase(service, 3, company=company)
    at(clock, date(2028, 1, 31))
    gate = threading.Barrier(2)

    def run() -> None:
        gate.wait()
        turn(service)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent = [(one.entity, one.version) for one in letters(service)]
    assert len(sent) == len(set(sent)) and {HR, DELEGATE} < {one.to.split("@")[0] for one in letters(service)}


def test_end_that_moves_moves_the_letters_that_have_not_left(service: Any, clock: FakeClock) -> None:
    ours = purchase(service)
    told(service, clock, date(2028, 1, 31))
    later = {"was": date(2028, 3, 31), "day": date(2028, 4, 10)}
    for table, name in (("plan", "ends"), ("coverage", "ends_on"), ("eligibility", "valid_to")):
        sql(service, f"UPDATE {table} SET {name} = :day WHERE {name} = :was", **later)
    assert len(told(service, clock, date(2028, 3, 1), date(2028, 3, 10))) == 2
    assert len(told(service, clock, date(2028, 3, 11))) == 4, "30 days before 10 April"
    assert planned(service.db, ours)["60"] == "sent", "what was sent stays sent"


def test_plan_moved_while_nobody_is_covered_counts_from_its_new_end(service: Any, clock: FakeClock) -> None:
    purchase(service, 1)
    mine = enrolled(service)
    for one in covered(service, mine.whose):
        with service.db.write() as session:
            take_off(session, mine.whose, one.id, acting(service))
    write(service, of_plan(service), date(2027, 4, 1), date(2028, 2, 29))
    purchase(service, 2)
    assert told(service, clock, date(2027, 12, 30)) == []
    assert len(told(service, clock, date(2027, 12, 31))) == 2, "60 days before 29 February"
    assert letters(service)[0].values.model_dump()["people"] == 2


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("ended", "nobody_covered"),
        ("cancelled", "nobody_covered"),
        ("called_off", "not_held"),
        ("left", "not_a_member"),
        ("lapsed", "not_a_member"),
        ("no_address", "no_address"),
        ("over", "over"),
    ],
)
def test_useless_letter_is_skipped_and_says_why(service: Any, clock: FakeClock, change: str, reason: str) -> None:
    ours = purchase(service, 2)
    at(clock, date(2028, 1, 30))
    turn(service)
    mine = enrolled(service)
    match change:
        case "ended":
            for one in covered(service, mine.whose):
                with service.db.write() as session:
                    end(session, mine.whose, one.id, acting(service))
        case "cancelled":
            sql(service, "UPDATE registration SET status = 'cancelled', ended_at = :now", now=clock())
        case "called_off":
            sql(service, "UPDATE activity SET status = 'cancelled', version = version + 1 WHERE key = :key", key=PLAN)
        case "left":
            left = "UPDATE membership SET ends = '2028-01-15', reason_left = 'fermée' WHERE ends = '2030-06-30'"
            sql(service, left)
        case "lapsed":
            sql(service, "UPDATE membership SET ends = '2027-06-30' WHERE ends = '2030-06-30'")
        case "no_address":
            sql(service, "UPDATE person SET email = ''")
        case _:
            at(clock, date(2028, 4, 1))
    if change != "over":
        at(clock, date(2028, 1, 31))
    while flows.work(service, jobs.RULES):
        pass
    assert planned(service.db, ours)["60"] == reason
    assert letters(service) == []


def test_company_in_arrears_is_told(service: Any, clock: FakeClock) -> None:
    purchase(service, 2)
    sql(service, "UPDATE membership SET fee_due_on = '2027-08-01', fee_paid_on = NULL WHERE ends = '2030-06-30'")
    assert len(told(service, clock, date(2028, 1, 31))) == 2


def test_company_that_joins_late_is_not_told_what_it_has_just_read(service: Any, clock: FakeClock) -> None:
    at(clock, date(2028, 3, 10), 15)
    late = purchase(service, 2)
    assert told(service, clock, date(2028, 3, 11), date(2028, 3, 23)) == []
    assert len(told(service, clock, date(2028, 3, 24))) == 2
    assert planned(service.db, late) == {"7": "sent"}


def test_second_purchase_of_a_company_is_told_of_in_the_same_letter(service: Any, clock: FakeClock) -> None:
    first = purchase(service)
    at(clock, date(2027, 9, 14), 11)
    second = purchase(service, 3, first=50)
    assert len(told(service, clock, date(2028, 1, 31))) == 2
    assert letters(service)[0].values.model_dump()["people"] == 15
    assert planned(service.db, second) == {} and planned(service.db, first)["60"] == "sent"


def test_twelve_months_each_are_told_of_by_month_counted_to_the_first_that_ends(service: Any, clock: FakeClock) -> None:
    write(service, of_plan(service), date(2027, 3, 1), None)
    at(clock, date(2027, 4, 6), 11)
    april = purchase(service, 4)
    at(clock, date(2027, 4, 21), 11)
    purchase(service, 2, first=20)
    at(clock, date(2027, 6, 2), 11)
    june = purchase(service, 1, first=40)
    days = [date(2028, 4, 5) - timedelta(days=n) for n in (61, 60, 30, 7)]
    assert [version for _, version in told(service, clock, *days)] == [60, 60, 30, 30, 7, 7]
    said = letters(service)[0].values.model_dump()
    assert (said["people"], said["ends"], said["last_ends"]) == (6, "5 avril 2028", "20 avril 2028")
    assert (said["next_starts"], said["next_ends"], said["total"]) == ("6 avril 2028", "", 44840), "the same plan again"
    assert planned(service.db, april) == {"60": "sent", "30": "sent", "7": "sent"}
    told(service, clock, date(2028, 6, 1) - timedelta(days=60))
    assert planned(service.db, june)["60"] == "sent"
    said = letters(service)[-1].values.model_dump()
    assert (said["people"], said["ends"], said["last_ends"]) == (1, "1er juin 2028", "")


def test_next_plan_is_told_with_its_price_for_the_same_list(service: Any, clock: FakeClock, browser: Browser) -> None:
    purchase(service)
    at(clock, date(2028, 1, 20))
    next_plan(service, browser("coordinator"))
    told(service, clock, date(2028, 1, 31))
    said: Any = letters(service)[0].values
    assert (said.next_starts, said.next_ends, said.total) == ("1er avril 2028", "31 mars 2029", 89681)
    assert said.url.endswith("?next=/plans/pae-2028")


def test_next_plan_that_is_not_sold_yet_has_no_price(service: Any, clock: FakeClock, browser: Browser) -> None:
    purchase(service)
    at(clock, date(2028, 1, 20))
    next_plan(service, browser("coordinator"))
    sql(service, "UPDATE activity SET sale_opens_at = '2028-02-15 14:00:00+00:00' WHERE key = 'pae-2028'")
    told(service, clock, date(2028, 1, 31))
    said: Any = letters(service)[0].values
    assert (said.next_starts, said.total) == ("", 0) and said.url.endswith(f"?next=/plans/{PLAN}")


def test_company_that_bought_the_next_plan_is_told_no_more(service: Any, clock: FakeClock, browser: Browser) -> None:
    ours = purchase(service)
    at(clock, date(2028, 1, 20))
    next_plan(service, browser("coordinator"))
    assert len(told(service, clock, date(2028, 1, 31))) == 2
    purchase(service, 5, plan="pae-2028")
    assert len(told(service, clock, date(2028, 3, 1), date(2028, 3, 24))) == 2
    assert planned(service.db, ours) == {"60": "sent", "30": "renewed", "7": "renewed"}
