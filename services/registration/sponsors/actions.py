"""What staff say of what sponsors are owed: it was delivered; or no, it was not."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.errors import NotFound
from kit.sql import Values, column, table
from registration.history.actions import record
from registration.history.rules import Change
from registration.registrations.models import Registration, RegistrationLine
from registration.registrations.rules import RegistrationStatus
from registration.sponsors.models import Benefit
from registration.sponsors.rules import SponsorshipEnded

# Of lines that stand, of what is confirmed.
STANDS = column(Benefit.line_id).in_(
    sa.select(column(RegistrationLine.id))
    .join_from(
        table(RegistrationLine),
        table(Registration),
        column(RegistrationLine.registration_id) == column(Registration.id),
    )
    .where(column(Registration.status) == RegistrationStatus.CONFIRMED)
    .where(column(RegistrationLine.quantity) > column(RegistrationLine.cancelled))
)


@dataclass(frozen=True)
class Said:
    """The benefit that something was said of."""

    registration_id: uuid.UUID
    label_fr: str


def deliver(session: Session, benefit_id: uuid.UUID, by: Caller, now: datetime) -> None:
    """A benefit was delivered; said twice, the first stands. Raises NotFound, SponsorshipEnded."""
    values: Values = {column(Benefit.delivered_at): now, column(Benefit.delivered_by): by.name}
    owed = (column(Benefit.delivered_at).is_(None), STANDS)
    said = _say(session, benefit_id, owed, values)
    if said:
        changes = {"benefit": Change(None, said.label_fr)}
        record(session, "registration", said.registration_id, "registration.benefit_delivered", by, now, changes)
        return
    _refuse_unless(session, benefit_id, delivered=True)


def undo(session: Session, benefit_id: uuid.UUID, by: Caller, now: datetime) -> None:
    """It was not delivered after all; nothing is taken back of a sponsorship that ended, which could not be told again.
    Raises NotFound, SponsorshipEnded."""
    values: Values = {column(Benefit.delivered_at): None, column(Benefit.delivered_by): ""}
    was = (column(Benefit.delivered_at).is_not(None), STANDS)
    said = _say(session, benefit_id, was, values)
    if said:
        changes = {"benefit": Change(None, said.label_fr)}
        record(session, "registration", said.registration_id, "registration.benefit_undone", by, now, changes)
        return
    _refuse_unless(session, benefit_id, delivered=False)


def _refuse_unless(session: Session, benefit_id: uuid.UUID, delivered: bool) -> None:
    """Nothing changed: it had been said already, or raises NotFound, SponsorshipEnded."""
    row = session.get(Benefit, benefit_id)
    if row is None:
        raise NotFound()
    if (row.delivered_at is not None) is not delivered:
        raise SponsorshipEnded()


def _say(
    session: Session, benefit_id: uuid.UUID, when: tuple[sa.ColumnElement[bool], ...], values: Values
) -> Said | None:
    """Whose benefit it is; None when nothing changed: it had been said already, or may not be."""
    update = sa.update(table(Benefit)).where(column(Benefit.id) == benefit_id, *when).values(dict(values))
    row = session.execute(update.returning(column(Benefit.registration_id), column(Benefit.label_fr))).first()
    return Said(row.registration_id, row.label_fr) if row else None


def forget_deliverers(session: Session, registrations: sa.Select[uuid.UUID], most: int) -> int:
    """Forget who delivered a batch of the benefits of these registrations. How many."""
    over = column(Benefit.registration_id).in_(registrations)
    mine = sa.select(column(Benefit.id)).where(over, column(Benefit.delivered_by) != "").limit(most)
    gone = sa.update(table(Benefit)).where(column(Benefit.id).in_(mine)).values({column(Benefit.delivered_by): ""})
    return len(session.execute(gone.returning(column(Benefit.id))).all())
