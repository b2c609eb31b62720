"""A form as a section, and a section as its form shows it, amounts as people write them."""

import re
from operator import itemgetter
from typing import Any

from pydantic import TypeAdapter, ValidationError

from kit.contracts.problems import Where
from registration.catalog.sections.schemas import SHAPES, Section, SectionName, Shape
from registration.catalog.sections.view_amounts import amount_typed, has_three_decimals, shown_amount
from registration.forms import EditedForm

MONEY = {"amount"}
NUMBERS = {
    "edition", "number", "min_people", "attendees", "max_per_attendee", "min_quantity", "capacity", "max_choices",
    "purge_days", "keep_percent", "confirm_above", "company_places", "weeks_before",
}  # fmt: skip
FLAGS = {"online", "members_only", "signup_open", "undivided", "add_on", "on_request", "required", "sensitive"}
SEVERAL = {"methods", "for_products", "if_answers"}
# The box of a product that says that it is a sponsor level, and what parts a spot's French from its English.
SPONSORSHIP, ENGLISH = "sponsorship", "|"
# What pydantic says of a value, as a sentence says it; anything else was not understood.
SENTENCES = {
    "missing": "problem.text_needed",
    "greater_than_equal": "problem.too_small",
    "less_than_equal": "problem.too_great",
    "too_long": "problem.too_many_rows",
    "int_type": "problem.whole_number",
}
# What a row says even when nobody wrote in it; and notes that are nothing without their words.
PREFILLED = {"who", "channel", "tax_class", "type", "per", "attendees", "min_quantity", "number", "keep_percent"}
WORDED = {"text", "prerequisite", "funding"}
# Of what pydantic says of a value: where it is, and what is wrong.
WHERE_AND_WHAT = itemgetter("loc", "type")
VALUES: TypeAdapter[dict[str, str | int | list[str]]] = TypeAdapter(dict[str, str | int | list[str]])


def is_written(name: str, typed: list[str]) -> bool:
    """Whether somebody wrote this in a row."""
    return not set(typed) <= WORDED if name == "kind" else name not in PREFILLED and any(typed)


def shown(section: Shape, lang: str) -> EditedForm:
    """A section, or a row of one, as its form shows it; amounts as this language writes them (both are read)."""
    return EditedForm(_typed(section.model_dump(mode="json"), lang))


def section_of(name: SectionName, form: EditedForm) -> tuple[Section | None, dict[Where, str]]:
    """The section that a form says, or (None) the problems that keep it from being one."""
    problems: dict[Where, str] = {}
    said = _said(form.tree, (), problems)
    if problems:
        return None, problems
    # A box that is not ticked is not sent at all.
    unticked = {field: False for field, known in SHAPES[name].model_fields.items() if known.annotation is bool}
    try:
        return SHAPES[name].model_validate(unticked | said), {}
    except ValidationError as error:
        return None, dict(_of_pydantic(*WHERE_AND_WHAT(one)) for one in error.errors())


def _of_pydantic(where: tuple[str | int, ...], kind: str) -> tuple[Where, str]:
    if kind == "missing" and where and where[-1] in ("label", "text"):
        where = (*where, "fr")
    return where, SENTENCES.get(kind, "problem.not_understood")


def _said(node: Any, where: tuple[str | int, ...], problems: dict[Where, str]) -> Any:
    """A tree as JSON: numbers as such, amounts in cents, what is blank left out."""
    if isinstance(node, dict):
        if where and where[-1] == "level" and not EditedForm(node).one(SPONSORSHIP):
            return None
        named = {key: _said(inner, (*where, key), problems) for key, inner in node.items() if key != SPONSORSHIP}
        return {key: value for key, value in named.items() if value is not None}
    field = next((part for part in reversed(where) if isinstance(part, str)), "")
    if field == "components":
        return _components(node, where, problems)
    if node and isinstance(node[0], dict):
        return [_said(row, (*where, index), problems) for index, row in enumerate(node)]
    return _leaf(field, [str(one) for one in node if one], where, problems)


def _leaf(field: str, typed: list[str], where: tuple[str | int, ...], problems: dict[Where, str]) -> Any:
    if field in SEVERAL:
        return typed
    if field == "stops":
        return [line.strip() for line in "\n".join(typed).splitlines() if line.strip()]
    if field == "spots":
        return [_spot(line) for line in "\n".join(typed).splitlines() if line.strip()]
    if field in FLAGS:
        return bool(typed)
    if not typed:
        return None
    if field in MONEY:
        return _cents(typed[0], where, problems)
    if field in NUMBERS or "includes" in where or (where and where[0] == "uses"):
        return _whole(typed[0], where, problems)
    return _note_values(typed[0], where, problems) if field == "values" else typed[0]


def _spot(line: str) -> dict[str, Any]:
    """« Trou 7 | Hole 7 »."""
    french, _, english = (part.strip() for part in line.partition(ENGLISH))
    return {"label": {"fr": french, "en": english}}


def _cents(text: str, where: tuple[str | int, ...], problems: dict[Where, str]) -> int | None:
    """An amount in cents; a problem for what is none, for one below nothing, and for a third decimal."""
    amount = amount_typed(text)
    if amount is None:
        problems[where] = "problem.amount"
        return None
    if has_three_decimals(amount):
        problems[where] = "problem.amount_decimals"
        return None
    return int(amount * 100)


def _note_values(text: str, where: tuple[str | int, ...], problems: dict[Where, str]) -> Any:
    """The values of a note, which a form carries along unseen."""
    try:
        return VALUES.validate_json(text)
    except ValidationError:
        problems[where] = "problem.not_understood"
        return None


def _whole(text: str, where: tuple[str | int, ...], problems: dict[Where, str]) -> int | None:
    if text.isdecimal() and len(text) < 9:
        return int(text)
    problems[where] = "problem.whole_number"
    return None


def _components(rows: Any, where: tuple[str | int, ...], problems: dict[Where, str]) -> dict[str, int]:
    """Parts by their names, from rows of a name and an amount."""
    parts = {}
    for index, row in enumerate(row for row in rows if isinstance(row, dict)):
        name, amount = EditedForm(row).one("name"), EditedForm(row).one("amount")
        if name and amount:
            parts[name] = _cents(amount, (*where, index, "amount"), problems) or 0
    return parts


def _typed(node: Any, lang: str, field: str = "") -> Any:
    """The other way: JSON as a form shows it."""
    if field == "components":
        return [{"name": [name], "amount": [shown_amount(cents, lang)]} for name, cents in node.items()]
    if field == "values":
        return [VALUES.dump_json(node).decode()] if node else []
    if field == "stops":
        return ["\n".join(node)]
    if field == "spots":
        return ["\n".join(_spot_line(*spot.values()) for spot in node)]
    if isinstance(node, dict):
        box = {SPONSORSHIP: ["yes"]} if field == "level" else {}
        return box | {key: _typed(inner, lang, key) for key, inner in node.items()}
    if isinstance(node, list):
        return node if field in SEVERAL else [_typed(inner, lang) for inner in node]
    if node is None or node is False or node == "":
        return []
    if node is True:
        return ["yes"]
    if field in MONEY:
        return [shown_amount(node, lang)]
    return [str(node)[:16] if isinstance(node, str) and re.match(r"\d{4}-\d\d-\d\dT", node) else str(node)]


def _spot_line(_key: str, label: dict[str, str]) -> str:
    """A spot as its line shows it; its key is that of the spot which is called so."""
    return f" {ENGLISH} ".join(text for text in label.values() if text)
