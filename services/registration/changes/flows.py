"""Changing a place or answers behind a personal link: what was sent is checked, then written in one transaction.

A problem is named by where it is in what was sent: `first_name`, `email`, `answers.repas`.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlmodel import Session

from kit.contracts import CreditQuote
from kit.contracts.problems import Where
from kit.db import new_id
from kit.errors import InvalidInput
from registration.changes.actions import Cancelled
from registration.changes.actions_answers import BY_LINK, AnswersChange, change_answers
from registration.changes.actions_people import name_attendee
from registration.changes.rules import PersonNamed, is_open, may_change_until, person_problems
from registration.changes.view import questions_of_place
from registration.history.rules import Change
from registration.letters.flows import letter_context
from registration.privacy.flows import sealed_answers
from registration.registrations.actions import lock_registration
from registration.registrations.queries import Whole, attendee
from registration.registrations.rules import NotInThisState, TooLate
from registration.registrations.rules_answers import AnswerRow, AnswerValue, answer_problem
from registration.registrations.rules_rows import AttendeeRow
from registration.strangers.actions import spend
from registration.strangers.rules import Stranger

if TYPE_CHECKING:
    from registration.service import RegistrationService


@dataclass(frozen=True)
class PlaceChange:
    """Who takes a place and what they answer; checked. `stranger` is who sends it, counted for the
    letters it causes when nobody recognised the company that signed up."""

    person: PersonNamed
    answers: AnswersChange
    stranger: Stranger | None = None

    def sent_by(self, stranger: Stranger) -> "PlaceChange":
        return replace(self, stranger=stranger)


def place_change(
    here: "RegistrationService",
    whole: Whole,
    place: AttendeeRow,
    person: PersonNamed,
    answers: Mapping[str, AnswerValue],
) -> PlaceChange:
    """What was sent for one place, checked. Raises TooLate, InvalidInput."""
    refuse_if_late(here, whole)
    problems: dict[Where, str] = {}
    problems |= person_problems(person, here.settings.reach)
    checked = _check_answers(whole, place, answers, problems)
    return PlaceChange(person, answers_change(here, whole, place, checked))


def registration_answers(
    here: "RegistrationService", whole: Whole, answers: Mapping[str, AnswerValue]
) -> AnswersChange:
    """What was sent for the whole registration, checked. Raises InvalidInput."""
    return answers_change(here, whole, None, _check_answers(whole, None, answers, {}))


def answers_change(
    here: "RegistrationService", whole: Whole, place: AttendeeRow | None, answers: Mapping[uuid.UUID, AnswerValue]
) -> AnswersChange:
    """Sealed where they must be; `whole` has its answers opened."""
    of, attendee_id = whole.registration.id, place.id if place else None
    asked = {question.id: question for question in whole.offer.questions}
    before = {question: value for question, value in whole.answers_of(place).items() if question in asked}
    after = {question: value for question, value in answers.items() if value}
    replaced = frozenset(one.id for question in after for one in whole.offer.earlier(asked[question]))
    rows = [
        AnswerRow(id=new_id(), registration_id=of, attendee_id=attendee_id, question_id=question, value=value)
        for question, value in after.items()
    ]
    sealed = sealed_answers(here, whole.offer, rows)
    said = _said(whole, place, after)
    return AnswersChange(of, attendee_id, sealed, len(before), before == after, said, replaced)


def _said(whole: Whole, place: AttendeeRow | None, after: Mapping[uuid.UUID, AnswerValue]) -> dict[str, Change]:
    """What history keeps of it: which place, each answer before and after; of what was told in confidence, or has a day
    of its own on which it is forgotten, only that it is another."""
    before = whole.answers_of(place)
    others = [one for one in whole.offer.questions if (before.get(one.id) or "") != (after.get(one.id) or "")]
    said = {
        f"answer.{one.key}": Change(before.get(one.id), after.get(one.id)) for one in others if one.kept_days is None
    }
    confidential = [one.key for one in others if one.kept_days is not None]
    said |= {"confidential": Change(None, confidential)} if confidential else {}
    return said | ({"place": Change(None, place.code)} if place else {})


def _check_answers(
    whole: Whole, place: AttendeeRow | None, answers: Mapping[str, AnswerValue], problems: dict[Where, str]
) -> dict[uuid.UUID, AnswerValue]:
    """The answers to the questions that are shown; raises InvalidInput with their problems and those found before."""
    shown = questions_of_place(whole, place, answers)
    for question in shown:
        if problem := answer_problem(question, answers.get(question.key)):
            problems["answers", question.key] = problem
    if problems:
        raise InvalidInput(problems)
    return {question.id: answers.get(question.key, "") for question in shown}


def change_place(here: "RegistrationService", whole: Whole, place: AttendeeRow, change: PlaceChange) -> None:
    """Write it, in a transaction of its own."""
    with here.db.write() as session:
        write_place(here, session, whole, place, change)


def write_place(
    here: "RegistrationService", session: Session, whole: Whole, place: AttendeeRow, change: PlaceChange
) -> None:
    """Write it, in this transaction.

    Raises TooManyLetters, and NotInThisState when somebody else has the place since it was read.
    """
    # The link was checked before this transaction: whoever is replaced meanwhile changes nothing any more.
    lock_registration(session, place.registration_id)
    if attendee(session, place.id).link_version != place.link_version:
        raise NotInThisState()
    now = here.clock()
    letters = name_attendee(session, place.id, change.person, BY_LINK, now, letter_context(here, whole.offer))
    if change.stranger and whole.registration.company_id is None:
        recipients = [letter.to for letter in letters]
        spend(session, change.stranger.of_letters(recipients, str(whole.registration.activity_id)), now)
    change_answers(session, change.answers, BY_LINK, now)


def quote_of(here: "RegistrationService", registration_id: uuid.UUID, outcome: Cancelled) -> CreditQuote | None:
    """What a cancellation comes to with taxes, as billing will credit it; None when it comes to nothing, or when
    billing does not answer. No transaction may be open."""
    first = ((registration_id, outcome.question),) if outcome.question else ()
    quotes = [here.billing.quote_credit(order_id, question) for order_id, question in (*first, *outcome.others)]
    told = [quote for quote in quotes if quote is not None]
    if not told or len(told) < len(quotes):
        return None
    return CreditQuote(
        total=sum(quote.total for quote in told),
        refund=sum(quote.refund for quote in told),
        by_card=sum(quote.by_card for quote in told),
        balance=sum(quote.balance for quote in told),
    )


def refuse_if_late(here: "RegistrationService", whole: Whole) -> None:
    """Raises TooLate after the activity's deadline for names."""
    activity = whole.offer.activity
    if not is_open(may_change_until(activity.names_due_at, activity.starts_at), here.clock()):
        raise TooLate()


def refuse_if_started(here: "RegistrationService", whole: Whole) -> None:
    """Raises TooLate: from then on, staff decide."""
    if not is_open(whole.offer.activity.starts_at, here.clock()):
        raise TooLate()
