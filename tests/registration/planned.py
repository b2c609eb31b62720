"""Letters that wait for their day, as tests read them, and turns of the worker that sends them."""

import uuid
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa

from kit.clock import from_wall
from kit.contracts import SendMessage
from kit.db import Database
from kit.mailbox import Outbox
from kit.sql import column, table
from registration import jobs
from registration.catalog.models import Activity
from registration.registrations.models import Attendee
from registration.schedule import flows
from registration.schedule.models import Planned
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL
from tests.registration.mailing import contact

ZONE = "America/Toronto"
# Names are due on Thursday, 4 March, at noon: letters leave on 25 February, 1 and 3 March at 9.
UNTIL = datetime(2027, 3, 4, 17, tzinfo=UTC)


def letters(db: Database) -> list[SendMessage]:
    """The reminders that wait for notify, in the order in which they were written."""
    with db.read() as session:
        query = sa.select(column(Outbox.body)).where(column(Outbox.type) == "SendMessage").order_by(column(Outbox.id))
        bodies = session.execute(query).scalars().all()
    return [SendMessage.model_validate(one) for one in bodies if one["kind"] == "names_due"]


def planned(db: Database, entity: uuid.UUID) -> dict[str, str]:
    """Each letter about a registration, by occurrence: its state, or why it was skipped."""
    with db.read() as session:
        rows = session.execute(sa.select(table(Planned)).where(column(Planned.entity_id) == entity)).all()
    return {row.occurrence: row.reason or row.state.value for row in rows}


def names_until(db: Database, until: datetime | None, **more: Any) -> None:
    with db.write() as session:
        cocktail = make.activity_id(session, COCKTAIL)
        values = {column(Activity.names_due_at): until, column(Activity.version): column(Activity.version) + 1}
        session.execute(sa.update(table(Activity)).where(column(Activity.id) == cocktail).values(values | more))


def name(db: Database, registration: uuid.UUID, sort_name: str) -> None:
    of = column(Attendee.registration_id) == registration
    with db.write() as session:
        session.execute(sa.update(table(Attendee)).where(of).values({column(Attendee.sort_name): sort_name}))


def at(clock: FakeClock, month: int, day: int, hour: int = 9) -> None:
    clock.set(from_wall(datetime.combine(date(2027, month, day), time(hour)), ZONE))


def turn(service: Any) -> None:
    flows.sweep(service, jobs.RULES)
    while flows.work(service, jobs.RULES):
        pass


def without_names(service: Any, clock: FakeClock) -> uuid.UUID:
    """A registration of three places, one of them named, whose names are due in a fortnight."""
    names_until(service.db, UNTIL)
    ours = make.registered(service.db, COCKTAIL, "car", ["Élise Côté", "", ""], clock())
    contact(service.db, ours, "maude@example.org")
    return ours
