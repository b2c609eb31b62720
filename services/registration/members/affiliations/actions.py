"""Take down that a company agreed, that it took it back, and that a partner was told."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, select

from kit.contracts.callers import Caller
from kit.errors import NotFound
from kit.sql import Values, column, table
from registration.history.actions import record
from registration.history.rules import Change
from registration.members.actions import locked_company
from registration.members.affiliations.models import Affiliation
from registration.members.affiliations.queries import changes, plan_of
from registration.members.affiliations.rules import (
    Consent,
    NotAffiliated,
    PartnerListChanged,
    Plan,
    Told,
    ToTell,
    mark_of,
)
from registration.members.rules import MemberTerms


def agree(
    session: Session, company_id: uuid.UUID, plan: Plan, given: Consent, by: Caller, now: datetime
) -> Affiliation:
    """The company agreed that the partner be told of it; what it agreed to before is in the history. Raises
    NotFound."""
    locked_company(session, company_id, key_share=True)
    mine = select(Affiliation).where(Affiliation.company_id == company_id, Affiliation.plan_id == plan.id)
    row = session.exec(mine).first()
    before = (str(row.given_on), row.wording) if row else ("", "")
    row = row or Affiliation(company_id=company_id, plan_id=plan.id, given_on=given.given_on, taken_by=by.name)
    row.given_on, row.wording, row.taken_by, row.withdrawn_on = given.given_on, given.wording, by.name, None
    session.add(row)
    session.flush()
    said = {
        "affiliation": Change("", plan.label.fr),
        "consent_on": Change(before[0], str(given.given_on)),
        "consent_wording": Change(before[1], given.wording),
    }
    record(session, "company", company_id, "company.affiliation_agreed", by, now, said)
    return row


def withdraw(session: Session, company_id: uuid.UUID, plan: Plan, on: date, by: Caller, now: datetime) -> None:
    """The company agrees no more, from this day on: the partner is told at the next list. Raises NotAffiliated."""
    mine = (column(Affiliation.company_id) == company_id, column(Affiliation.plan_id) == plan.id)
    update = sa.update(table(Affiliation)).where(*mine, column(Affiliation.withdrawn_on).is_(None))
    withdrawn = update.values({column(Affiliation.withdrawn_on): on}).returning(column(Affiliation.id))
    if session.execute(withdrawn).first() is None:
        raise NotAffiliated()
    said = {"affiliation": Change(plan.label.fr, "")}
    record(session, "company", company_id, "company.affiliation_withdrawn", by, now, said)


def tell(
    session: Session, plan_id: uuid.UUID, mark: str, terms: MemberTerms, by: Caller, now: datetime
) -> list[ToTell]:
    """The partner was told all that it did not know: what was shown, and nothing that came since. Raises NotFound,
    PartnerListChanged."""
    plan = plan_of(session, plan_id)
    if plan is None:
        raise NotFound()
    locked = sa.select(column(Affiliation.id)).where(column(Affiliation.plan_id) == plan_id)
    session.execute(locked.order_by(column(Affiliation.id)).with_for_update())
    lines = changes(session, plan_id, None, terms)
    if mark_of(lines) != mark:
        raise PartnerListChanged()
    added: Values = {column(Affiliation.told_on): terms.day, column(Affiliation.told_end_on): None}
    removed: Values = {column(Affiliation.told_end_on): terms.day}
    for what, values in ((Told.ADDED, added), (Told.REMOVED, removed)):
        ids = [one.affiliation_id for one in lines if one.what is what]
        session.execute(sa.update(table(Affiliation)).where(column(Affiliation.id).in_(ids)).values(dict(values)))
    for one in lines:
        said = {"affiliation": Change("", plan.label.fr), "told": Change("", one.what.value)}
        record(session, "company", one.company_id, "company.affiliation_told", by, now, said)
    return lines
