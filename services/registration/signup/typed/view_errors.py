"""What the form says when something is missing or wrong: a sentence that names the field."""

import re
from collections.abc import Mapping, Sequence

from registration.catalog.offers.rules import ProductOffer
from registration.forms import FormValues
from registration.signup.schemas import MAX_ATTENDEES
from registration.signup.typed.view import Say

REQUIRED = "problem.required"
NAMES = ("first_name", "last_name", "email")


def sentences(say: Say, problems: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, str]:
    """Each problem in words, by field; one that is only missing says what to write."""
    return {field: _sentence(say, field, problem, labels) for field, problem in problems.items()}


def summed_up(problems: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, str]:
    """The labels that the summary puts before a sentence: none where the sentence names the contact's own field."""
    named = {field for field, problem in problems.items() if problem == REQUIRED and not _is_numbered(labels, field)}
    return {field: label for field, label in labels.items() if field not in named}


def too_many(form: FormValues, options: Sequence[tuple[ProductOffer, str]]) -> dict[str, str]:
    """Quantities above what one registration may bring: said, never lowered without a word."""
    names = (f"q.{product.key}.{who}" for product, who in options)
    return {name: "problem.too_many_people" for name in names if form.count(name, MAX_ATTENDEES + 1) > MAX_ATTENDEES}


def _is_numbered(labels: Mapping[str, str], field: str) -> bool:
    return bool(re.match(r"\d+\. ", labels.get(field, "")))


def _sentence(say: Say, field: str, problem: str, labels: Mapping[str, str]) -> str:
    if problem != REQUIRED:
        return say(problem)
    last = field.rsplit(".", 1)[-1]
    if last in NAMES and ".answer." not in field:
        whose = "attendee" if _is_numbered(labels, field) else "contact"
        return say(f"problem.required.{whose}.{last}")
    label = re.sub(r"^\d+\. ", "", labels.get(field, ""))
    return say("problem.required_of", label=label) if label else say(problem)
