"""What authors do to the codes of an activity: make some, change how long and how often they serve, close them."""

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts.addresses import NEAR, Reach
from kit.contracts.callers import Caller
from kit.contracts.texts import READ_ALOUD
from kit.db import new_id
from kit.errors import InvalidInput, NotFound
from kit.sql import Values, column, insert_once, table
from registration.catalog.actions import changed
from registration.catalog.codes.models import Code
from registration.catalog.codes.queries import openable
from registration.catalog.codes.rules import (
    LENGTH,
    BudgetBelowSpent,
    CodeBelowUsed,
    CodeLimits,
    CodeTaken,
    NewCode,
    check,
    limit_problems,
)
from registration.catalog.rules import normal_code
from registration.history.actions import record
from registration.history.rules import Change


def _fresh(_what: str, *_keys: str) -> uuid.UUID:
    return new_id()


@dataclass(frozen=True)
class Making:
    """How many codes are made, which addresses of people are taken, and how a code gets its id."""

    count: int = 1
    reach: Reach = NEAR
    new_id: Callable[..., uuid.UUID] = _fresh


ONE = Making()


def add(
    session: Session, activity_id: uuid.UUID, new: NewCode, by: Caller, now: datetime, making: Making = ONE
) -> list[str]:
    """Make a code, or several whose words are drawn; their words. Raises NotFound, InvalidInput, CodeTaken."""
    changed(session, activity_id)
    new, count = replace(new, word=normal_code(new.word)), making.count
    check(new, openable(session, activity_id), count, making.reach)
    drawn = count > 1 or not new.word
    words = [_written(session, _row(activity_id, new, making), drawn) for _ in range(count)]
    record(session, "activity", activity_id, "activity.codes_added", by, now, {"codes": Change(None, count)})
    return words


def _written(session: Session, row: Code, drawn: bool) -> str:
    """One row; a drawn word that is taken is drawn again."""
    while True:
        if drawn:
            row.word = "".join(secrets.choice(READ_ALOUD) for _ in range(LENGTH))
        target = table(Code)
        values = {one.key: getattr(row, one.key) for one in target.columns}
        if insert_once(session, target, values, column(Code.id)):
            return row.word
        if not drawn:
            raise CodeTaken("word")


def _row(activity_id: uuid.UUID, new: NewCode, making: Making) -> Code:
    limits, person = new.limits, new.person
    return Code(
        id=making.new_id("code", new.word),
        activity_id=activity_id,
        word=new.word,
        opens=new.opens or None,
        percent_off=new.percent_off,
        amount_off=new.amount_off,
        set_price=new.set_price,
        max_units=limits.max_units,
        per_company=limits.per_company,
        budget=limits.budget,
        since=limits.since,
        until=limits.until,
        note=new.note,
        bound=person is not None,
        bound_first=person.first_name if person else "",
        bound_last=person.last_name if person else "",
        bound_email=person.email if person else "",
    )


def change(session: Session, code_id: uuid.UUID, limits: CodeLimits, by: Caller, now: datetime) -> None:
    """How often and how long a code serves from now on. Raises NotFound, InvalidInput, CodeBelowUsed with how many it
    has served, BudgetBelowSpent with what it has taken off."""
    row = session.get(Code, code_id, with_for_update=True)
    if row is None:
        raise NotFound()
    if limits.max_units < max(row.used, 1):
        raise CodeBelowUsed("max_units", used=row.used)
    if wrong := dict(limit_problems(limits, lowers=row.opens is None)):
        raise InvalidInput(wrong)
    if limits.budget is not None and limits.budget < row.spent:
        raise BudgetBelowSpent("budget", spent=row.spent)
    changes = {
        "code_units": Change(row.max_units, limits.max_units),
        "code_per_company": Change(row.per_company, limits.per_company),
        "code_budget": Change(row.budget, limits.budget),
        "code_since_at": Change(row.since, limits.since),
        "code_until_at": Change(row.until, limits.until),
    }
    row.max_units, row.per_company, row.budget = limits.max_units, limits.per_company, limits.budget
    row.since, row.until = limits.since, limits.until
    session.add(row)
    changed(session, row.activity_id)
    record(session, "activity", row.activity_id, "activity.code_changed", by, now, changes)


def close(session: Session, code_id: uuid.UUID, by: Caller, now: datetime) -> None:
    """A code serves nobody any more; what it served stays. Raises NotFound."""
    row = session.get(Code, code_id, with_for_update=True)
    if row is None:
        raise NotFound()
    row.until = now - timedelta(seconds=1)  # Its last moment, which is included, is over.
    session.add(row)
    changed(session, row.activity_id)
    record(session, "activity", row.activity_id, "activity.code_closed", by, now)


def forget_invited(session: Session, activities: sa.Select[uuid.UUID], limit: int) -> int:
    """Forget whom codes of these activities were made for, `limit` at most; how many there were."""
    mine = (column(Code.bound_last) != "", column(Code.activity_id).in_(activities))
    batch = sa.select(column(Code.id)).where(*mine).limit(limit)
    nobody: Values = {column(Code.bound_first): "", column(Code.bound_last): "", column(Code.bound_email): ""}
    update = sa.update(table(Code)).where(column(Code.id).in_(batch)).values(dict(nobody))
    return len(session.execute(update.returning(column(Code.id))).all())
