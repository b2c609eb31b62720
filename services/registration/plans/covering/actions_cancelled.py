"""A purchase that was cancelled as a whole covers nobody any more."""

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import Values, column, table
from registration.history.actions import record
from registration.plans.actions import Act
from registration.plans.eligibility.actions import revoke
from registration.plans.models import Coverage
from registration.plans.rules import CoverageState
from registration.registrations.models import Registration
from registration.registrations.rules import RegistrationStatus

AT_ONCE = 400


def end_cancelled(session: Session, act: Act) -> int:
    """Whoever such a purchase covers is covered no more: the codes are valid no more, and no place is free, for what
    was paid went back. How many there were, a batch at a time."""
    cancelled = sa.select(column(Registration.id)).where(column(Registration.status) == RegistrationStatus.CANCELLED)
    theirs = column(Coverage.registration_id).in_(cancelled)
    free = sa.update(table(Coverage)).where(column(Coverage.free_until).is_not(None), theirs)
    session.execute(free.values({column(Coverage.free_until): None}))
    in_force = (column(Coverage.state) == CoverageState.COVERED, column(Coverage.ends_on) >= act.today, theirs)
    some = sa.select(column(Coverage.id)).where(*in_force).limit(AT_ONCE)
    gone: Values = {column(Coverage.state): CoverageState.ENDED, column(Coverage.ends_on): act.today}
    columns = (column(Coverage.id), column(Coverage.version), column(Coverage.company_id))
    ended = sa.update(table(Coverage)).where(column(Coverage.id).in_(some)).values(dict(gone))
    rows = session.execute(ended.returning(*columns)).all()
    revoke(session, act.codes, [(row.id, row.version) for row in rows])
    for company_id in sorted({row.company_id for row in rows}):
        record(session, "company", company_id, "plan.cancelled", act.by, act.now)
    return len(rows)
