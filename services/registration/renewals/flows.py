"""Asking companies to renew: the rule by which it happens by itself, and what billing is asked in between.

A notice leaves with the number that billing gave it. What was declined or let lapse is closed as a hold is: asked
before anything is discarded (design.md §4.3), for somebody may be paying at that moment.
"""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts import SendMessage
from kit.contracts.callers import ANYONE, Caller
from kit.errors import Busy
from kit.http import SiblingRefused
from kit.lease import claim
from registration.letters.actions import send
from registration.renewals import actions, queries, view
from registration.renewals.actions import AskingTerms
from registration.renewals.flows_answers import context_of, tell_invoice
from registration.renewals.models import Renewal
from registration.renewals.rules import NotAsked, RenewalReason, useless
from registration.renewals.scale.queries import scale_of
from registration.schedule.actions import Wanted
from registration.schedule.flows import Rule

if TYPE_CHECKING:
    from registration.service import RegistrationService

LEASE = timedelta(seconds=60)
# How many one turn of the worker asks billing about before it looks up.
TURN = 20
log = logging.getLogger("guichet.renewals")


def _asking_terms(here: "RegistrationService", session: Session) -> AskingTerms:
    """Raises NotAsked before anybody said what a membership costs."""
    found = scale_of(session)
    if found is None:
        raise NotAsked(why=RenewalReason.NO_FEES.value)
    return AskingTerms(found.scale, here.association(), here.member_terms())


def _wanted(here: "RegistrationService", session: Session, period_id: uuid.UUID | None, _now: datetime) -> list[Wanted]:
    found = scale_of(session)
    if found is None or not found.scale.automatic:
        return []
    return queries.wanted(session, found.scale, here.association().timezone, period_id, here.member_terms())


def _useless(here: "RegistrationService", session: Session, period_id: uuid.UUID, _now: datetime) -> str:
    found, terms = scale_of(session), here.member_terms()
    if found is None or not found.scale.automatic:
        return RenewalReason.NO_FEES
    return useless(queries.asking(session, period_id, terms.day), terms.day, terms.grace_days)


def _letters(
    here: "RegistrationService", session: Session, period_id: uuid.UUID, occurrence: str
) -> Sequence[SendMessage]:
    """The first that leaves is the notice, whichever day it is: it waits for its number. Those after it remind."""
    renewal = queries.renewal_after(session, period_id)
    if renewal is None:
        actions.propose(session, period_id, _asking_terms(here, session), ANYONE, here.clock())
        return []
    return view.reminder_letters(context_of(here, session, renewal), renewal, int(occurrence))


RENEWAL = Rule(queries.RULE, _wanted, _useless, _letters)


def ask(here: "RegistrationService", session: Session, period_id: uuid.UUID, by: Caller) -> Renewal:
    """Staff send it: the notice now, or its letters once more. Raises NotFound, NotAsked, RenewalAnswered,
    RenewalNotSent."""
    known, now = queries.renewal_after(session, period_id), here.clock()
    if known is None:
        return actions.propose(session, period_id, _asking_terms(here, session), by, now)
    renewal = actions.send_again(session, known.id, by, now)
    send(session, view.notice_letters(context_of(here, session, renewal), renewal), now, renewal.id)
    return renewal


def work(here: "RegistrationService") -> bool:
    """Have notices numbered, send invoices, close what came to nothing. True when there may be more."""
    return any([_number_due(here), _tell_due(here), _end_due(here)])


def _claimed(here: "RegistrationService", *due: sa.ColumnElement[bool]) -> list[Renewal]:
    with here.db.read() as session:
        if not queries.is_any(session, *due):
            return []
    with here.db.write() as session:
        return claim(session, Renewal, *due, until=here.clock() + LEASE, most=TURN)


def _number_due(here: "RegistrationService") -> bool:
    claimed = _claimed(here, *queries.unnumbered(here.clock(), here.member_terms().day))
    for renewal in claimed:
        with here.db.read() as session:
            order = view.order_of(context_of(here, session, renewal), renewal)
        try:
            number = here.billing.place_on_notice(order)
        except (Busy, SiblingRefused) as refusal:
            log.warning("notice not numbered yet", extra={"renewal": str(renewal.id), "error": refusal.code})
            continue
        with here.db.write() as session:
            numbered = actions.number(session, renewal.id, number, here.clock())
            if numbered is not None:
                letters = view.notice_letters(context_of(here, session, numbered), numbered)
                send(session, letters, here.clock(), numbered.id)
    return len(claimed) == TURN


def _tell_due(here: "RegistrationService") -> bool:
    claimed = _claimed(here, *queries.untold(here.clock()))
    for renewal in claimed:
        with here.db.write() as session:
            tell_invoice(here, session, renewal.id)
    return len(claimed) == TURN


def _end_due(here: "RegistrationService") -> bool:
    claimed = _claimed(here, *queries.ending(here.clock(), here.member_terms().day))
    for renewal in claimed:
        try:
            state = here.billing.close_order(renewal.id).state
        except (Busy, SiblingRefused) as refusal:
            log.warning("notice not closed yet", extra={"renewal": str(renewal.id), "error": refusal.code})
            continue
        if state == "void":
            with here.db.write() as session:
                actions.discard(session, renewal.id, here.clock())
        # Paid: its message makes the period in a moment. Unknown: asked again when the claim ends.
    return len(claimed) == TURN


def pay_address(here: "RegistrationService", renewal_id: uuid.UUID) -> str:
    """Where a browser pays by card; empty when it cannot now."""
    try:
        return here.billing.seen(renewal_id).pay_url
    except (Busy, SiblingRefused):
        return ""
