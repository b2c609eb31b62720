"""Which questions are shown to whom after a signup: the same for the personal page, its API and whoever checks."""

from collections.abc import Mapping

from registration.catalog.offers.rules_questions import Per, QuestionOffer
from registration.registrations.queries import Whole
from registration.registrations.rules_answers import AnswerValue, answer_problem, visible_questions
from registration.registrations.rules_rows import AttendeeRow


def answers_by_key(whole: Whole, attendee: AttendeeRow | None) -> dict[str, AnswerValue]:
    """What one attendee answered, or (without one) what was answered for the registration, by the question's key."""
    answers = whole.answers_of(attendee)
    return {question.key: answers[question.id] for question in whole.offer.questions if question.id in answers}


def answers_to_begin_from(whole: Whole, attendee: AttendeeRow | None) -> dict[str, AnswerValue]:
    """The same, for a form: to what was worded otherwise since, the answer to the earlier words, where it still is
    one. Whoever sends the form has read the words of now."""
    begun = answers_by_key(whole, attendee)
    answers = whole.answers_of(attendee)
    for question in whole.offer.questions:
        given = [answers[one.id] for one in whole.offer.earlier(question) if one.id in answers]
        if question.key not in begun and given and answer_problem(question, given[0]) is None:
            begun[question.key] = given[0]
    return begun


def questions_of_place(
    whole: Whole, attendee: AttendeeRow | None, answers: Mapping[str, AnswerValue]
) -> list[QuestionOffer]:
    """The questions shown to one attendee (or for the registration) with these answers to the others."""
    products = {product.id: product for product in whole.offer.products}
    lines = whole.lines if attendee is None else [line for line, _ in whole.bought.of(attendee)]
    keys = {products[line.product_id].key for line in lines if line.product_id in products}
    per = Per.REGISTRATION if attendee is None else Per.ATTENDEE
    return visible_questions([question for question in whole.offer.questions if question.per == per], keys, answers)


def has_answered(whole: Whole, attendee: AttendeeRow) -> bool | None:
    """Whether somebody answered what they are asked (all that they must, or something where nothing is a must), sealed
    or not; None when nothing is asked of them. It says nothing of what was answered."""
    answers = answers_to_begin_from(whole, attendee)
    asked = questions_of_place(whole, attendee, answers)
    if not asked:
        return None
    sealed = whole.sealed_of(attendee)
    needed = [one for one in asked if one.required]
    done = [one.key in answers or one.id in sealed for one in needed or asked]
    return all(done) if needed else any(done)
