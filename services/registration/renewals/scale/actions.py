"""Say what a membership costs. What was asked of a company already stays as it was asked."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.sql import Values, add_once, column, named, table
from kit.text import money
from registration.history.actions import record
from registration.history.rules import Change
from registration.renewals.scale.models import THE_SCALE, FeeScale
from registration.renewals.scale.queries import scale_of
from registration.renewals.scale.rules import Scale, ScaleChanged, Step


def save(session: Session, scale: Scale, version: int, by: Caller, now: datetime) -> int:
    """Save it over the one with this number (0: there is none yet); the number it has now. Raises ScaleChanged."""
    before = scale_of(session)
    if before is None:
        saved = version == 0 and add_once(session, FeeScale, named(_values(scale, 1)), column(FeeScale.id))
    else:
        same = (column(FeeScale.id) == THE_SCALE, column(FeeScale.version) == version)
        change = sa.update(table(FeeScale)).where(*same).values(dict(_values(scale, version + 1)))
        saved = session.execute(change.returning(column(FeeScale.id))).first() is not None
    if not saved:
        raise ScaleChanged()
    changes = _changes(before.scale if before else None, scale)
    record(session, "fees", THE_SCALE, "fees.saved", by, now, changes)
    return version + 1


def _values(scale: Scale, version: int) -> Values:
    return {
        column(FeeScale.id): THE_SCALE,
        column(FeeScale.version): version,
        column(FeeScale.starts_month): scale.starts_month,
        column(FeeScale.starts_day): scale.starts_day,
        column(FeeScale.due_days): scale.due_days,
        column(FeeScale.steps): scale.steps,
        column(FeeScale.tax_class): scale.tax_class,
        column(FeeScale.tax_to_confirm): scale.tax_to_confirm,
        column(FeeScale.gl_account): scale.gl_account,
        column(FeeScale.reminder_days): list(scale.reminder_days),
        column(FeeScale.automatic): scale.automatic,
    }


def _changes(before: Scale | None, after: Scale) -> dict[str, Change]:
    """Field by field, as text."""
    old, new = _told(before) if before else {}, _told(after)
    return {field: Change(old.get(field, ""), value) for field, value in new.items() if old.get(field) != value}


def _told(scale: Scale) -> dict[str, str]:
    return {
        "fees.steps": ", ".join(map(_step, scale.steps)),
        "fees.starts": f"{scale.starts_month:02}-{scale.starts_day:02}",
        "fees.due_days": str(scale.due_days),
        "fees.tax_class": scale.tax_class.value,
        "fees.tax_to_confirm": "yes" if scale.tax_to_confirm else "no",
        "fees.gl_account": scale.gl_account,
        "fees.reminder_days": ", ".join(map(str, scale.reminder_days)),
        "fees.automatic": "yes" if scale.automatic else "no",
    }


def _step(step: Step) -> str:
    return f"≤ {step.most}: {money(step.fee, 'en')}" if step.most else money(step.fee, "fr")
