"""Who is on a company's list, who is covered, what is forgotten; two people at it at once."""

import threading
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kit.errors import InvalidInput, NotFound, Refusal
from registration.invariants import invariants
from registration.plans.actions import correct_address, resend, take_off_list
from registration.plans.buying.flows import buy, priced
from registration.plans.covering.actions import end, replace_person
from registration.plans.covering.actions_credits import take_off
from registration.plans.keeping.flows import forget
from registration.plans.lists.actions_people import write_address
from registration.plans.models import Coverage
from registration.plans.queries import coverages_of
from registration.plans.rules import (
    SEALED,
    AlreadyCovered,
    CoverageState,
    ListChanged,
    Newcomer,
    NotAMember,
    NotCovered,
    PlanEnded,
)
from registration.signup.rules import DifferentForm
from tests.covering import (
    HR,
    acting,
    bought,
    covered,
    enrolled,
    everybody,
    listed,
    person,
    purchase,
    renewed,
    sample_spreadsheet,
    scalar,
)
from tests.fakes.clock import FakeClock

MARCH, SEPTEMBER = datetime(2027, 3, 8, 16, tzinfo=UTC), datetime(2027, 9, 14, 16, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_march(clock: FakeClock, service: Any) -> None:
    clock.set(MARCH)
    renewed(service)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each answered, or the refusal it met, when all began together."""
    start, outcomes = threading.Barrier(len(acts)), []

    def run(one: Callable[[], Any]) -> None:
        start.wait()
        try:
            outcomes.append(one())
        except Refusal as refusal:
            outcomes.append(refusal)

    threads = [threading.Thread(target=run, args=(one,)) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_list_of_the_spreadsheet_has_twelve_and_the_same_again_changes_nothing(service: Any) -> None:
    mine = enrolled(service)
    assert len(listed(service, mine, sample_spreadsheet())) == 12
    assert listed(service, mine, sample_spreadsheet()) == []
    people = everybody(service, mine.whose)
    assert [one.card_number for one in people if not one.by_mail] == [1]


def test_list_has_two_people_of_one_address_and_of_one_name_when_somebody_says_so(service: Any) -> None:
    mine = enrolled(service)
    shared = "accueil@example.org"
    first = Newcomer("Zoé", "Roy", shared)
    assert len(listed(service, mine, [first, Newcomer("Léa", "Roy", shared)])) == 2
    assert listed(service, mine, [Newcomer("ZOE", "ROY", "Accueil+pae@example.org")]) == []
    assert len(listed(service, mine, [Newcomer("Zoé", "Roy", shared, again=True)])) == 1


def test_list_sent_twice_at_once_lists_everybody_once(service: Any) -> None:
    mine = enrolled(service)
    done = at_once(*[lambda: listed(service, mine, sample_spreadsheet())] * 3)
    assert sorted(len(one) for one in done) == [0, 0, 12]
    assert len(everybody(service, mine.whose)) == 12


def test_person_of_the_list_has_another_address_or_is_taken_off_until_somebody_pays(service: Any) -> None:
    mine = enrolled(service)
    first, second = listed(service, mine, [Newcomer("Zoé", "Roy", "zoe@example.org"), Newcomer("Zoé", "Roy")])
    with service.db.write() as session:
        with pytest.raises(AlreadyCovered):
            correct_address(session, mine.whose, first.id, "", acting(service))
        assert take_off_list(session, mine.whose, [second.id], acting(service)) == 1
        put_right = correct_address(session, mine.whose, first.id, "", acting(service))
    assert (put_right.name, put_right.card_number) == ("Zoé Roy", 1)
    done = buy(service, mine, purchase([put_right]), HR)
    with service.db.write() as session:
        assert take_off_list(session, mine.whose, [done.covered[0].id], acting(service)) == 0


def test_purchase_sent_twice_is_made_once_and_another_list_is_refused(service: Any) -> None:
    mine = enrolled(service)
    people = listed(service, mine, [person(1), person(2)])
    asked = purchase(people)
    first, second = buy(service, mine, asked, HR), buy(service, mine, asked, HR)
    assert first.registration and second.registration and first.registration.id == second.registration.id
    assert len(covered(service, mine.whose)) == 2
    third = listed(service, mine, [person(3)])
    with pytest.raises(DifferentForm):
        buy(service, mine, purchase(third, registration_id=asked.registration_id), HR)
    with pytest.raises(ListChanged):
        buy(service, mine, purchase(people), HR)
    assert invariants(service.db) == []


def test_list_bought_twice_at_once_is_paid_once(service: Any) -> None:
    mine = enrolled(service)
    people = listed(service, mine, [person(n) for n in range(5)])
    done = at_once(*[lambda: buy(service, mine, purchase(people), HR)] * 3)
    assert sum(isinstance(one, ListChanged) for one in done) == 2
    assert scalar(service, "SELECT count(*) FROM registration") == 1
    assert invariants(service.db) == []


def test_price_is_per_employee_and_counts_free_places(service: Any, clock: FakeClock) -> None:
    mine = enrolled(service)
    assert priced(service, mine, 12).amounts.total == 89681
    done = bought(service, "c15", [person(1), person(2)])
    clock.set(SEPTEMBER)
    with service.db.write() as session:
        end(session, mine.whose, done.covered[0].id, acting(service))
    price = priced(service, mine, 2)
    assert (price.free, price.paid, price.amounts.total) == (1, 1, 7473)


def test_company_that_is_no_member_buys_nothing_and_nobody_buys_after_the_end(service: Any, clock: FakeClock) -> None:
    stranger = enrolled(service, "n01")
    with pytest.raises(NotAMember):
        buy(service, stranger, purchase(listed(service, stranger, [person(1)])), HR)
    mine = enrolled(service)
    people = listed(service, mine, [person(1)])
    clock.set(datetime(2028, 4, 1, 16, tzinfo=UTC))
    with pytest.raises(PlanEnded):
        buy(service, mine, purchase(people), HR)


def test_person_replaced_twice_at_once_is_replaced_once(service: Any) -> None:
    done = bought(service, "c15", [person(1)])
    whose, leaving = enrolled(service).whose, done.covered[0].id

    def replaced(n: int) -> Any:
        with service.db.write() as session:
            return replace_person(session, whose, leaving, person(n), acting(service))

    outcomes = at_once(lambda: replaced(8), lambda: replaced(9))
    assert sum(isinstance(one, NotCovered) for one in outcomes) == 1
    assert len(covered(service, whose)) == 1
    assert invariants(service.db) == []


def test_free_place_taken_twice_at_once_is_taken_once(service: Any, clock: FakeClock) -> None:
    done = bought(service, "c15", [person(1), person(2)])
    clock.set(SEPTEMBER)
    mine = enrolled(service)
    with service.db.write() as session:
        end(session, mine.whose, done.covered[0].id, acting(service))
    first, second = (listed(service, mine, [person(n)]) for n in (8, 9))
    free = [purchase(one, method="") for one in (first, second)]
    outcomes = at_once(*[lambda asked=asked: buy(service, mine, asked, HR) for asked in free])
    assert sum(isinstance(one, Refusal) for one in outcomes) == 1
    assert len(covered(service, mine.whose)) == 2
    assert invariants(service.db) == []


@pytest.mark.parametrize("act", ["replace", "end", "take_off", "resend", "correct"])
def test_person_of_another_company_is_not_found(service: Any, act: str) -> None:
    theirs = bought(service, "c15", [person(1)]).covered[0]
    mine, now = enrolled(service, "c19").whose, acting(service)
    acts = {
        "replace": lambda session, one: replace_person(session, mine, one, person(9), now),
        "end": lambda session, one: end(session, mine, one, now),
        "take_off": lambda session, one: take_off(session, mine, one, now),
        "resend": lambda session, one: resend(session, mine, one, now),
        "correct": lambda session, one: correct_address(session, mine, one, "x@example.org", now),
    }
    refused = []
    for one in (theirs.id, uuid.uuid4()):
        with pytest.raises(Refusal) as refusal, service.db.write() as session:
            acts[act](session, one)
        refused.append(type(refusal.value))
    assert refused[0] is refused[1]
    assert refused[0] in (NotFound, NotCovered)
    assert covered(service, enrolled(service).whose) == [theirs]


def test_code_sent_again_is_the_same_one(service: Any) -> None:
    one = bought(service, "c15", [person(1)]).covered[0]
    whose = enrolled(service).whose
    with service.db.write() as session:
        again = resend(session, whose, one.id, acting(service))
    assert (again.version, again.letter_version) == (one.version, one.letter_version + 1)


def test_list_that_nobody_spoke_of_for_ninety_days_is_forgotten(service: Any, clock: FakeClock) -> None:
    mine = enrolled(service)
    bought(service, "c15", [person(9)])
    listed(service, mine, [person(1)])
    bought(service, "c12", [person(2)])
    clock.advance(days=89)
    forget(service)
    assert len(everybody(service, mine.whose)) == 2
    clock.advance(days=2)
    while forget(service):
        pass
    assert [one.state for one in everybody(service, mine.whose)] == [CoverageState.COVERED]
    assert scalar(service, "SELECT count(*) FROM kept_list") == 0


def test_names_are_forgotten_twelve_months_after_the_coverage_and_counts_stay(service: Any, clock: FakeClock) -> None:
    done = bought(service, "c15", [person(1, employer_ref="NUM-77"), person(2), SEALED])
    clock.set(SEPTEMBER)
    whose = enrolled(service).whose
    with service.db.write() as session:
        replace_person(session, whose, done.covered[0].id, person(3), acting(service))
    clock.set(datetime(2028, 9, 20, 16, tzinfo=UTC))
    while forget(service):
        pass
    names = {one.first_name for one in everybody(service, whose)}
    assert names == {"", "Prénom2", "Prénom3"}, "whoever left in September is forgotten first"
    clock.set(datetime(2029, 4, 2, 16, tzinfo=UTC))
    while forget(service):
        pass
    assert {(one.name, one.email, one.employer_ref) for one in everybody(service, whose)} == {("", "", "")}
    assert len(everybody(service, whose)) == 4
    assert scalar(service, "SELECT count(*) FROM eligibility") == 0
    assert scalar(service, "SELECT count(*) FROM outbox WHERE CAST(body AS TEXT) LIKE '%NUM-77%'") == 0
    assert invariants(service.db) == []


def test_list_is_read_by_name_and_sealed_codes_come_last(service: Any) -> None:
    mine = enrolled(service)
    listed(service, mine, [SEALED, Newcomer("Zoé", "Écumeux"), Newcomer("Léa", "Dupré"), Newcomer("Ève", "Fanal")])
    with service.db.read() as session:
        people = coverages_of(session, mine.whose)
    assert [one.last_name for one in people] == ["Dupré", "Écumeux", "Fanal", ""]
    assert date(2027, 4, 1) == mine.whose.plan.starts


def test_sealed_code_takes_no_address_and_one_that_had_it_is_forgotten(service: Any, clock: FakeClock) -> None:
    """Nothing of whom a sealed code is for is kept."""
    done, whose = bought(service, "c15", [SEALED]), enrolled(service).whose
    [sealed] = done.covered
    with pytest.raises(InvalidInput) as refused, service.db.write() as session:
        write_address(session, whose, sealed.id, "e@example.org", service.settings.reach, acting(service))
    assert refused.value.places == {"email": "problem.plan_sealed"}
    with service.db.write() as session:
        # As it could be written before.
        session.get_one(Coverage, sealed.id).email = "e@example.org"
    clock.set(datetime(2029, 4, 2, 16, tzinfo=UTC))
    while forget(service):
        pass
    assert {(one.name, one.email) for one in everybody(service, whose)} == {("", "")}
