"""Plans that end, as tests meet them: the letters about it, days that come, and the plan that follows."""

import uuid
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from starlette.testclient import TestClient

from kit.clock import from_wall
from kit.contracts import Bilingual, SendMessage
from kit.mailbox import Outbox
from kit.sql import column
from registration.plans.rules import PlanMode, PlanTerms
from registration.plans.writing.actions import write_plan
from tests import make
from tests.covering import HR as BY
from tests.covering import PLAN, bought, person
from tests.fakes.clock import FakeClock
from tests.registration.planned import ZONE, turn

COMPANY = "c15"


def at(clock: FakeClock, day: date, hour: int = 9) -> None:
    clock.set(from_wall(datetime.combine(day, time(hour)), ZONE))


def letters(service: Any) -> list[SendMessage]:
    """The letters about coverages that end, in the order in which they were written."""
    with service.db.read() as session:
        query = sa.select(column(Outbox.body)).where(column(Outbox.type) == "SendMessage").order_by(column(Outbox.id))
        bodies = session.execute(query).scalars().all()
    return [SendMessage.model_validate(one) for one in bodies if one["kind"] == "plan_ending"]


def told(service: Any, clock: FakeClock, *days: date) -> list[tuple[str, int]]:
    """To whom, and how many days before, after the worker's turns at nine on these days."""
    for day in days:
        at(clock, day)
        turn(service)
        turn(service)
    return [(letter.to.split("@")[0], letter.version) for letter in letters(service)]


def purchase(service: Any, count: int = 12, first: int = 1, company: str = COMPANY, plan: str = PLAN) -> uuid.UUID:
    """So many people covered by invoice; the registration."""
    done = bought(service, company, [person(n) for n in range(first, first + count)], plan=plan).registration
    assert done is not None
    found: uuid.UUID = done.id
    return found


def write(service: Any, activity: uuid.UUID, starts: date, ends: date | None) -> None:
    mode = PlanMode.FIXED_PERIOD if ends else PlanMode.TWELVE_MONTHS
    words = Bilingual(fr="5 heures", en="5 hours")
    terms = PlanTerms("Clinique fictive", "pae@cap-repere.example.org", "418 555-0190", words, mode, starts, ends)
    with service.db.write() as session:
        write_plan(session, activity, terms, BY, service.clock())


def of_plan(service: Any) -> uuid.UUID:
    with service.db.read() as session:
        return make.activity_id(session, PLAN)


def sql(service: Any, statement: str, **values: Any) -> None:
    with service.db.write() as session:
        session.execute(sa.text(statement), values)


def next_plan(service: Any, staff: TestClient, **headers: str) -> uuid.UUID:
    """The activity of the year after, from 1 April 2028, copied by staff, published and sold."""
    answer = staff.post("/api/staff/activities", json={"copy_of": str(of_plan(service))}, headers=headers)
    assert answer.status_code == 201, answer.text
    copied = uuid.UUID(answer.json()["id"])
    write(service, copied, date(2028, 4, 1), date(2029, 3, 31))
    published = "UPDATE activity SET status = 'published', key = 'pae-2028', sale_opens_at = NULL WHERE id = :id"
    sql(service, published, id=copied.hex if service.db.engine.dialect.name == "sqlite" else copied)
    return copied
