"""What authors do to the codes of an activity: make some, change how long and how often they serve, close them."""

import secrets
import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.contracts.texts import READ_ALOUD
from kit.db import new_id
from kit.errors import InvalidInput, NotFound
from kit.sql import column, insert_once, table
from registration.catalog.actions import changed
from registration.catalog.codes.queries import kept_prices
from registration.catalog.codes.rules import LENGTH, MOST_UNITS, CodeBelowUsed, CodeTaken, NewCode, check
from registration.catalog.models import Code
from registration.catalog.rules import normal_code
from registration.history.actions import record
from registration.history.rules import Change


def add(session: Session, activity_id: uuid.UUID, new: NewCode, by: Caller, now: datetime, count: int = 1) -> list[str]:
    """Make a code, or (`count`) several, drawn; their words. Raises NotFound, InvalidInput, CodeTaken."""
    changed(session, activity_id)
    new = replace(new, word=normal_code(new.word))
    check(new, {price.key for price in kept_prices(session, activity_id)}, count)
    drawn = count > 1 or not new.word
    words = [_written(session, activity_id, new, drawn) for _ in range(count)]
    record(session, "activity", activity_id, "activity.codes_added", by, now, {"codes": Change(None, count)})
    return words


def _written(session: Session, activity_id: uuid.UUID, new: NewCode, drawn: bool) -> str:
    """One row; a drawn word that is taken is drawn again."""
    while True:
        word = "".join(secrets.choice(READ_ALOUD) for _ in range(LENGTH)) if drawn else new.word
        row = Code(
            id=new_id(),
            activity_id=activity_id,
            word=word,
            opens=new.opens or None,
            percent_off=new.percent_off,
            max_units=new.max_units,
            until=new.until,
            note=new.note,
        )
        target = table(Code)
        values = {one.key: getattr(row, one.key) for one in target.columns}
        if insert_once(session, target, values, column(Code.id)):
            return word
        if not drawn:
            raise CodeTaken("word")


def change(
    session: Session, code_id: uuid.UUID, max_units: int, until: datetime | None, by: Caller, now: datetime
) -> None:
    """How often and how long a code serves from now on. Raises NotFound, InvalidInput, and CodeBelowUsed
    with how many it has served."""
    row = session.get(Code, code_id, with_for_update=True)
    if row is None:
        raise NotFound()
    if max_units > MOST_UNITS:
        raise InvalidInput({"max_units": "problem.code_units"})
    if max_units < max(row.used, 1):
        raise CodeBelowUsed("max_units", used=row.used)
    changes = {"code_units": Change(row.max_units, max_units), "code_until_at": Change(row.until, until)}
    row.max_units, row.until = max_units, until
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
