"""Mailings as tests write them, and the letters that left."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kit.contracts import Bilingual
from kit.db import Database
from kit.mailbox import Outbox
from kit.sql import column, table
from registration.mailings import actions
from registration.mailings.rules import NewMailing, Occasion, Readers
from registration.registrations.models import Attendee, Registration
from tests import make
from tests.registration.conftest import COCKTAIL

EVERYBODY = Readers()


def new(activity_id: uuid.UUID, readers: Readers = EVERYBODY, **more: Any) -> NewMailing:
    said: dict[str, Any] = {
        "occasion": Occasion.WRITTEN,
        "subject": Bilingual(fr="Le stationnement change", en="Parking changes"),
        "text": Bilingual(fr="Voici, {{ prénom }}.", en="Here, {{ first_name }}."),
        "by_id": "s-1",
        "by": "Odile Directrice",
    }
    return NewMailing(activity_id, readers=readers, **(said | more))


def begun(db: Database, mailing: NewMailing, now: datetime) -> uuid.UUID:
    with db.write() as session:
        return actions.begin(session, mailing, now)


def crowd(db: Database, count: int, now: datetime) -> list[uuid.UUID]:
    """So many registrations of one person each, with addresses of their own."""
    ids = [make.registered(db, COCKTAIL, "car", [f"Personne{n} Roy"], now) for n in range(count)]
    for n, registration in enumerate(ids):
        contact(db, registration, f"contact{n}@example.org")
    return ids


def contact(db: Database, registration_id: uuid.UUID, email: str, **more: Any) -> None:
    """Give a registration a contact of its own."""
    values = {column(Registration.contact_email): email, **more}
    of = column(Registration.id) == registration_id
    with db.write() as session:
        session.execute(sa.update(table(Registration)).where(of).values(values))


def address(db: Database, registration_id: uuid.UUID, emails: Sequence[str]) -> list[uuid.UUID]:
    """Give the attendees of a registration these addresses, in order; their ids."""
    of = column(Attendee.registration_id) == registration_id
    with db.write() as session:
        query = sa.select(column(Attendee.id)).where(of).order_by(column(Attendee.position))
        ids = list(session.execute(query).scalars())
        for attendee_id, email in zip(ids, emails, strict=True):
            one = sa.update(table(Attendee)).where(column(Attendee.id) == attendee_id)
            session.execute(one.values({column(Attendee.email): email}))
    return ids


def letters(db: Database) -> list[dict[str, Any]]:
    """What waits for notify of mailings, as it goes over the wire."""
    with db.read() as session:
        bodies = session.execute(sa.select(column(Outbox.body)).where(column(Outbox.type) == "SendMessage")).scalars()
        return [body for body in bodies if body["kind"] == "activity_message"]


def readers(db: Database) -> list[str]:
    return sorted(str(letter["to"]) for letter in letters(db))
