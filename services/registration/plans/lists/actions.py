"""A company's list as it is being prepared: begun, changed, and made one of people to cover."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts.addresses import Reach
from kit.db import new_id
from kit.errors import NotFound
from kit.sql import Values, column, insert_all, named, table
from registration.plans.actions import Act, list_people, lock_company
from registration.plans.lists.models import PlanList, PlanListRow
from registration.plans.lists.queries import Draft, draft_of, prepared
from registration.plans.lists.rules_columns import Choice, Entry, ListRead, TooManyRows, address_of
from registration.plans.rules import MOST, SEALED, ListChanged, Newcomer, Whose


@dataclass(frozen=True)
class Saying:
    """Who of a company says something of its list, and when."""

    person_id: uuid.UUID
    now: datetime


def put_list(session: Session, whose: Whose, read: ListRead, seen: int, saying: Saying) -> None:
    """A file is the list from now on. `seen` is the version of the list that whoever sends it knows of, 0: none. Raises
    ListChanged when somebody else's list is there by now: it is shown to them first."""
    lock_company(session, whose.company_id)
    draft = draft_of(session, whose)
    if draft is not None and draft.version != seen and draft.person_id != saying.person_id:
        raise ListChanged()
    list_id = _begun(session, whose, draft, saying)
    values: Values = {
        column(PlanList.from_file): True,
        column(PlanList.fields): list(read.fields),
        column(PlanList.ignored): list(read.ignored),
    }
    session.execute(sa.update(table(PlanList)).where(column(PlanList.id) == list_id).values(dict(values)))
    session.execute(sa.delete(table(PlanListRow)).where(column(PlanListRow.list_id) == list_id))
    insert_all(session, table(PlanListRow), [_row(list_id, entry) for entry in read.entries])


def add_people(session: Session, whose: Whose, people: Sequence[Entry], saying: Saying) -> None:
    """People typed one by one, after those who are there. Raises TooManyRows."""
    lock_company(session, whose.company_id)
    draft = draft_of(session, whose)
    if len(people) + (len(draft.entries) if draft else 0) > MOST:
        raise TooManyRows(most=MOST)
    last = max((entry.number for entry in draft.entries), default=0) if draft else 0
    list_id = _begun(session, whose, draft, saying)
    rows = [_row(list_id, entry, number) for number, entry in enumerate(people, last + 1)]
    insert_all(session, table(PlanListRow), rows)


def seal(session: Session, whose: Whose, count: int, saying: Saying) -> None:
    """So many codes without names, instead of as many as there were."""
    lock_company(session, whose.company_id)
    list_id = _begun(session, whose, draft_of(session, whose), saying)
    values: Values = {column(PlanList.sealed): count}
    session.execute(sa.update(table(PlanList)).where(column(PlanList.id) == list_id).values(dict(values)))


def write_row(session: Session, whose: Whose, entry: Entry, saying: Saying) -> None:
    """A row as she corrects it. Raises NotFound."""
    values: Values = {
        column(PlanListRow.first_name): entry.first_name,
        column(PlanListRow.last_name): entry.last_name,
        column(PlanListRow.email): entry.email,
        column(PlanListRow.lang): entry.lang,
        column(PlanListRow.employer_ref): entry.employer_ref,
    }
    _change(session, whose, entry.number, values, saying)


def write_email(session: Session, whose: Whose, number: int, email: str, saying: Saying) -> None:
    """The address that a row lacked. Raises NotFound."""
    _change(session, whose, number, {column(PlanListRow.email): address_of(email)}, saying)


def choose(session: Session, whose: Whose, number: int, choice: Choice, saying: Saying) -> None:
    """A row counts in spite of a likeness, or does not count. Raises NotFound."""
    _change(session, whose, number, {column(PlanListRow.choice): choice}, saying)


def drop_list(session: Session, whose: Whose) -> None:
    """The list is not to be: nothing of it is kept."""
    lock_company(session, whose.company_id)
    draft = draft_of(session, whose)
    if draft is not None:
        _forget(session, [draft.id])


