"""Keep since when companies owe, in the transaction that changes it: a paid invoice gives prices back at once."""

import uuid
from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.members.models import Company
from registration.registrations.arrears.queries import oldest_due
from registration.registrations.rules_rows import RegistrationRow


def mark(session: Session, company_ids: Collection[uuid.UUID]) -> None:
    """Write of these companies when their oldest unpaid invoice was due.

    Their rows are locked first, by a statement of its own: of two registrations that are paid at once, the second then
    sees the first. Signups, which only name a company, do not wait for it.
    """
    if not company_ids:
        return
    these = column(Company.id).in_(sorted(company_ids))
    session.execute(
        sa.select(column(Company.id)).where(these).order_by(column(Company.id)).with_for_update(key_share=True)
    )
    due, kept = oldest_due(), column(Company.unpaid_due_on)
    session.execute(
        sa.update(table(Company)).where(these, kept.is_distinct_from(due)).values({kept: due}),
        execution_options={"synchronize_session": False},
    )


def mark_of(session: Session, registrations: Iterable[RegistrationRow]) -> None:
    """The same for the companies of these registrations, where an invoice was issued: the others owe nothing yet."""
    invoiced = (one for one in registrations if one.method == "invoice" and one.due_on is not None)
    mark(session, {one.company_id for one in invoiced if one.company_id is not None})
