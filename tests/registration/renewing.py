"""Renewals as tests ask for them: notices that billing numbered, and what it tells of their orders."""

import uuid
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from kit.clock import from_wall
from kit.contracts import OrderInvoiced, OrderPaid, PaymentMethod
from kit.contracts.callers import ANYONE, Caller
from kit.db import Database
from kit.mailbox import Outbox
from kit.sql import column, table
from registration import jobs
from registration.members.models import Company, Membership
from registration.reactions import REACTIONS
from registration.renewals import actions, flows, view
from registration.renewals.flows_answers import context_of
from registration.renewals.models import Renewal
from registration.renewals.queries import existing
from registration.renewals.queries_seen import SeenRenewal, seen
from registration.renewals.scale import actions as fees
from registration.renewals.scale.queries import scale_of
from registration.renewals.scale.rules import Scale
from registration.schedule.flows import sweep
from registration.schedule.flows import work as send_planned
from tests.fakes.clock import FakeClock

ZONE = "America/Toronto"
BY = Caller(frozenset({"coordinator"}), "s-1", "Maya Coordonnatrice")


def at(clock: FakeClock, month: int, day: int, hour: int = 9, year: int = 2027) -> None:
    clock.set(from_wall(datetime.combine(date(year, month, day), time(hour)), ZONE))


def turn(service: Any) -> None:
    """What the clock does, but for what billing is asked."""
    sweep(service, jobs.RULES)
    while send_planned(service, jobs.RULES):
        pass


def scale(db: Database, now: datetime, **changed: Any) -> Scale:
    """The fees of the sample, with some of it changed."""
    with db.write() as session:
        found = scale_of(session)
        assert found is not None
        new = Scale(**{**vars(found.scale), **changed})
        fees.save(session, new, found.version, BY, now)
    return new


def period(db: Database, company: str) -> uuid.UUID:
    """The last period of a company of the sample."""
    query = sa.select(column(Membership.id)).join(table(Company), column(Company.id) == column(Membership.company_id))
    query = query.where(column(Company.key) == company).order_by(column(Membership.starts).desc())
    with db.read() as session:
        return session.execute(query.limit(1)).scalar_one()


def change(db: Database, company: str, **values: Any) -> None:
    with db.write() as session:
        session.execute(sa.update(table(Company)).where(column(Company.key) == company).values(values))


def asked(service: Any, company: str, number: str = "AC-2027-00001") -> uuid.UUID:
    """A company that was sent its notice; the id of it."""
    with service.db.write() as session:
        renewal = flows.ask(service, session, period(service.db, company), BY)
        numbered = actions.number(session, renewal.id, number, service.clock())
        assert numbered is not None
        return numbered.id


def link(service: Any, renewal_id: uuid.UUID) -> str:
    with service.db.read() as session:
        return str(service.links.renewal(renewal_id, session.get_one(Renewal, renewal_id).link_version))


def stands(service: Any, renewal_id: uuid.UUID) -> SeenRenewal:
    with service.db.read() as session:
        return seen(session, renewal_id)


def hear(service: Any, *messages: OrderPaid | OrderInvoiced) -> None:
    """What billing tells, each in a transaction of its own."""
    for message in messages:
        with service.db.write() as session:
            for react in REACTIONS[type(message)]:
                react(service, session, message)


def invoiced(service: Any, renewal_id: uuid.UUID) -> OrderInvoiced:
    day = service.clock().date()
    return OrderInvoiced(order_id=renewal_id, number="F-2027-00001", total=37500, issued_on=day, due_on=day)


def paid(service: Any, renewal_id: uuid.UUID) -> OrderPaid:
    return OrderPaid(order_id=renewal_id, paid_at=service.clock(), amount=37500, method=PaymentMethod.CHEQUE)


def kinds(db: Database) -> list[str]:
    """The letters that wait for notify, by kind."""
    with db.read() as session:
        query = sa.select(column(Outbox.body)).where(column(Outbox.type) == "SendMessage").order_by(column(Outbox.id))
        return [body["kind"] for body in session.execute(query).scalars()]


def lapse(db: Database, renewal_id: uuid.UUID, now: datetime) -> None:
    """Billing said that nothing was paid."""
    with db.write() as session:
        actions.discard(session, renewal_id, now)


def order_of(service: Any, renewal_id: uuid.UUID) -> Any:
    with service.db.write() as session:
        renewal = existing(session, renewal_id)
        return view.order_of(context_of(service, session, renewal), renewal)


__all__ = ["ANYONE", "BY"]