def take_list(session: Session, whose: Whose, reach: Reach, act: Act) -> tuple[uuid.UUID, ...]:
    """Everybody whom the list would add, and as many sealed codes, are people to cover from now on, in its order; the
    list is done with. The ids of all who are to be covered, in the order in which they were put there."""
    lock_company(session, whose.company_id)
    now = prepared(session, whose, act.today, reach)
    waiting = [one.id for one in now.waiting]
    if now.draft is None:
        return tuple(sorted(waiting))
    people = [_newcomer(entry) for entry in now.judgement.added] + [SEALED] * now.sealed
    # Whoever is judged to be added is nobody else of the list or covered: all of them are new on it.
    listed = list_people(session, whose, people, act).new if people else ()
    _forget(session, [now.draft.id])
    # Ids are made in order.
    return tuple(sorted([*waiting, *(one.id for one in listed)]))


def drop_lists(session: Session, lists: Iterable[uuid.UUID]) -> None:
    """Nobody spoke of them for long."""
    _forget(session, list(lists))


def _newcomer(entry: Entry) -> Newcomer:
    return Newcomer(
        first_name=entry.first_name,
        last_name=entry.last_name,
        email=entry.email,
        lang=entry.lang or "fr",
        employer_ref=entry.employer_ref,
        again=entry.kept,
    )


def _begun(session: Session, whose: Whose, draft: Draft | None, saying: Saying) -> uuid.UUID:
    """The list, begun when there is none; a change more of it. The company is locked."""
    if draft is not None:
        _touch(session, draft.id, saying)
        return draft.id
    list_id = new_id()
    row = named(
        {
            column(PlanList.id): list_id,
            column(PlanList.plan_id): whose.plan.id,
            column(PlanList.company_id): whose.company_id,
            column(PlanList.person_id): saying.person_id,
            column(PlanList.from_file): False,
            column(PlanList.sealed): 0,
            column(PlanList.fields): [],
            column(PlanList.ignored): [],
            column(PlanList.version): 1,
            column(PlanList.said_at): saying.now,
        }
    )
    insert_all(session, table(PlanList), [row])
    return list_id


def _touch(session: Session, list_id: uuid.UUID, saying: Saying) -> None:
    version = column(PlanList.version)
    values: Values = {
        version: version + 1,
        column(PlanList.person_id): saying.person_id,
        column(PlanList.said_at): saying.now,
    }
    session.execute(sa.update(table(PlanList)).where(column(PlanList.id) == list_id).values(dict(values)))


def _change(session: Session, whose: Whose, number: int, values: Values, saying: Saying) -> None:
    lock_company(session, whose.company_id)
    draft = draft_of(session, whose)
    if draft is None:
        raise NotFound()
    mine = (column(PlanListRow.list_id) == draft.id, column(PlanListRow.number) == number)
    changed = sa.update(table(PlanListRow)).where(*mine).values(dict(values)).returning(column(PlanListRow.number))
    if session.execute(changed).first() is None:
        raise NotFound()
    _touch(session, draft.id, saying)


def _forget(session: Session, lists: Sequence[uuid.UUID]) -> None:
    session.execute(sa.delete(table(PlanListRow)).where(column(PlanListRow.list_id).in_(lists)))
    session.execute(sa.delete(table(PlanList)).where(column(PlanList.id).in_(lists)))


def _row(list_id: uuid.UUID, entry: Entry, number: int = 0) -> dict[str, object]:
    return named(
        {
            column(PlanListRow.list_id): list_id,
            column(PlanListRow.number): number or entry.number,
            column(PlanListRow.first_name): entry.first_name,
            column(PlanListRow.last_name): entry.last_name,
            column(PlanListRow.email): entry.email,
            column(PlanListRow.lang): entry.lang,
            column(PlanListRow.employer_ref): entry.employer_ref,
            column(PlanListRow.choice): entry.choice,
        }
    )
