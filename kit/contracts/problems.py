"""How a problem is named: by where it is in what was sent, the same for the API, a form and a spreadsheet."""

from typing import Any, get_args

# A field, or the way to it: `("items", 0, "attendees", 2, "email")`.
Where = str | tuple[str | int, ...]


def spelled(where: Where) -> str:
    """A place in what was sent, as the API names it: `items[0].attendees[2].email`."""
    parts = (where,) if isinstance(where, str) else where
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).removeprefix(".")


def names_in(shape: Any) -> set[str]:
    """Every name that the fields of a shape have, at any depth."""
    fields = getattr(shape, "model_fields", {})
    inner = (*get_args(shape), *(field.annotation for field in fields.values()))
    return {field.alias or name for name, field in fields.items()}.union(*map(names_in, inner))
