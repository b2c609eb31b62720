"""Keep what is to be said, let it begin, and forget it in time. Each letter leaves by `flows.work`."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.db import new_id
from kit.sql import Values, column, insert_all, named, table
from registration.history.actions import record
from registration.history.rules import Change
from registration.mailings.models import Mailing, MailingRecipient
from registration.mailings.queries import candidates, mailing_of
from registration.mailings.rules import (
    KEPT,
    NOT_DELIVERED,
    UNCONFIRMED,
    Candidate,
    NewMailing,
    RecipientState,
    recipients,
)
from registration.mailings.rules_text import check


def begin(session: Session, mailing: NewMailing, now: datetime) -> uuid.UUID:
    """Write to everybody of the audience, from now on; the id of the mailing. The number of statements is the same for
    any number of letters. An audience of nobody is a mailing of no letters."""
    mailing_id = keep(session, mailing, now)
    confirm(session, mailing_id, _author(mailing), now)
    return mailing_id


def keep(session: Session, mailing: NewMailing, now: datetime) -> uuid.UUID:
    """Keep a mailing that nobody gets before it is confirmed; its id. Raises what `check` does."""
    check(mailing.subject, mailing.text, mailing.readers)
    values: Values = {column(Mailing.id): new_id(), column(Mailing.created_at): now, **_said(mailing)}
    insert_all(session, table(Mailing), [named(values)])
    mailing_id: uuid.UUID = values[column(Mailing.id)]
    return mailing_id


def rewrite(session: Session, mailing_id: uuid.UUID, mailing: NewMailing) -> bool:
    """Say it differently. False when it was confirmed meanwhile: then nothing is changed. Raises what `check` does."""
    check(mailing.subject, mailing.text, mailing.readers)
    waits = (column(Mailing.id) == mailing_id, column(Mailing.confirmed_at).is_(None))
    changed = sa.update(table(Mailing)).where(*waits).values(dict(_said(mailing)))
    return session.execute(changed.returning(column(Mailing.id))).first() is not None


def _said(mailing: NewMailing) -> Values:
    return {
        column(Mailing.activity_id): mailing.activity_id,
        column(Mailing.occasion): mailing.occasion,
        column(Mailing.audience): mailing.readers.audience,
        column(Mailing.product_id): mailing.readers.product_id,
        column(Mailing.session_id): mailing.readers.session_id,
        column(Mailing.company_id): mailing.readers.company_id,
        column(Mailing.subject_fr): mailing.subject.fr,
        column(Mailing.subject_en): mailing.subject.en,
        column(Mailing.text_fr): mailing.text.fr,
        column(Mailing.text_en): mailing.text.en,
        column(Mailing.choice): mailing.choice,
        column(Mailing.by_id): mailing.by_id,
        column(Mailing.by): mailing.by,
    }


def _author(mailing: NewMailing) -> Caller:
    return Caller(frozenset({"staff"}), mailing.by_id, mailing.by)


def confirm(session: Session, mailing_id: uuid.UUID, by: Caller, now: datetime) -> bool:
    """Let the letters leave, in the name of whoever confirms, to whoever the audience is now. False when it was
    confirmed before: then nothing is changed. Raises NotFound."""
    waits = (column(Mailing.id) == mailing_id, column(Mailing.confirmed_at).is_(None))
    values: Values = {column(Mailing.confirmed_at): now, column(Mailing.by_id): by.id, column(Mailing.by): by.name}
    first = sa.update(table(Mailing)).where(*waits).values(dict(values)).returning(column(Mailing.id))
    if session.execute(first).first() is None:
        mailing_of(session, mailing_id)
        return False
    mailing = mailing_of(session, mailing_id)
    chosen = recipients(candidates(session, mailing.activity_id, mailing.readers), mailing.choice)
    insert_all(session, table(MailingRecipient), [_recipient(mailing_id, one, now) for one in chosen])
    # Not what was said: a text may name people, and the history is kept for longer.
    told = {"letters": Change(None, len(chosen))}
    record(session, "activity", mailing.activity_id, "activity.written_to", by, now, told)
    return True


def _recipient(mailing_id: uuid.UUID, one: Candidate, now: datetime) -> dict[str, object]:
    row: Values = {
        column(MailingRecipient.id): new_id(),
        column(MailingRecipient.mailing_id): mailing_id,
        column(MailingRecipient.registration_id): one.registration_id,
        column(MailingRecipient.attendee_id): one.attendee_id,
        column(MailingRecipient.reader_id): one.attendee_id or one.registration_id,
        column(MailingRecipient.state): RecipientState.READY,
        column(MailingRecipient.why): "",
        column(MailingRecipient.due_at): now,
        column(MailingRecipient.attempts): 0,
    }
    return named(row)


def failed(session: Session, recipient_id: uuid.UUID) -> bool:
    """The letter came back, or could not be written to its address; whether it was one of a mailing."""
    of = column(MailingRecipient.id) == recipient_id
    values: Values = {
        column(MailingRecipient.state): RecipientState.FAILED,
        column(MailingRecipient.why): NOT_DELIVERED,
    }
    undelivered = sa.update(table(MailingRecipient)).where(of).values(dict(values))
    return session.execute(undelivered.returning(column(MailingRecipient.id))).first() is not None


def purge(session: Session, now: datetime) -> None:
    """Forget what nobody confirmed in a week, and what has left after ninety days."""
    unconfirmed = sa.and_(column(Mailing.confirmed_at).is_(None), column(Mailing.created_at) < now - UNCONFIRMED)
    waiting = sa.select(column(MailingRecipient.mailing_id)).where(
        column(MailingRecipient.state) == RecipientState.READY
    )
    over = sa.and_(column(Mailing.created_at) < now - KEPT, column(Mailing.id).not_in(waiting))
    old = list(session.execute(sa.select(column(Mailing.id)).where(sa.or_(unconfirmed, over))).scalars())
    if old:
        session.execute(sa.delete(table(MailingRecipient)).where(column(MailingRecipient.mailing_id).in_(old)))
        session.execute(sa.delete(table(Mailing)).where(column(Mailing.id).in_(old)))
