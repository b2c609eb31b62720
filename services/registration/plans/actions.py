"""A company's list: who is put on it, taken off it, and how their code reaches them."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts import Bilingual
from kit.contracts.callers import Caller
from kit.db import new_id
from kit.errors import NotFound
from kit.sql import Values, column, insert_once, table
from registration.history.actions import record
from registration.history.rules import Change
from registration.letters.actions import send
from registration.members.models import Company
from registration.plans.eligibility.actions import revoke
from registration.plans.eligibility.rules import Codes
from registration.plans.models import Coverage
from registration.plans.queries import HERS, UNPAID, coverage_of, coverage_row, of
from registration.plans.rules import (
    AlreadyCovered,
    CoverageRow,
    CoverageState,
    ListedNow,
    Newcomer,
    NoAddress,
    NotCovered,
    Whose,
)
from registration.plans.view import code_letter

AT_ONCE = 400


@dataclass(frozen=True)
class Act:
    """Who acts, when (`today` is the association's day), and what codes and letters are made with."""

    by: Caller
    now: datetime
    today: date
    codes: Codes
    sender: Bilingual


def list_people(session: Session, whose: Whose, people: Sequence[Newcomer], act: Act) -> ListedNow:
    """Put people on a company's list, in this order. Who is on it already (on the list or covered) is left as they are
    and counted: two HR people who send one file list everybody once. Whoever has no address gets the number of a card.
    """
    lock_company(session, whose.company_id)
    _end_over(session, whose, act)
    rows = _numbered([_row(whose, one, act.now) for one in people], _last_card(session, whose))
    new: set[uuid.UUID] = set()
    for start in range(0, len(rows), AT_ONCE):
        part = [dict(vars(row)) for row in rows[start : start + AT_ONCE]]
        new |= set(insert_once(session, table(Coverage), part, column(Coverage.id)))
    speak(session, whose, act.now)
    if new:
        record(session, "company", whose.company_id, "plan.listed", act.by, act.now, {"people": Change(None, len(new))})
    found = _by_ids(session, whose, new)
    in_order = [found[row.id] for row in rows if row.id in found]
    return ListedNow(tuple(in_order), len(rows) - len(new))


def take_off_list(session: Session, whose: Whose, coverages: Collection[uuid.UUID], act: Act) -> int:
    """People are not to be covered after all: they are forgotten. Nobody pays for them yet, or nothing is done; how
    many there were."""
    mine = sa.select(column(Coverage.id)).where(*of(whose), column(Coverage.id).in_(coverages), UNPAID)
    gone = sa.delete(table(Coverage)).where(column(Coverage.id).in_(mine)).returning(column(Coverage.id))
    count = len(session.execute(gone).all())
    if count:
        speak(session, whose, act.now)
        record(session, "company", whose.company_id, "plan.unlisted", act.by, act.now, {"people": Change(None, count)})
    return count


def correct_address(session: Session, whose: Whose, coverage_id: uuid.UUID, email: str, act: Act) -> CoverageRow:
    """Another address for somebody listed or covered: the same code leaves again, to it. An empty one: their code is
    on a card from now on. Raises NotFound, NotCovered, AlreadyCovered."""
    lock_company(session, whose.company_id)
    person = coverage_of(session, whose, coverage_id)
    named = Newcomer(person.first_name, person.last_name, email, person.lang, person.employer_ref)
    refuse_twice(session, whose, named, coverage_id)
    card = person.card_number if email or person.card_number else _last_card(session, whose) + 1
    values: Values = {
        column(Coverage.email): email,
        column(Coverage.person_key): named.key(coverage_id),
        column(Coverage.card_number): card,
        column(Coverage.undelivered): False,
    }
    corrected = _standing(session, whose, coverage_id, values)
    if corrected.state is CoverageState.COVERED and corrected.by_mail:
        return _say_again(session, whose, corrected, act)
    return corrected


def resend(session: Session, whose: Whose, coverage_id: uuid.UUID, act: Act) -> CoverageRow:
    """The same code once more, to the same address. Raises NotFound, NotCovered, NoAddress."""
    person = coverage_of(session, whose, coverage_id)
    if not person.covers_on(act.today):
        raise NotCovered()
    if not person.by_mail:
        raise NoAddress()
    return _say_again(session, whose, person, act)


def mark_undelivered(session: Session, coverage_id: uuid.UUID) -> None:
    """The letter with a code did not arrive: HR sees it beside the address."""
    mark = sa.update(table(Coverage)).where(column(Coverage.id) == coverage_id, column(Coverage.email) != "")
    session.execute(mark.values({column(Coverage.undelivered): True}))


def lock_company(session: Session, company_id: uuid.UUID) -> None:
    """Whoever changes a company's list waits for whoever does. Raises NotFound."""
    one = sa.select(column(Company.id)).where(column(Company.id) == company_id)
    if session.execute(one.with_for_update(key_share=True)).first() is None:
        raise NotFound()


def speak(session: Session, whose: Whose, now: datetime) -> None:
    """Somebody spoke of the list: it is kept so much longer."""
    listed = column(Coverage.state) == CoverageState.LISTED
    session.execute(sa.update(table(Coverage)).where(*of(whose), listed).values({column(Coverage.said_at): now}))


def refuse_twice(session: Session, whose: Whose, person: Newcomer, own: uuid.UUID) -> None:
    """Raises AlreadyCovered when somebody else of the list, or covered, is the same person."""
    stands = column(Coverage.state).in_([CoverageState.LISTED, CoverageState.COVERED])
    same = (column(Coverage.person_key) == person.key(own), column(Coverage.id) != own)
    if session.execute(sa.select(column(Coverage.id)).where(*of(whose), stands, *same)).first():
        raise AlreadyCovered()


def _say_again(session: Session, whose: Whose, person: CoverageRow, act: Act) -> CoverageRow:
    version = column(Coverage.letter_version)
    again = _standing(session, whose, person.id, {version: version + 1, column(Coverage.undelivered): False})
    send(session, [code_letter(again, act.sender)], act.now, again.id)
    record(session, "company", whose.company_id, "plan.code_sent_again", act.by, act.now)
    return again


def _standing(session: Session, whose: Whose, coverage_id: uuid.UUID, values: Values) -> CoverageRow:
    stands = column(Coverage.state).in_([CoverageState.LISTED, CoverageState.COVERED])
    changed = sa.update(table(Coverage)).where(*of(whose), column(Coverage.id) == coverage_id, stands)
    row = session.execute(changed.values(dict(values)).returning(*HERS)).first()
    if row is None:
        raise NotCovered()
    return coverage_row(row)


@dataclass(frozen=True)
class _Row:
    """What is written of somebody new on a list."""

    id: uuid.UUID
    plan_id: uuid.UUID
    company_id: uuid.UUID
    first_name: str
    last_name: str
    email: str
    lang: str
    employer_ref: str
    person_key: str | None
    said_at: datetime
    card_number: int | None = None
    state: CoverageState = CoverageState.LISTED
    version: int = 1
    letter_version: int = 1
    undelivered: bool = False


def _row(whose: Whose, person: Newcomer, now: datetime) -> _Row:
    own = new_id()
    return _Row(
        id=own,
        plan_id=whose.plan.id,
        company_id=whose.company_id,
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        lang="en" if person.lang == "en" else "fr",
        employer_ref=person.employer_ref,
        person_key=person.key(own),
        said_at=now,
    )


def _numbered(rows: Sequence[_Row], last: int) -> list[_Row]:
    """Cards are numbered in the order of the list, after those that the company has."""
    numbered = []
    for row in rows:
        if not row.email:
            last += 1
            row = replace(row, card_number=last)
        numbered.append(row)
    return numbered


def _end_over(session: Session, whose: Whose, act: Act) -> None:
    """Whose last day is over is covered no more, and may be put on the list again at once."""
    over = (*of(whose), column(Coverage.state) == CoverageState.COVERED, column(Coverage.ends_on) < act.today)
    ended: Values = {column(Coverage.state): CoverageState.ENDED, column(Coverage.free_until): column(Coverage.ends_on)}
    gone = sa.update(table(Coverage)).where(*over).values(dict(ended))
    rows = session.execute(gone.returning(column(Coverage.id), column(Coverage.version))).all()
    revoke(session, act.codes, [(row.id, row.version) for row in rows])


def _last_card(session: Session, whose: Whose) -> int:
    highest = sa.select(sa.func.coalesce(sa.func.max(column(Coverage.card_number)), 0)).where(*of(whose))
    return int(session.execute(highest).scalar_one())


def _by_ids(session: Session, whose: Whose, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, CoverageRow]:
    found: dict[uuid.UUID, CoverageRow] = {}
    every = sorted(ids)
    for start in range(0, len(every), AT_ONCE):
        query = sa.select(*HERS).where(*of(whose), column(Coverage.id).in_(every[start : start + AT_ONCE]))
        found |= {row.id: coverage_row(row) for row in session.execute(query)}
    return found
