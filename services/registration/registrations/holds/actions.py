"""Holds whose end has come: claimed by one process, looked at again later, put right when a clock was wrong."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import Values, column, table
from registration.registrations.models import Registration
from registration.registrations.rules import BY_STAFF, RegistrationStatus

# How long the end of a hold is left to one process before another may look at it, and how long after an answer that
# decided nothing it is looked at again.
HOLD_LEASE = timedelta(seconds=30)
UNKNOWN_AGAIN = timedelta(seconds=60)
# Two processes need not agree on the second.
CLOCKS_APART = timedelta(minutes=1)
HELD = column(Registration.status) == RegistrationStatus.HELD
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True)
class EndedHold:
    """A hold whose end has come. Only a card has an order: billing is asked about it before the places go back."""

    id: uuid.UUID
    hold_until: datetime
    method: str


@dataclass(frozen=True)
class HoldTerms:
    """How long places are held at most: while a card is paid, and while an invoice waits for its contact, or a card for
    somebody whom staff signed up."""

    card: timedelta
    invoice: timedelta

    def impossible(self, now: datetime) -> Condition:
        """Looked at later than any hold made now would be: the clock that wrote it ran ahead, or went back since
        (design.md §4.20). The places would be kept for as long as it jumped."""
        return sa.or_(*(late for late, _ in self.late(now)))

    def late(self, now: datetime) -> Iterator[tuple[Condition, datetime]]:
        """By way of paying: what cannot be, and until when such a hold made now would be kept."""
        card = sa.and_(column(Registration.method) == "card", column(Registration.channel) != BY_STAFF)
        for mine, term in ((card, self.card), (sa.not_(card), self.invoice)):
            latest = now + max(term, UNKNOWN_AGAIN) + CLOCKS_APART
            yield sa.and_(column(Registration.check_at) > latest, mine), now + term


def due(now: datetime, terms: HoldTerms) -> sa.Select[uuid.UUID]:
    """The holds that somebody must look at now."""
    over = sa.or_(column(Registration.check_at) <= now, terms.impossible(now))
    return sa.select(column(Registration.id)).where(HELD, over)


def put_right(session: Session, now: datetime, terms: HoldTerms) -> int:
    """Holds that a wrong clock made too long end as if they were made now. How many there were.

    Not at once: whoever is just paying has what they were promised, and where it was our clock that went back, holds
    that were right are not cut off.
    """
    count = 0
    for late, latest in terms.late(now):
        until = column(Registration.hold_until)
        end = sa.case((until > latest, sa.literal(latest, until.type)), else_=until)
        moved: Values = {column(Registration.hold_until): end, column(Registration.check_at): end}
        update = sa.update(table(Registration)).where(HELD, late).values(dict(moved))
        count += len(session.execute(update.returning(column(Registration.id))).all())
    return count


def ended_holds(session: Session, now: datetime, limit: int = 20) -> list[EndedHold]:
    """Claim holds whose end has come. Another process leaves them alone for HOLD_LEASE."""
    over = (HELD, column(Registration.check_at) <= now)
    first = sa.select(column(Registration.id)).where(*over).order_by(column(Registration.check_at)).limit(limit)
    ids = session.execute(first.with_for_update(skip_locked=True)).scalars().all()
    claim = sa.update(table(Registration)).where(column(Registration.id).in_(ids))
    claim = claim.values({column(Registration.check_at): now + HOLD_LEASE})
    until = column(Registration.hold_until)
    rows = session.execute(claim.returning(column(Registration.id), until, column(Registration.method)))
    return [EndedHold(*row) for row in rows]


def check_later(session: Session, registration_id: uuid.UUID, now: datetime) -> None:
    """The end of a hold that billing could not tell about, or that was just paid, is looked at again later."""
    mine = sa.update(table(Registration)).where(column(Registration.id) == registration_id, HELD)
    session.execute(mine.values({column(Registration.check_at): now + UNKNOWN_AGAIN}))
