"""A question as every page that asks it shows it."""

from dataclasses import dataclass

from registration.catalog.models import Question
from registration.registrations.rules import AnswerValue


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


def question_field(question: Question, name: str, value: AnswerValue | None, lang: str) -> QuestionField:
    """A question with an answer already given, for pages that change answers."""
    listed = tuple(value) if isinstance(value, list) else ()
    text = "" if isinstance(value, list) or value is None else str(value)
    return QuestionField(
        name,
        question.type,
        (question.label_en or question.label_fr) if lang == "en" else question.label_fr,
        question.required,
        tuple({"value": o["id"], "label": o.get(lang) or o["fr"]} for o in question.options),
        text,
        listed,
        question.sensitive,
    )
