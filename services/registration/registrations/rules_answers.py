"""Questions and answers: which question is shown, which answer can be accepted."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from kit.contracts.texts import ANSWER, day, number
from registration.catalog.offers.rules_questions import QuestionOffer, QuestionType, ShowIf

AnswerValue = str | list[str]


def is_asked(show_if: ShowIf, products: set[str], answers: Mapping[str, AnswerValue | None]) -> bool:
    """Whether a question is shown for these products and these other answers."""
    if show_if.products and not products.intersection(show_if.products):
        return False
    if show_if.question:
        answer = answers.get(show_if.question)
        chosen = answer if isinstance(answer, list) else [answer]
        return not set(show_if.answers).isdisjoint(chosen)
    return True


def answer_problem(question: QuestionOffer, value: AnswerValue | None) -> str | None:
    """The sentence's key when an answer cannot be accepted, else None. `value` is a string or a list of option ids."""
    if not value:
        return "problem.required" if question.required else None
    options = {option.id for option in question.options}
    if isinstance(value, list):
        if question.type is not QuestionType.CHOICES or not set(value) <= options or len(set(value)) < len(value):
            return "problem.choice"
        return "problem.too_many" if question.max_choices and len(value) > question.max_choices else None
    match question.type:
        case QuestionType.CHOICES:
            return "problem.choice"
        case QuestionType.CHOICE:
            return None if value in options else "problem.choice"
        case QuestionType.NUMBER:
            return "problem.number" if number(value) is None else None
        case QuestionType.DATE:
            return "problem.date" if day(value) is None else None
        case QuestionType.YES_NO:
            return None if value in ("yes", "no") else "problem.choice"
        case QuestionType.TEXT:
            return "problem.too_long" if len(value) > ANSWER else None
    assert_never(question.type)


def visible_questions(
    questions: Sequence[QuestionOffer], products: set[str], answers: Mapping[str, AnswerValue | None]
) -> list[QuestionOffer]:
    """The questions that are shown. An answer to one that is not shown counts for nothing, and shows no other."""
    shown = list(questions)
    while True:
        counted = {question.key: answers.get(question.key) for question in shown}
        again = [question for question in shown if is_asked(question.show_if, products, counted)]
        if len(again) == len(shown):
            return shown
        shown = again


@dataclass(frozen=True, kw_only=True)
class AnswerRow:
    """What was answered to a question; without an attendee, for the whole registration.

    With a `key_id` the value is sealed under that key: a text that says nothing.
    """

    id: uuid.UUID
    registration_id: uuid.UUID
    attendee_id: uuid.UUID | None
    question_id: uuid.UUID
    value: AnswerValue
    key_id: uuid.UUID | None = None
