"""Since when companies owe: the day on which their oldest unpaid invoice was due, as it is kept and as it follows."""

import uuid
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.members.models import Company
from registration.registrations.models import Registration
from registration.registrations.rules import RegistrationStatus

# What is confirmed on invoice, is not paid, and of which something is still to pay.
OWES = sa.and_(
    column(Registration.status) == RegistrationStatus.CONFIRMED,
    column(Registration.method) == "invoice",
    column(Registration.paid_at).is_(None),
    column(Registration.balance) > 0,
)


def oldest_due() -> sa.ScalarSelect[date | None]:
    """Of the company in the statement around it: when its oldest unpaid invoice was due; nothing when there is none."""
    due = sa.select(sa.func.min(column(Registration.due_on))).select_from(table(Registration))
    return due.where(column(Registration.company_id) == column(Company.id), OWES).correlate(Company).scalar_subquery()


def arrears_astray(session: Session) -> dict[uuid.UUID, tuple[date | None, date | None]]:
    """The companies of which another day is kept than their registrations say: that day, and theirs. What is being
    written at this moment may seem so."""
    mine = sa.select(column(Registration.company_id), sa.func.min(column(Registration.due_on)).label("due"))
    due = mine.where(OWES, column(Registration.company_id).is_not(None)).group_by(column(Registration.company_id))
    theirs = due.subquery()
    kept = column(Company.unpaid_due_on)
    query = (
        sa.select(column(Company.id), kept, theirs.c.due)
        .select_from(table(Company))
        .outerjoin(theirs, theirs.c.company_id == column(Company.id))
        .where(kept.is_distinct_from(theirs.c.due))
        .order_by(column(Company.id))
    )
    return {id_: (was, follows) for id_, was, follows in session.execute(query)}
