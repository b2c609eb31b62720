"""Stripe's nested forms: ``line_items[0][price_data][currency]=cad`` becomes lists and dictionaries of strings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from simulator.api.errors import StripeError

_KEY = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_PART = re.compile(r"\[([^\[\]]*)\]")


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Raises ``StripeError`` for a name that is not well formed, given twice, or both a value and a group."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        match = _KEY.match(name)
        if match is None:
            raise StripeError(f"Invalid parameter name: {name}", param=name)
        path = [match.group(1), *_PART.findall(match.group(2))]
        _place(tree, path, name, value)
    return {name: _as_lists(value) for name, value in tree.items()}


def _place(tree: dict[str, Any], path: list[str], name: str, value: str) -> None:
    here = tree
    for part in path[:-1]:
        below = here.setdefault(part, {})
        if not isinstance(below, dict):
            raise StripeError(f"Invalid parameter: {name} is given both as a value and as an object.", param=name)
        here = below
    last = path[-1] or str(len(here))  # `expand[]=a&expand[]=b`: each takes the next index
    if last in here:
        raise StripeError(f"Invalid parameter: {name} is given more than once.", param=name)
    here[last] = value


def _as_lists(value: Any) -> Any:
    """Groups whose names are 0, 1, 2… are lists. The judge turns a list back where a dictionary is declared."""
    if not isinstance(value, dict):
        return value
    below = {name: _as_lists(item) for name, item in value.items()}
    if below and all(name.isdecimal() for name in below):
        return Indexed(below)
    return below


class Indexed(dict[str, Any]):
    """A group named by whole numbers: a list, or a dictionary (metadata) whose keys happen to be numbers."""

    def as_list(self) -> list[Any]:
        return [self[name] for name in sorted(self, key=int)]
