"""What a company says of somebody it covers: another address, another person, no longer; and what its file corrects."""

import uuid

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts.addresses import Reach, problem
from kit.contracts.problems import Where
from kit.errors import InvalidInput, NotFound
from kit.sql import Values, column, table
from registration.history.actions import record
from registration.plans.actions import Act, correct_address, refuse_twice, take_off_list
from registration.plans.covering.actions import end, replace_person
from registration.plans.covering.actions_credits import take_off
from registration.plans.lists.queries import prepared
from registration.plans.lists.rules import Verdict
from registration.plans.lists.rules_columns import Entry, address_of
from registration.plans.lists.schemas import PersonIn
from registration.plans.models import Coverage
from registration.plans.queries import coverage_of
from registration.plans.rules import CoverageRow, Newcomer, NotCovered, Whose, newcomer_problems


def write_address(
    session: Session, whose: Whose, coverage_id: uuid.UUID, email: str, reach: Reach, act: Act
) -> CoverageRow:
    """Their code leaves again, to another address; an empty one: it is on a card. Raises InvalidInput (also for a
    sealed code, which is nobody's that we know), and what `correct_address` does."""
    person, address = coverage_of(session, whose, coverage_id), address_of(email)
    if address and not person.name:
        raise InvalidInput({"email": "problem.plan_sealed"})
    if wrong := problem(address, reach):
        raise InvalidInput({"email": wrong})
    return correct_address(session, whose, coverage_id, address, act)


def put_in_place(
    session: Session, whose: Whose, coverage_id: uuid.UUID, person: PersonIn, reach: Reach, act: Act
) -> CoverageRow:
    """Somebody else is covered in their stead, named or, without any name, by a sealed code. Raises InvalidInput, and
    what `replace_person` does."""
    coverage_of(session, whose, coverage_id)
    newcomer = _newcomer(person.entry(0))
    if problems := newcomer_problems(newcomer, reach):
        raise InvalidInput(problems)
    return replace_person(session, whose, coverage_id, newcomer, act)


def stop(session: Session, whose: Whose, coverage_id: uuid.UUID, act: Act) -> bool:
    """Somebody is covered no more: before the plan begins they are taken off and credited, afterwards their place
    waits for a newcomer. Whether it was credited. Raises NotFound, NotCovered."""
    coverage_of(session, whose, coverage_id)
    credited = not whose.plan.has_started(act.today)
    (take_off if credited else end)(session, whose, coverage_id, act)
    return credited


def leave_list(session: Session, whose: Whose, coverage_id: uuid.UUID, act: Act) -> None:
    """Somebody who waits on the list, unpaid, is not to be covered. Raises NotFound, NotCovered when they are paid by
    now."""
    coverage_of(session, whose, coverage_id)
    if not take_off_list(session, whose, [coverage_id], act):
        raise NotCovered()


def take_correction(session: Session, whose: Whose, number: int, reach: Reach, act: Act) -> CoverageRow:
    """What a row of the list says otherwise of somebody covered is right: a new address gets the code again. Raises
    NotFound when the row corrects nothing, AlreadyCovered."""
    rows = prepared(session, whose, act.today, reach).judgement.rows
    row = next((one for one in rows if one.entry.number == number and one.verdict is Verdict.CHANGED), None)
    if row is None or row.covered is None:
        raise NotFound()
    known, said = row.covered, row.entry
    if said.email and said.email != known.email:
        write_address(session, whose, known.id, said.email, reach, act)
    person = Newcomer(
        first_name=said.first_name,
        last_name=said.last_name,
        email=said.email or known.email,
        lang=said.lang or known.lang,
        employer_ref=said.employer_ref or known.employer_ref,
    )
    refuse_twice(session, whose, person, known.id)
    values: Values = {
        column(Coverage.first_name): person.first_name,
        column(Coverage.last_name): person.last_name,
        column(Coverage.lang): person.lang,
        column(Coverage.employer_ref): person.employer_ref,
        column(Coverage.person_key): person.key(known.id),
    }
    session.execute(sa.update(table(Coverage)).where(column(Coverage.id) == known.id).values(dict(values)))
    record(session, "company", whose.company_id, "plan.corrected", act.by, act.now)
    return coverage_of(session, whose, known.id)


def _newcomer(entry: Entry) -> Newcomer:
    return Newcomer(
        first_name=entry.first_name,
        last_name=entry.last_name,
        email=entry.email,
        lang=entry.lang or "fr",
        employer_ref=entry.employer_ref,
    )


def row_problems(person: PersonIn) -> dict[Where, str]:
    """What is missing of somebody typed alone: both names."""
    return {name: "problem.required" for name in ("first_name", "last_name") if not getattr(person, name)}
