"""What was answered, in words; what was told in confidence is hidden until it is asked for."""

from dataclasses import dataclass

from registration.catalog.offers.rules_questions import QuestionOffer, QuestionType
from registration.registrations.queries import Whole
from registration.registrations.rules_answers import AnswerValue
from registration.registrations.rules_rows import AttendeeRow
from registration.service import RegistrationService


@dataclass(frozen=True)
class AnswerInWords:
    """One answer in words; `hidden` when it was told in confidence and has not been asked for, `erased` when its day
    has come."""

    label: str
    value: str
    hidden: bool
    erased: bool = False


def answers_in_words(
    here: RegistrationService, whole: Whole, row: AttendeeRow | None, lang: str, reveal: bool
) -> list[AnswerInWords]:
    """What one attendee (None: the contact, for all) answered, in the order of the questions."""
    answers, sealed, of = whole.answers_of(row), whole.sealed_of(row), row.id if row else None
    said = []
    for question in whole.offer.ever_asked:
        label = question.label.in_(lang)
        if question.id in sealed or (question.id in answers and question.sensitive and not reveal):
            said.append(AnswerInWords(label, "", hidden=True))
        elif question.id in answers:
            said.append(AnswerInWords(label, value_of(here, question, answers[question.id], lang), hidden=False))
        elif (of, question.id) in whole.erased:
            said.append(AnswerInWords(label, "", hidden=False, erased=True))
    return said


def value_of(here: RegistrationService, question: QuestionOffer, value: AnswerValue, lang: str) -> str:
    """An answer as it was read on the form."""
    options = {option.id: option.label.in_(lang) for option in question.options}
    if question.type is QuestionType.YES_NO:
        return here.pages.catalogue.say(lang, "form.yes" if value == "yes" else "form.no")
    chosen = value if isinstance(value, list) else [value]
    return ", ".join(options.get(one, str(one)) for one in chosen)


def has_sensitive(whole: Whole) -> bool:
    sensitive = {question.id for question in whole.offer.ever_asked if question.sensitive}
    return bool(whole.sealed) or any(sensitive & set(answers) for answers in whole.answers.values())
