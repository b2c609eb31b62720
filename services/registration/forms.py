"""A form as it came: field name to its values; and one whose fields are a tree, with rows that come and go."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from kit.contracts.texts import seen
from kit.errors import InvalidInput

PART = re.compile(r"\.?([A-Za-z_][\w-]*)|\[([0-9]{1,4})\]")
# How deep a name goes at most: a list of a list of a list, and a field. What is deeper is nobody's form.
DEEPEST = 10
# What an edited form says beside what is edited.
OWN = {"mark", "do", "add", "remove", "up", "library"}
# Most rows that a list of a form may have.
MOST_ROWS = 300
# Digits that a number of a form may have: more than anybody counts, and no more than a database keeps.
DIGITS = 15
Form = TypeVar("Form", bound=BaseModel)
# Whether a field of a row, by its name and what it holds, was written by somebody or came with the row.
IsWritten = Callable[[str, list[str]], bool]


def whole(typed: str, most: int) -> int:
    """A whole number as it was typed; what is none is nought, what is too much is the most."""
    if not typed.isdecimal():
        return 0
    return min(int(typed), most) if len(typed) <= DIGITS else most


@dataclass(frozen=True)
class FormValues:
    """What a person typed, as it came: field name to its values."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, data: FormData) -> "FormValues":
        fields: dict[str, list[str]] = {}
        for name, value in data.multi_items():
            if isinstance(value, str):
                fields.setdefault(name, []).append(seen(value))
        return cls(fields)

    def one(self, name: str, default: str = "") -> str:
        values = self.fields.get(name)
        return values[0] if values else default

    def all(self, name: str) -> list[str]:
        return [value for value in self.fields.get(name, ()) if value]

    def answer(self, name: str, *, several: bool) -> str | list[str]:
        """What was answered to a question: all that was chosen of one that takes `several`, else one value."""
        return self.all(name) if several else self.one(name)

    def count(self, name: str, most: int) -> int:
        """A quantity; what is not a number is none, what is too much is the most."""
        return whole(self.one(name, "0"), most)


def typed(form: type[Form], values: FormValues, **given: Any) -> Form:
    """The form as it was typed; what was not sent is as in an empty form. Raises InvalidInput: a text is too long."""
    texts: dict[str, Any] = {name: values.one(name) for name in form.model_fields if name in values.fields}
    lists = {
        name for name, field in form.model_fields.items() if field.annotation not in (str, None) and name == "roles"
    }
    texts |= {name: values.all(name) for name in lists}
    try:
        return form.model_validate(texts | given)
    except ValidationError as error:
        raise InvalidInput({str(one["loc"][0]): "problem.line_too_long" for one in error.errors()}) from error


def with_values(form: FormValues, values: Mapping[str, str]) -> FormValues:
    """The same, with some fields filled in: for a first visit."""
    return FormValues({**form.fields, **{name: [value] for name, value in values.items()}})


async def _posted(request: Request) -> FormValues:
    data: FormData = await request.form(max_fields=2000)
    return FormValues.of(data)


PostedForm = Annotated[FormValues, Depends(_posted)]


