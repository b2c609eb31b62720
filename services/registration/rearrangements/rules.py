"""An activity rearranged, postponed or cancelled or moved online: what each registration may choose, until when."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from kit.contracts import Bilingual
from kit.contracts.texts import LINE
from kit.errors import InvalidInput, Refusal
from registration.catalog.moves.rules import Move
from registration.catalog.offers.rules_activity import END_OF_DAY, last_moment

# Within which time what was done can be taken back, and how long its record is kept when nothing is left to do.
UNDO = timedelta(hours=1)
KEPT = timedelta(days=90)
# How often one registration is tried before it is given up: whatever stops a process that often is no passing thing.
MOST_TRIES = 5
# Why a registration was left as it is, where no refusal says so.
GIVEN_UP = "TriedTooOften"
# What somebody whose activity does not take place as agreed gets back: everything.
KEEP_NOTHING = 0


class Kind(StrEnum):
    """What becomes of the activity."""

    POSTPONE = "postpone"
    CANCEL = "cancel"
    ONLINE = "online"


class Answer(StrEnum):
    """What becomes of a registration. A credit waits for companies to have an account: nobody is offered it yet."""

    KEEP = "keep"
    CREDIT = "credit"
    REFUND = "refund"


OFFERED = (Answer.KEEP, Answer.REFUND)


class ChoiceState(StrEnum):
    """One registration: asked until its answer is final, ready while its turn is to come, then done or refused.
    `replaced` when the activity was rearranged again, or the rearrangement was taken back."""

    ASKED = "asked"
    READY = "ready"
    DONE = "done"
    REFUSED = "refused"
    REPLACED = "replaced"


class NothingToChoose(Refusal):
    """This registration is asked nothing: its activity stands as it was agreed, or it was made since."""


class ChoiceIsOver(Refusal):
    """The day by which to choose is past, and what goes without saying was applied."""


class ChoiceIsFinal(Refusal):
    """A refund was asked for and made: that cannot be taken back."""


class PlanHasNoDate(Refusal):
    """The activity covers people: there is no date to move, and each coverage is ended by itself."""


class DoneOtherwise(Refusal):
    """Something else was done under this id: nothing is done now."""


class RefundsMade(Refusal):
    """A rearrangement cannot be taken back once somebody was refunded because of it: their places may be sold."""


class TooLateToUndo(Refusal):
    """A rearrangement can be taken back within the hour, and only the last one of its activity."""


@dataclass(frozen=True)
class NewRearrangement:
    """What is to be done, what people are told, and what goes for whoever does not answer by the end of a day.

    `version` is that of the activity that was looked at (None: whatever stands)."""

    id: uuid.UUID
    activity_id: uuid.UUID
    kind: Kind
    move: Move
    default: Answer
    decide_by: date | None
    reason: str
    subject: Bilingual
    text: Bilingual
    version: int | None = None

    @property
    def asks(self) -> bool:
        return self.kind is Kind.POSTPONE

    @property
    def applied(self) -> Answer:
        """What goes without saying: only a postponement leaves it to be said."""
        return self.default if self.asks else Answer.REFUND if self.kind is Kind.CANCEL else Answer.KEEP

    @property
    def last_day(self) -> date | None:
        return self.decide_by if self.asks else None


@dataclass(frozen=True)
class RearrangementRow:
    """One rearrangement as it stands in its table."""

    id: uuid.UUID
    activity_id: uuid.UUID
    kind: Kind
    reason: str
    default: Answer
    decide_by: date | None
    decide_until: datetime | None
    before: str
    after: str
    mailing_id: uuid.UUID | None
    by_id: str
    by: str
    created_at: datetime
    undone_at: datetime | None
    undone_by: str

    def refuse_unless_same(self, new: NewRearrangement) -> None:
        """Raises DoneOtherwise when this is not what is asked for again."""
        mine = (self.activity_id, self.kind, self.default, self.decide_by, self.reason)
        if mine != (new.activity_id, new.kind, new.applied, new.last_day, new.reason):
            raise DoneOtherwise()

    def may_be_undone(self, now: datetime) -> bool:
        return self.undone_at is None and now <= self.created_at + UNDO


@dataclass(frozen=True)
class ChoiceRow:
    """What is asked of one registration and what became of it, as it stands in its table."""

    id: uuid.UUID
    rearrangement_id: uuid.UUID
    registration_id: uuid.UUID
    state: ChoiceState
    answer: Answer | None
    answered_at: datetime | None
    answered_by: str
    why: str


def decide_until(day: date | None, zone: str) -> datetime | None:
    """The last moment of a day on the activity's wall clock, in UTC."""
    return last_moment(datetime.combine(day, END_OF_DAY), zone) if day else None


def refuse_incomplete(new: NewRearrangement, now: datetime, zone: str) -> None:
    """Raises InvalidInput with everything that is missing or cannot be, by its field."""
    problems: dict[str, str] = {}
    if not new.subject.fr:
        problems["subject.fr"] = "problem.text_needed"
    if not new.text.fr:
        problems["text.fr"] = "problem.text_needed"
    if bool(new.subject.en) != bool(new.text.en):
        problems["text.en" if new.subject.en else "subject.en"] = "problem.text_needed"
    if new.default not in OFFERED:
        problems |= {"default": "problem.not_offered_yet"}
    if len(new.reason) > LINE:
        problems |= {"reason": "problem.line_too_long"}
    until = decide_until(new.decide_by, zone)
    if new.asks and until is None:
        problems |= {"decide_by": "problem.day_needed"}
    elif until is not None and until <= now:
        problems |= {"decide_by": "problem.day_past"}
    if problems:
        raise InvalidInput(problems)


def refuse_closed(choice: ChoiceRow | None, until: datetime | None, now: datetime) -> None:
    """Raises NothingToChoose, ChoiceIsFinal, ChoiceIsOver unless this choice can still be made."""
    if choice is None or choice.state is ChoiceState.REPLACED:
        raise NothingToChoose()
    if choice.state is ChoiceState.DONE and choice.answer is Answer.REFUND:
        raise ChoiceIsFinal()
    if choice.state is not ChoiceState.ASKED or (until is not None and now > until):
        raise ChoiceIsOver()
