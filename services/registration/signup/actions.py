"""The verb of a signup: record it with its places, in few statements of Core, places taken last."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts import PlaceOrder, SendMessage
from kit.contracts.callers import Caller
from kit.mailbox import post_all
from kit.sql import column, insert_once, table
from registration.history.actions import record
from registration.registrations.counters.actions import ResourceTaken, take_places, use_code
from registration.registrations.models import Registration
from registration.registrations.models_rows import registration_values
from registration.registrations.rules import RegistrationStatus
from registration.signup.recording.actions import count_signup, write_rows
from registration.signup.rules import DifferentForm, Plan


@dataclass(frozen=True)
class Announcement:
    """What the siblings learn at once of a signup that waits for no card: its order and its letters."""

    order: PlaceOrder | None = None
    letters: Sequence[SendMessage] = ()


@dataclass(frozen=True)
class Signup:
    """`new` is False when this form had already been taken: nothing was written the second time. `taken` is what is
    taken of the resources since."""

    new: bool
    status: RegistrationStatus
    method: str
    taken: Sequence[ResourceTaken] = ()


def record_signup(session: Session, plan: Plan, announcement: Announcement, by: Caller) -> Signup:
    """Write the registration and take its places; one that is confirmed at once posts its order and its letters.

    Raises SoldOut or what `use_code` does (nothing is kept then), DifferentForm when this form was sent with other
    content; and what `write_rows` and `count_signup` do.
    """
    registration, now = plan.registration, plan.registration.created_at
    values = registration_values(registration, plan.fingerprint, plan.search)
    if not insert_once(session, table(Registration), values, column(Registration.id), key=["id"]):
        return _earlier(session, plan)
    write_rows(session, plan)
    action = "registration.confirmed" if plan.confirmed else "registration.held"
    record(session, "registration", registration.id, action, by, now)
    announce(session, registration.id, announcement, now)
    use_code(session, registration, plan.lines)
    taken = take_places(session, registration, plan.takes)
    count_signup(session, plan)
    return Signup(True, registration.status, registration.method, taken)


def announce(session: Session, registration_id: uuid.UUID, announcement: Announcement, now: datetime) -> None:
    """Post what the siblings learn, in this transaction."""
    orders = [("billing", announcement.order)] if announcement.order else []
    letters = [("notify", letter) for letter in announcement.letters]
    post_all(session, [*orders, *letters], now, registration_id)


def _earlier(session: Session, plan: Plan) -> Signup:
    columns = (column(Registration.fingerprint), column(Registration.status), column(Registration.method))
    query = sa.select(*columns).where(column(Registration.id) == plan.registration.id)
    fingerprint, status, method = session.execute(query).one()
    if fingerprint != plan.fingerprint:
        raise DifferentForm()
    return Signup(False, status, method)
