"""A trial from end to end: the real path of a signup, in a transaction that is taken back."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kit.contracts import SendMessage
from kit.contracts.callers import ANYONE
from kit.contracts.shown import LetterShown
from kit.errors import Busy, NotFound
from kit.http import SiblingRefused
from registration.catalog import queries
from registration.catalog.offers.rules import Offer
from registration.letters.flows import letter_context
from registration.letters.view_registrations import confirmation_letters
from registration.links import PREVIEW
from registration.registrations.queries import Answers, Whole
from registration.registrations.rules_answers import AnswerRow
from registration.signup.actions import Announcement, record_signup
from registration.signup.rules import Circumstances, Plan
from registration.signup.rules_plan import plan
from registration.signup.schemas import SignupRequest
from registration.trial.rules import as_if_open, marked

if TYPE_CHECKING:
    from registration.service import RegistrationService

# Who writes letters.
WRITER = "notify"


@dataclass(frozen=True)
class Tried:
    """What a signup would lead to: the registration with its places, and its letters as they would read; None when
    notify did not say in time."""

    whole: Whole
    letters: Sequence[LetterShown] | None


class _TakenBack(Exception):
    """Ends the transaction of a trial: nothing of it is kept."""


def try_out(here: "RegistrationService", offer: Offer, request: SignupRequest, circumstances: Circumstances) -> Tried:
    """What this signup would lead to. Nothing stays of it: no place, no order, no letter, no line of history.

    Raises what a signup does: what `plan` refuses, SoldOut, CodeUsedUp. No transaction may be open.
    """
    planned = plan(offer, request, replace(circumstances, stranger=False))
    with suppress(_TakenBack):
        _take(here, planned)
    tried = marked(planned)
    letters = confirmation_letters(letter_context(here, offer), tried.registration, tried.bought, tried.attendees)
    return Tried(_whole(offer, tried), _shown(here, letters))


def _take(here: "RegistrationService", planned: Plan) -> None:
    """Every row and every place, as for anybody; then all of it is taken back. Answers stay out: what was told in
    confidence would need a key that is kept."""
    with here.db.write() as session:
        record_signup(session, replace(planned, answers=[]), Announcement(), ANYONE)
        raise _TakenBack()


def _shown(here: "RegistrationService", letters: Sequence[SendMessage]) -> list[LetterShown] | None:
    try:
        said = [
            here.siblings[WRITER].call("POST", "/letters/shown", {"letter": letter.model_dump(mode="json")})
            for letter in letters
        ]
    except (Busy, SiblingRefused):
        return None
    return [LetterShown.model_validate(one) for one in said]


def _whole(offer: Offer, plan: Plan) -> Whole:
    """The registration as its pages would read it."""
    bought = tuple(plan.lines)
    return Whole(
        plan.registration,
        offer,
        bought,
        tuple(plan.attendees),
        {of.attendee_id: _answers(plan.answers, of) for of in plan.answers},
        tuple(plan.add_ons),
    )


def _answers(rows: Sequence[AnswerRow], of: AnswerRow) -> Answers:
    return {row.question_id: row.value for row in rows if row.attendee_id == of.attendee_id}


def offer_tried(here: "RegistrationService", activity_id: uuid.UUID, token: str) -> Offer:
    """The activity behind the link of its preview, as if it were on sale. Raises BadToken, NotFound."""
    here.links.check("preview", activity_id, PREVIEW, token)
    with here.db.read() as session:
        offer = queries.offer(session, activity_id)
    if offer is None:
        raise NotFound()
    return as_if_open(offer)
