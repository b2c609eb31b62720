"""What is forgotten when its term is over. Each verb does one batch, says how much it did, and may be run again."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.clock import local_day, utc_now
from kit.contracts.callers import ANYONE
from kit.sql import Values, column, table
from registration.catalog.codes.actions import forget_invited
from registration.catalog.models import Activity
from registration.history.actions import forget_entries, forget_names, record
from registration.notes.actions import forget_notes
from registration.privacy.actions import BATCH
from registration.privacy.models import AnswerKey
from registration.privacy.rules import AFTER_ACTIVITY, AFTER_HOLD, HISTORY, is_due
from registration.registrations.models import Answer, Attendee, Registration
from registration.registrations.models_rows import attendee_row, registration_row
from registration.registrations.rules import RegistrationStatus
from registration.registrations.rules_rows import contact_search, person_name
from registration.sponsors.actions import forget_deliverers

ERASED: Values = {column(Answer.value): sa.JSON.NULL, column(Answer.key_id): None}


@dataclass(frozen=True)
class DueKey:
    """A key whose day has come."""

    id: uuid.UUID
    activity_id: uuid.UUID
    activity_key: str


def due_keys(session: Session, now: datetime) -> list[DueKey]:
    """The keys of answers whose day has come, on the wall clock of their activity."""
    columns = (column(AnswerKey.id), column(Activity.id), column(Activity.key), column(AnswerKey.days))
    more = (column(Activity.ends_at), column(Activity.timezone))
    query = sa.select(*columns, *more).join(table(Activity), column(Activity.id) == column(AnswerKey.activity_id))
    query = query.where(column(Activity.ends_at) <= now).order_by(column(AnswerKey.id))
    return [
        DueKey(key_id, activity_id, activity_key)
        for key_id, activity_id, activity_key, days, ends_at, zone in session.execute(query)
        if is_due(local_day(ends_at, zone), days, local_day(now, zone))
    ]


def wait(session: Session, key: DueKey, reason: str) -> None:
    """It is not destroyed yet, because of `reason`."""
    waiting = sa.update(table(AnswerKey)).where(column(AnswerKey.id) == key.id)
    session.execute(waiting.values({column(AnswerKey.waits_for): reason}))


def erase_sealed(session: Session, key: DueKey, now: datetime) -> int:
    """Forget a batch of the answers under a key; when none is left, destroy the key. How many were forgotten."""
    mine = sa.select(column(Answer.id)).where(column(Answer.key_id) == key.id).limit(BATCH)
    erased = sa.update(table(Answer)).where(column(Answer.id).in_(mine)).values(dict(ERASED))
    count = len(session.execute(erased.returning(column(Answer.id))).all())
    if count:
        changes = {"answers": (None, count)}
        record(session, "activity", key.activity_id, "activity.answers_erased", ANYONE, now, changes)
    if count < BATCH:
        session.execute(sa.delete(table(AnswerKey)).where(column(AnswerKey.id) == key.id))
    return count


def erase_ordinary_answers(session: Session, now: datetime) -> int:
    """Forget a batch of the answers without a day of their own, long after their activity."""
    over = sa.select(column(Registration.id)).where(column(Registration.activity_id).in_(_over(now)))
    known = (column(Answer.key_id).is_(None), sa.cast(column(Answer.value), sa.Text) != "null")
    mine = sa.select(column(Answer.id)).where(*known, column(Answer.registration_id).in_(over)).limit(BATCH)
    erased = sa.update(table(Answer)).where(column(Answer.id).in_(mine)).values(dict(ERASED))
    return len(session.execute(erased.returning(column(Answer.id))).all())


def erase_addresses(session: Session, now: datetime) -> int:
    """Forget a batch of e-mails and telephones of people who came, long after. A member company's contact is kept with
    the company; what an invoice must say is billing's."""
    return _forget_of_places(session, now) + _forget_of_contacts(session, now)


