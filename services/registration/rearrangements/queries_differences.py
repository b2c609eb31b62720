"""What must always be true of rearrangements and their choices; each difference is a sentence."""

from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.rearrangements.models import Rearrangement, RearrangementChoice
from registration.rearrangements.queries import ANSWER, OF, STATE
from registration.rearrangements.rules import Answer, ChoiceState, Kind
from registration.registrations.models import Registration
from registration.registrations.rules import RegistrationStatus

SHOWN = 20
OF_CHOICE, STATUS = column(RearrangementChoice.registration_id), column(Registration.status)
UNDONE = column(Rearrangement.undone_at)
OPEN = STATE.in_([ChoiceState.ASKED, ChoiceState.READY])
REFUNDED = sa.and_(STATE == ChoiceState.DONE, ANSWER == Answer.REFUND)
# Two machines' clocks may differ: what was confirmed this shortly before a rearrangement may have come after it.
CLOCKS = timedelta(minutes=1)


def choices_astray(session: Session) -> list[str]:
    """Who is not asked though it should be, and what was done that cannot be."""
    return [*_unasked(session), *_contradictions(session)]


def _unasked(session: Session) -> list[str]:
    """Whatever was confirmed before an activity was postponed or cancelled, and stands, has its choice there."""
    mine, begun = column(Registration.id), column(Rearrangement.created_at)
    there = column(Rearrangement.activity_id) == column(Registration.activity_id)
    asked = sa.exists(sa.select(sa.literal(1)).where(OF == column(Rearrangement.id), OF_CHOICE == mine))
    asks = (column(Rearrangement.kind) != Kind.ONLINE, sa.not_(asked))
    stood = (STATUS == RegistrationStatus.CONFIRMED, column(Registration.confirmed_at) < begun)
    query = sa.select(mine, column(Rearrangement.id), column(Registration.confirmed_at), begun)
    query = query.select_from(table(Registration)).join(table(Rearrangement), there).where(*stood, *asks)
    # The clocks are compared here: dates are not subtracted alike on both databases.
    rows = [row for row in session.execute(query) if row[2] < row[3] - CLOCKS][:SHOWN]
    return [f"registration {id_}: rearrangement {rearrangement} asks it nothing" for id_, rearrangement, *_ in rows]


# What a choice, its registration and its rearrangement say of each other.
CHOICES = {
    "it was refunded and stands": sa.and_(REFUNDED, STATUS != RegistrationStatus.CANCELLED),
    "what is done says what": sa.and_(STATE == ChoiceState.DONE, ANSWER.is_(None)),
    "what was taken back asks nothing": sa.and_(OPEN, UNDONE.is_not(None)),
}
# Of all choices of one registration.
TOGETHER = {
    "it is asked twice": sa.func.count().filter(OPEN) > 1,
    "it was refunded twice": sa.func.count().filter(REFUNDED) > 1,
    "it was refunded and kept": sa.func.max(column(Rearrangement.created_at)).filter(
        STATE == ChoiceState.DONE, ANSWER == Answer.KEEP
    )
    > sa.func.min(column(Rearrangement.created_at)).filter(REFUNDED),
}


def _contradictions(session: Session) -> list[str]:
    """A registration is asked once, and what was done of its answer is true of it."""
    differences = []
    every = (
        sa.select(OF_CHOICE)
        .join(table(Registration), column(Registration.id) == OF_CHOICE)
        .join(table(Rearrangement), column(Rearrangement.id) == OF)
    )
    single = [(rule, every.where(broken)) for rule, broken in CHOICES.items()]
    grouped = [(rule, every.group_by(OF_CHOICE).having(broken)) for rule, broken in TOGETHER.items()]
    for rule, query in (*single, *grouped):
        rows = session.execute(query).fetchmany(SHOWN)
        differences += [f"choice of registration {id_}: {rule}" for (id_,) in rows]
    return differences
