"""An act on many registrations at once: what it does, how far it is, and what a cancellation gives back in all."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from registration.changes.rules import kept_amount
from registration.registrations.rules_rows import LineRow

# The most registrations of one batch: a list is counted no further either.
MOST = 1000
# A batch that nobody confirmed is forgotten soon; of one that was, the history of each registration says the same.
UNCONFIRMED = timedelta(days=7)
KEPT = timedelta(days=90)
# How often one registration is tried before it is given up: whatever stops a process that often is no passing thing.
MOST_TRIES = 5
# Why a registration was left as it is, where no refusal says so.
GIVEN_UP = "TriedTooOften"


class Act(StrEnum):
    """What is done to each registration; `addresses` only reads the addresses of the contacts."""

    RESEND = "resend"
    CANCEL = "cancel"
    ADDRESSES = "addresses"

    @property
    def changes_something(self) -> bool:
        return self is not Act.ADDRESSES


class ItemState(StrEnum):
    """One registration of a batch: chosen until the batch is confirmed, ready until it is done or refused."""

    CHOSEN = "chosen"
    READY = "ready"
    DONE = "done"
    REFUSED = "refused"


class BatchState(StrEnum):
    """A batch waits for its confirmation, is at work, or is done."""

    CHOSEN = "chosen"
    AT_WORK = "at_work"
    DONE = "done"


@dataclass(frozen=True)
class BatchRow:
    """One batch as it stands in its table. `keep_percent` is the part kept that was decided when it was confirmed."""

    id: uuid.UUID
    activity_id: uuid.UUID
    act: Act
    by_id: str
    by: str
    created_at: datetime
    confirmed_at: datetime | None
    keep_percent: int | None


@dataclass(frozen=True)
class ItemRow:
    """One registration of a batch; `may` says whether the act can be done to it now. `why` names what refused it."""

    registration_id: uuid.UUID
    state: ItemState
    why: str
    may: bool
    code: str
    contact: str
    email: str
    company: str
    people: int
    paid: bool


@dataclass(frozen=True)
class Effect:
    """What a batch does: registrations it reaches and leaves as they are, the people of those it reaches, and for a
    cancellation what is credited and kept, and what of the credit was paid and goes back; cents before tax."""

    registrations: int
    left_alone: int
    people: int
    credit: int = 0
    kept: int = 0
    paid_credit: int = 0


def effect(items: Sequence[ItemRow], lines: Mapping[uuid.UUID, Sequence[LineRow]], percent: int) -> Effect:
    """What the act does to these, by what stands of their lines; no lines: nothing is credited."""
    reached = [item for item in items if item.may]
    credit = kept = paid = 0
    for item in reached:
        own = lines.get(item.registration_id, ())
        amount = sum(line.unit_amount * line.standing for line in own)
        keeps = kept_amount({line.id: line.standing for line in own}, own, percent)
        credit, kept = credit + amount - keeps, kept + keeps
        paid += amount - keeps if item.paid else 0
    return Effect(len(reached), len(items) - len(reached), sum(item.people for item in reached), credit, kept, paid)


def state_of(batch: BatchRow, states: Iterable[ItemState]) -> BatchState:
    """Reading addresses needs no confirmation: it is done as soon as they are chosen."""
    if not batch.act.changes_something:
        return BatchState.DONE
    if batch.confirmed_at is None:
        return BatchState.CHOSEN
    return BatchState.AT_WORK if ItemState.READY in states else BatchState.DONE