def _forget_of_places(session: Session, now: datetime) -> int:
    over = (column(Attendee.activity_id).in_(_over(now)), column(Attendee.email) != "")
    rows = [attendee_row(row) for row in session.execute(sa.select(table(Attendee)).where(*over).limit(BATCH))]
    update = sa.update(table(Attendee)).where(column(Attendee.id) == sa.bindparam("of"))
    update = update.values({column(Attendee.email): "", column(Attendee.search): sa.bindparam("words")})
    names = [(row.id, person_name(row.first_name, row.last_name, "", row.company_name, row.code)) for row in rows]
    if names:
        session.connection().execute(update, [{"of": place, "words": name.search} for place, name in names])
    return len(rows)


def _forget_of_contacts(session: Session, now: datetime) -> int:
    stranger = (column(Registration.company_id).is_(None), column(Registration.activity_id).in_(_over(now)))
    known = sa.or_(column(Registration.contact_email) != "", column(Registration.contact_phone) != "")
    query = sa.select(table(Registration)).where(*stranger, known).limit(BATCH)
    rows = [registration_row(row) for row in session.execute(query)]
    nothing: Values = {
        column(Registration.contact_email): "",
        column(Registration.contact_phone): "",
        column(Registration.bill_to): {},
        column(Registration.search): sa.bindparam("words"),
    }
    update = sa.update(table(Registration)).where(column(Registration.id) == sa.bindparam("of")).values(dict(nothing))
    if rows:
        words = [
            {"of": row.id, "words": contact_search(row.contact_name, row.company_name, "", row.code)} for row in rows
        ]
        session.connection().execute(update, words)
    return len(rows)


def _over(now: datetime) -> sa.Select[uuid.UUID]:
    """Activities that ended long ago."""
    return sa.select(column(Activity.id)).where(column(Activity.ends_at) < now - AFTER_ACTIVITY)


def erase_names_of_history(session: Session, now: datetime) -> int:
    """Forget a batch of what history says of people, when their own rows forget them."""
    return forget_names(session, _forgotten(now), BATCH)


def erase_invited(session: Session, now: datetime) -> int:
    """Forget a batch of the names that codes were made for, long after their activity."""
    return forget_invited(session, _over(now), BATCH)


def erase_notes(session: Session, now: datetime) -> int:
    """Forget a batch of what staff remembered of registrations, when the people they are of are forgotten."""
    return forget_notes(session, _forgotten(now), BATCH)


def erase_deliverers(session: Session, now: datetime) -> int:
    """Forget a batch of those who delivered what sponsors were owed, when the sponsors' people are forgotten."""
    return forget_deliverers(session, _forgotten(now), BATCH)


def erase_history(session: Session, now: datetime) -> int:
    """Forget a batch of the entries whose seven years are over; a clock that runs ahead destroys nothing."""
    return forget_entries(session, min(now, utc_now()) - HISTORY, BATCH)


def _forgotten(now: datetime) -> sa.Select[uuid.UUID]:
    """Registrations whose people are forgotten."""
    over = column(Registration.activity_id).in_(_over(now))
    return sa.select(column(Registration.id)).where(sa.or_(over, sa.and_(*_given_up(now))))


def _given_up(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Signups that nobody finished, long after their places went back."""
    ended = column(Registration.ended_at) < now - AFTER_HOLD
    return column(Registration.status) == RegistrationStatus.EXPIRED, ended


def erase_given_up(session: Session, now: datetime) -> int:
    """Forget everybody of a batch of signups that nobody finished. The rows stay, to be counted."""
    mine = sa.select(column(Registration.id)).where(*_given_up(now), column(Registration.search) != "").limit(BATCH)
    ids = list(session.execute(mine).scalars())
    session.execute(sa.delete(table(Answer)).where(column(Answer.registration_id).in_(ids)))
    names = ("first_name", "last_name", "email", "company_name", "sort_name", "search")
    places = sa.update(table(Attendee)).where(column(Attendee.registration_id).in_(ids))
    session.execute(places.values(dict.fromkeys(names, "")))
    contact: Values = {
        column(Registration.contact_first): "",
        column(Registration.contact_last): "",
        column(Registration.contact_email): "",
        column(Registration.contact_phone): "",
        column(Registration.company_name): "",
        column(Registration.company_key): "",
        column(Registration.bill_to): {},
        column(Registration.search): "",
    }
    session.execute(sa.update(table(Registration)).where(column(Registration.id).in_(ids)).values(dict(contact)))
    return len(ids)
