"""What the clock does (deliver to the siblings, send mail, forget what is old), and what `/ops` asks."""

import logging
from datetime import datetime, timedelta

from kit import idempotency, mailbox
from kit.contracts import Association
from kit.contracts.cards import Card, CardQuestion
from kit.contracts.papers import PaperFile
from kit.db import Database
from kit.errors import Busy
from kit.http import SiblingRefused
from kit.metrics import Figure
from kit.worker import GATHER, Loop
from notify.channels import actions as channels
from notify.channels.rules import Answer, Outcome
from notify.delivery import actions as delivery
from notify.delivery import queries
from notify.delivery.rules import BATCH, LEASE
from notify.gateway import Connection, Unreachable
from notify.letter import Unaddressable
from notify.messages import actions as messages
from notify.messages.models import Message
from notify.messages.rules import KEEP
from notify.service import NotifyService

log = logging.getLogger("guichet.mail")
REGISTRATION, BILLING = "registration", "billing"
# The letter whose code registration alone can say.
CODE = "coverage_code"
TIDY_SECONDS = 3600.0
# Longer than any sibling goes on delivering the same message, and than an Idempotency-Key must be kept.
MEMORY = timedelta(days=30)


def loops(here: NotifyService) -> list[Loop]:
    """Every loop of this service."""
    poll = here.settings.outbox_poll_seconds
    return [
        Loop("mailbox", poll, here.postman.deliver, here.db.posted, GATHER),
        Loop("mail", poll, lambda: send_mail(here)),
        Loop("tidy", TIDY_SECONDS, lambda: tidy(here)),
    ]


def send_mail(here: NotifyService) -> bool:
    """Send a batch over one connection, with no transaction open while talking. True when more may be waiting."""
    association = here.profile()
    if association is None:
        return False  # Nobody could sign it. Registration's first message brings the profile.
    with here.db.read() as session:
        if not queries.is_any_due(session, here.patience, here.clock()):
            return False  # Most runs end here, without having taken the lock of writers.
    with here.db.write() as session:
        batch = delivery.claim(session, here.patience, here.clock())
    if not batch:
        return False
    try:
        with here.gateway.open() as connection:
            return _send_batch(here, connection, batch, association)
    except Unreachable as error:
        log.warning("mail server not reached", extra={"error": str(error), "count": len(batch)})
        with here.db.write() as session:
            delivery.put_off(session, batch, here.mail_patience, here.clock())
        return False


def _send_batch(here: NotifyService, connection: Connection, batch: list[Message], association: Association) -> bool:
    stop_at = here.clock() + LEASE / 2
    for done, message in enumerate(batch):
        if here.clock() >= stop_at:
            with here.db.write() as session:
                delivery.give_back(session, batch[done:], here.clock())
            return True
        answer = _send_one(here, connection, message, association)
        with here.db.write() as session:
            delivery.record(session, message, answer, here.mail_patience, here.clock())
            if answer.outcome is Outcome.UNREACHABLE:
                delivery.put_off(session, batch[done + 1 :], here.mail_patience, here.clock())
                return False
    return len(batch) == BATCH


def _send_one(here: NotifyService, connection: Connection, message: Message, association: Association) -> Answer:
    fields = {"message_id": str(message.id), "kind": message.kind, "attempt": message.attempts}
    try:
        letter = here.writer.write(message, association, _card(here, message), _papers(here, message))
    except Busy:
        return Answer(Outcome.LATER, detail="sibling")
    except SiblingRefused:
        # Whom it was for is not covered any more: there is no code to write.
        return Answer(Outcome.REFUSED, detail="card")
    except Unaddressable:
        return Answer(Outcome.REFUSED, detail="address")
    except Exception:
        # A bug of ours in a template must not hold up the messages behind; once repaired, this one goes out.
        log.exception("message not rendered", extra=fields)
        return Answer(Outcome.LATER, detail="template")
    answer = connection.send(letter)
    log.info("mail", extra={**fields, "outcome": answer.outcome.value, "code": answer.code, "detail": answer.detail})
    return answer


def _card(here: NotifyService, message: Message) -> Card | None:
    """The code of somebody covered, asked of registration for this letter and kept nowhere; None for other letters.
    Raises Busy, SiblingRefused."""
    if message.kind != CODE:
        return None
    asked = CardQuestion(coverage=message.entity, lang="en" if message.lang == "en" else "fr")
    return Card.model_validate(here.siblings[REGISTRATION].call("POST", "/cards", asked.model_dump(mode="json")))


def _papers(here: NotifyService, message: Message) -> list[PaperFile]:
    """The documents of a letter, asked of billing and kept nowhere. Raises Busy: nothing leaves without them."""
    billing = here.siblings[BILLING]
    try:
        return [PaperFile.model_validate(billing.call("POST", "/papers/file", one)) for one in message.papers]
    except SiblingRefused as error:
        raise Busy() from error


def tidy(here: NotifyService) -> bool:
    """Forget personal data older than 90 days, and what was only kept to do things once."""
    now = here.clock()
    with here.db.write() as session:
        messages.purge(session, now)
        channels.forget(session, now - KEEP)
        mailbox.purge(session, now - MEMORY)
        idempotency.purge(session, now - MEMORY)
    return False


def pending(db: Database) -> dict[str, int]:
    """`inbox` counts the messages still to send; `dead` what nobody tries any more, for siblings or by mail."""
    with db.read() as session:
        outbox, mail = mailbox.pending(session), queries.pending(session)
    counts = {"outbox": outbox["outbox"], "inbox": mail.queued, "dead": outbox["dead"] + mail.exhausted}
    return counts | {"holds_overdue": 0, "refunds_in_flight": 0, "unreconciled": 0}


def figures(db: Database, now: datetime) -> list[Figure]:
    """What monitoring counts of mail, and how long the oldest message has waited, for a sibling or for its mail."""
    with db.read() as session:
        totals = queries.totals(session)
        waits = mailbox.waits(session, now, inbox=queries.oldest(session))
    by_status = {status.value: count for status, count in totals.items()}
    return [
        Figure("guichet_mails", "Messages of the last 90 days, by what became of them", "status", by_status),
        Figure("guichet_oldest_seconds", "Age of what has waited longest", "kind", waits),
    ]


def invariants(db: Database, now: datetime) -> list[str]:
    """Every row that contradicts another; empty when all is well."""
    with db.read(one_state=True) as session:
        return queries.differences(session, now)
