"""Decisions of a signup as pure functions: which questions, which refund, which next state.

Amounts are cents before tax, times are UTC. Refusals raised here are the expected no's of the form.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from math import isfinite
from typing import Any

from kit.errors import Refusal


class SignupClosed(Refusal):
    """Signup is not open for this activity now."""


class MembersOnly(Refusal):
    """The activity is for member companies in good standing."""

    status = 403


class TotalChanged(Refusal):
    """The total is no longer what the person was shown; the form comes back with the new one."""


class DifferentForm(Refusal):
    """This form was already sent with other content."""


def is_asked(show_if: Mapping[str, Any], products: set[str], answers: Mapping[str, Any]) -> bool:
    """Whether a question is shown for these products and these other answers."""
    if show_if.get("products") and not products.intersection(show_if["products"]):
        return False
    if show_if.get("question"):
        given = answers.get(show_if["question"])
        chosen = given if isinstance(given, list) else [given]
        return bool(set(chosen).intersection(show_if.get("is", [])))
    return True


def answer_problem(question: Any, value: Any) -> str | None:
    """The sentence's key when an answer cannot be accepted, else None. `value` is a string or a list of option ids."""
    if value in (None, "", []):
        return "problem.required" if question.required else None
    if isinstance(value, list) is not (question.type == "choices"):
        return "problem.choice"
    options = {option["id"] for option in question.options}
    match question.type:
        case "choice":
            return None if value in options else "problem.choice"
        case "choices":
            if not set(value) <= options or len(set(value)) < len(value):
                return "problem.choice"
            return "problem.too_many" if question.max_choices and len(value) > question.max_choices else None
        case "number":
            return None if _is_number(value) else "problem.number"
        case "date":
            return None if _is_date(value) else "problem.date"
        case "yes_no":
            return None if value in ("yes", "no") else "problem.choice"
        case _:
            return "problem.too_long" if len(value) > 1000 else None


def _is_number(value: str) -> bool:
    try:
        return isfinite(float(value.replace(",", ".").replace("\u00a0", "").replace(" ", "")))
    except ValueError:
        return False


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def asked_of(questions: Sequence[Any], products: set[str], answers: Mapping[str, Any]) -> list[Any]:
    """The questions that are shown. An answer to one that is not shown counts for nothing, and shows no other."""
    shown = list(questions)
    while True:
        counted = {question.key: answers.get(question.key) for question in shown}
        again = [question for question in shown if is_asked(question.show_if, products, counted)]
        if len(again) == len(shown):
            return shown
        shown = again
