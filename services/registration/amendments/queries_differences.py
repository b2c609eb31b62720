"""What must always be true between amendments and what they amend; each difference is a sentence."""

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.registrations.models import AddOnShare, Attendee, Registration, RegistrationLine
from registration.registrations.rules import RegistrationStatus

SHOWN = 20
FIRST, ADDED = table(Registration).alias("first"), table(Registration).alias("added")
# What an amendment and what it amends say of each other, the latter null where there is none.
AMENDMENTS = {
    "what it amends does not exist": FIRST.c.id.is_(None),
    "what it amends is of another activity": FIRST.c.activity_id != ADDED.c.activity_id,
    "what it amends is an amendment itself": FIRST.c.amends_id.is_not(None),
    "it stands without what it amends": sa.and_(
        ADDED.c.status == RegistrationStatus.CONFIRMED, FIRST.c.status != RegistrationStatus.CONFIRMED
    ),
}


def amendments_astray(session: Session) -> list[str]:
    """An amendment adds to a registration of its activity and goes with it; options are for its people or for those
    of what it amends, and for nobody else's."""
    differences = []
    both = ADDED.outerjoin(FIRST, FIRST.c.id == ADDED.c.amends_id)
    for rule, broken in AMENDMENTS.items():
        query = sa.select(ADDED.c.id).select_from(both).where(ADDED.c.amends_id.is_not(None), broken)
        differences += [f"amendment {id_}: {rule}" for (id_,) in session.execute(query).fetchmany(SHOWN)]
    of_line = column(RegistrationLine.registration_id)
    family = sa.or_(column(Attendee.registration_id) == of_line, column(Attendee.registration_id) == ADDED.c.amends_id)
    strange = (
        sa.select(column(AddOnShare.line_id), column(AddOnShare.attendee_id))
        .join(table(RegistrationLine), column(RegistrationLine.id) == column(AddOnShare.line_id))
        .join(ADDED, ADDED.c.id == of_line)
        .join(table(Attendee), column(Attendee.id) == column(AddOnShare.attendee_id))
        .where(sa.or_(column(AddOnShare.registration_id) != of_line, sa.not_(family)))
    )
    rows = session.execute(strange).fetchmany(SHOWN)
    return differences + [f"line {line}: attendee {one} is of another registration" for line, one in rows]
