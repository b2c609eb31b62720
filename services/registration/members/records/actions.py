"""Write companies and their periods. Each change has its line in the history of the company."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from sqlmodel import Session, col, select

from kit.contracts.addresses import NEAR, Reach
from kit.contracts.callers import Caller
from kit.errors import NotFound
from registration.history.actions import record
from registration.history.rules import Change, Value
from registration.members.actions import locked_company, new_code
from registration.members.duplicates.actions import find_again
from registration.members.models import Company, Membership
from registration.members.records.queries import company_lists, spans_beside
from registration.members.records.rules import (
    ChangedMeanwhile,
    CompanyDetails,
    PeriodDetails,
    company_details,
    period_details,
)
from registration.members.records.schemas import CompanyForm, PeriodForm
from registration.members.rules import company_search


def create_company(session: Session, form: CompanyForm, by: Caller, now: datetime, reach: Reach = NEAR) -> Company:
    """A new company, a prospect until it has a period, with a code of its own. Raises InvalidInput."""
    details = company_details(form, company_lists(session).offered, reach)
    company = Company(key="", name=details.name, search="", access_code=new_code())
    company.key = f"x{company.id.hex}"
    _write(company, details)
    company.search = company_search(details.name, details.badge_name)
    session.add(company)
    session.flush()
    record(session, "company", company.id, "company.created", by, now, {"company.name": Change("", details.name)})
    return company


def change_company(
    session: Session, company_id: uuid.UUID, form: CompanyForm, by: Caller, now: datetime, reach: Reach = NEAR
) -> Company:
    """The company says this from now on. Raises NotFound, InvalidInput, and ChangedMeanwhile when somebody saved it
    since."""
    company = locked_company(session, company_id)
    details = company_details(form, company_lists(session).offered, reach, CompanyForm.of(company))
    if details.version is not None and details.version != company.version:
        raise ChangedMeanwhile()
    before = _values(company)
    _write(company, details)
    changes = _changes(before, _values(company))
    if changes:
        company.version += 1
        session.add(company)
        find_again(session, company)
        record(session, "company", company.id, "company.changed", by, now, changes)
    return company


def add_period(session: Session, company_id: uuid.UUID, form: PeriodForm, by: Caller, now: datetime) -> Membership:
    """One more period. Raises NotFound, InvalidInput: it has a first day, and shares none with another."""
    locked_company(session, company_id)
    offered = company_lists(session).offered
    details = period_details(form, offered, spans_beside(session, company_id, None))
    period = Membership(company_id=company_id, starts=details.starts)
    _write_period(period, details)
    session.add(period)
    session.flush()
    record(session, "company", company_id, "company.period_added", by, now, _period_changes({}, _period(period)))
    return period


def change_period(session: Session, period_id: uuid.UUID, form: PeriodForm, by: Caller, now: datetime) -> Membership:
    """The period says this from now on: other days, paid, or left. Raises NotFound, InvalidInput."""
    period = session.exec(select(Membership).where(Membership.id == period_id).with_for_update()).first()
    if period is None:
        raise NotFound()
    offered = company_lists(session).offered
    details = period_details(form, offered, spans_beside(session, period.company_id, period_id))
    before = _period(period)
    _write_period(period, details)
    changes = _period_changes(before, _period(period))
    if changes:
        session.add(period)
        record(session, "company", period.company_id, "company.period_changed", by, now, changes)
    return period


def periods_of(session: Session, company_id: uuid.UUID) -> list[Membership]:
    """A company's periods, newest first."""
    query = select(Membership).where(Membership.company_id == company_id)
    return list(session.exec(query.order_by(col(Membership.starts).desc())).all())


def _write(company: Company, details: CompanyDetails) -> None:
    values = asdict(details)
    values.pop("version")
    for name, value in values.items():
        setattr(company, name, value)


def _values(company: Company) -> dict[str, Value]:
    names = [name for name in CompanyDetails.__dataclass_fields__ if name != "version"]
    return {f"company.{name}": _text(getattr(company, name)) for name in names}


def _write_period(period: Membership, details: PeriodDetails) -> None:
    for name, value in asdict(details).items():
        setattr(period, name, value)


def _period(period: Membership) -> dict[str, Value]:
    return {f"period.{name}": _text(getattr(period, name)) for name in PeriodDetails.__dataclass_fields__}


def _period_changes(before: Mapping[str, Value], after: Mapping[str, Value]) -> dict[str, Change]:
    """With its first day in any case: it says which period it is."""
    first = {"period.starts": Change(before.get("period.starts", ""), after.get("period.starts", ""))}
    changes = _changes(before, after)
    return first | changes if changes else {}


def _changes(before: Mapping[str, Value], after: Mapping[str, Value]) -> dict[str, Change]:
    return {name: Change(before.get(name, ""), value) for name, value in after.items() if before.get(name, "") != value}


def _text(value: object) -> Value:
    """A value as history keeps it."""
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)
