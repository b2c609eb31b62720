"""A question as every page that asks it shows it."""

from dataclasses import dataclass

from registration.catalog.offers.rules_questions import QuestionOffer
from registration.registrations.rules_answers import AnswerValue


@dataclass(frozen=True)
class QuestionField:
    """A question with the name of its field and what was answered."""

    name: str
    type: str
    label: str
    required: bool
    options: tuple[dict[str, str], ...]
    value: str
    values: tuple[str, ...]
    sensitive: bool


def question_field(question: QuestionOffer, name: str, value: AnswerValue | None, lang: str) -> QuestionField:
    """A question with an answer already given, for pages that change answers."""
    listed = tuple(value) if isinstance(value, list) else ()
    text = "" if isinstance(value, list) or value is None else str(value)
    return QuestionField(
        name,
        question.type,
        question.label.in_(lang),
        question.required,
        tuple({"value": option.id, "label": option.label.in_(lang)} for option in question.options),
        text,
        listed,
        question.sensitive,
    )