@dataclass(frozen=True)
class EditedForm:
    """A form whose fields are named by where they are, `products[0].prices[1].amount`, as a tree of what was typed.

    Rows are added, taken away and moved without a script: the server gives the form back changed.
    """

    tree: Mapping[str, Any]

    @classmethod
    def of(cls, form: FormValues) -> "EditedForm":
        """The form as it came, without its buttons and its mark."""
        tree: dict[str, Any] = {}
        for name, typed in form.fields.items():
            parts = _parts(name)
            if name not in OWN and parts and isinstance(parts[0], str):
                _put(tree, parts, list(typed))
        listed: dict[str, Any] = _listed(tree)
        return cls(listed)

    def one(self, name: str) -> str:
        """What was typed into a field; empty when nothing was."""
        found = self._at(name)
        return str(found[0]) if isinstance(found, list) and found and not isinstance(found[0], dict | list) else ""

    def all(self, name: str) -> list[str]:
        """What was ticked of several."""
        found = self._at(name)
        return [str(one) for one in found if one] if isinstance(found, list) else []

    def rows(self, name: str) -> list[str]:
        """The names of the rows of a list, `products[0]`, `products[1]`."""
        found = self._at(name)
        rows = isinstance(found, list) and all(isinstance(one, dict) for one in found)
        return [f"{name}[{index}]" for index in range(len(found))] if rows and found else []

    def with_row(self, name: str) -> "EditedForm":
        """The same with one more row, empty, at the end of a list."""
        parts = _parts(name)
        changed = _copy(self.tree)
        holder = _reach(changed, parts[:-1])
        rows = holder.setdefault(parts[-1], []) if parts and isinstance(holder, dict) else None
        if isinstance(rows, list) and len(rows) < MOST_ROWS and all(isinstance(row, dict) for row in rows):
            rows.append({})
        return EditedForm(changed)

    def with_filled_row(self, name: str, row: Mapping[str, Any]) -> "EditedForm":
        """The same with a row that is already written, at the end of a list."""
        changed = _copy(self.with_row(name).tree)
        rows = EditedForm(changed)._at(name)
        if isinstance(rows, list) and rows:
            rows[-1] = _copy(row)
        return EditedForm(changed)

    def without_row(self, name: str) -> "EditedForm":
        """The same without a row, `products[1]`."""
        changed, rows, index = self._row(name)
        if rows is not None:
            del rows[index]
        return EditedForm(changed)

    def with_row_before(self, name: str) -> "EditedForm":
        """The same with a row one place nearer to the beginning."""
        changed, rows, index = self._row(name)
        if rows is not None and index:
            rows[index - 1], rows[index] = rows[index], rows[index - 1]
        return EditedForm(changed)

    def filled(self, is_written: IsWritten) -> "EditedForm":
        """The same without the rows nobody wrote in."""
        return EditedForm(_without_blanks(self.tree, is_written))

    def differences(self, other: "EditedForm") -> list[tuple[str, str]]:
        """What this form and another say, where they differ: texts of this one first."""
        mine, theirs = dict(_leaves(self.tree)), dict(_leaves(other.tree))
        said = [(mine.get(name, ""), theirs.get(name, "")) for name in {**mine, **theirs}]
        return [(one, other) for one, other in said if one != other]

    def _at(self, name: str) -> Any:
        found: Any = self.tree
        for part in _parts_shown(name):
            if isinstance(found, dict):
                found = found.get(str(part))
            elif isinstance(found, list) and isinstance(part, int) and part < len(found):
                found = found[part]
            else:
                return None
        return found

    def _row(self, name: str) -> tuple[dict[str, Any], list[Any] | None, int]:
        parts, changed = _parts(name), _copy(self.tree)
        rows = EditedForm(changed)._at(re.sub(r"\[\d+\]$", "", name))
        index = parts[-1] if parts else ""
        return (
            changed,
            rows if isinstance(rows, list) and isinstance(index, int) and index < len(rows) else None,
            (index if isinstance(index, int) else 0),
        )


def _parts(name: str) -> Sequence[str | int]:
    """Where a name leads; nowhere when it is not one of ours."""
    found = list(PART.finditer(name))
    if len(found) > DEEPEST or "".join(one[0] for one in found) != name:
        return ()
    return tuple(int(one[2]) if one[2] else one[1] for one in found)


# A page asks for the names of a long form at each visit.
_parts_shown = lru_cache(maxsize=8192)(_parts)


def _put(tree: dict[Any, Any], parts: Sequence[Any], typed: list[str]) -> None:
    for part in parts[:-1]:
        inner = tree.setdefault(part, {})
        if not isinstance(inner, dict):
            return
        tree = inner
    tree.setdefault(parts[-1], typed)


def _listed(node: Any) -> Any:
    """Rows, which came by their numbers, in their order."""
    if not isinstance(node, dict):
        return node
    if node and all(isinstance(key, int) for key in node):
        return [_listed(node[key]) for key in sorted(node)][:MOST_ROWS]
    return {str(key): _listed(inner) for key, inner in node.items()}


def _copy(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {key: _copy(inner) for key, inner in node.items()}
    return [_copy(inner) for inner in node] if isinstance(node, list) else node


def _reach(tree: Any, parts: Sequence[str | int]) -> Any:
    """What stands there, made where a field can be; None where there is no such row."""
    for part in parts:
        if isinstance(tree, dict):
            tree = tree.setdefault(part, {})
        elif isinstance(tree, list) and isinstance(part, int) and part < len(tree):
            tree = tree[part]
        else:
            return None
    return tree


def _without_blanks(node: Any, is_written: IsWritten) -> Any:
    if isinstance(node, Mapping):
        return {key: _without_blanks(inner, is_written) for key, inner in node.items()}
    if isinstance(node, list) and any(isinstance(one, dict) for one in node):
        rows = [row for row in node if isinstance(row, dict)]
        return [_without_blanks(row, is_written) for row in rows if any(_written(row, is_written))]
    return node


def _written(row: Mapping[str, Any], is_written: IsWritten) -> Iterator[bool]:
    """Whether each thing of a row was written by somebody."""
    for name, inner in row.items():
        if isinstance(inner, Mapping):
            yield any(_written(inner, is_written))
        elif isinstance(inner, list) and inner and isinstance(inner[0], Mapping):
            yield any(any(_written(one, is_written)) for one in inner)
        else:
            yield is_written(name, inner)


def _leaves(node: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every field of a tree by its name, as one text."""
    if isinstance(node, Mapping):
        for key, inner in node.items():
            yield from _leaves(inner, f"{name}.{key}")
    elif isinstance(node, list) and any(isinstance(one, Mapping) for one in node):
        for index, inner in enumerate(node):
            yield from _leaves(inner, f"{name}[{index}]")
    elif isinstance(node, list):
        yield name, ", ".join(str(one) for one in node if one)
