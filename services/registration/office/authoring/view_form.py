"""A section of the editor as a form: its fields are named as its problems are, `products[0].prices[1].amount`.

A form is a tree of what was typed. Rows can be added, taken away and moved without a script: the server gives the form
back changed, saved or not. Blank rows are left out when it is saved.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from registration.forms import FormValues

PART = re.compile(r"\.?([A-Za-z_][\w-]*)|\[(\d+)\]")
# What a row says even when nobody wrote in it.
PREFILLED = {
    "who",
    "channel",
    "tax_class",
    "type",
    "per",
    "kind",
    "attendees",
    "min_quantity",
    "number",
    "keep_percent",
}
# Notes that are nothing without their words; the others say something by their kind.
WORDED = {"text", "prerequisite", "funding"}
# What a form says beside the section.
OWN = {"mark", "do", "add", "remove", "up", "library"}
# Most rows that a list of a form may have.
MOST_ROWS = 300


@dataclass(frozen=True)
class EditedForm:
    """What was typed into a section."""

    tree: Mapping[str, Any]

    @classmethod
    def of(cls, form: FormValues) -> "EditedForm":
        """The form as it came, without its buttons and its mark."""
        tree: dict[str, Any] = {}
        for name, typed in form.fields.items():
            parts = [int(index) if index else key for key, index in PART.findall(name)]
            if (
                name not in OWN
                and parts
                and "".join(match[0] for match in PART.finditer(name)) == name
                and isinstance(parts[0], str)
            ):
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
        rows = _reach(changed, parts[:-1]).setdefault(parts[-1], []) if parts else []
        if isinstance(rows, list) and len(rows) < MOST_ROWS:
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

    def filled(self) -> "EditedForm":
        """The same without the rows nobody wrote in."""
        return EditedForm(_without_blanks(self.tree))

    def differences(self, other: "EditedForm") -> list[tuple[str, str]]:
        """What this form and another say, where they differ: texts of this one first."""
        mine, theirs = dict(_leaves(self.tree)), dict(_leaves(other.tree))
        said = [(mine.get(name, ""), theirs.get(name, "")) for name in {**mine, **theirs}]
        return [(one, other) for one, other in said if one != other]

    def _at(self, name: str) -> Any:
        found: Any = self.tree
        for part in _parts(name):
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


def _parts(name: str) -> list[str | int]:
    return [int(index) if index else key for key, index in PART.findall(name)]


def _put(tree: dict[Any, Any], parts: list[Any], typed: list[str]) -> None:
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


def _reach(tree: Any, parts: list[str | int]) -> Any:
    for part in parts:
        tree = tree.setdefault(part, {}) if isinstance(tree, dict) else tree[int(part)]
    return tree


def _without_blanks(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {key: _without_blanks(inner) for key, inner in node.items()}
    if isinstance(node, list) and any(isinstance(one, dict) for one in node):
        return [_without_blanks(row) for row in node if isinstance(row, dict) and any(_written(row))]
    return node


def _written(row: Mapping[str, Any]) -> Iterator[bool]:
    """Whether each thing of a row was written by somebody."""
    for name, inner in row.items():
        if isinstance(inner, Mapping):
            yield any(_written(inner))
        elif isinstance(inner, list) and inner and isinstance(inner[0], Mapping):
            yield any(any(_written(one)) for one in inner)
        elif name == "kind":
            yield not set(inner) <= WORDED
        elif name not in PREFILLED:
            yield any(inner)


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
