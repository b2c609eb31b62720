"""People pasted from a spreadsheet: one a line, cells between tabs, semicolons or commas."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from registration.forms import FormValues, with_values
from registration.signup.typed.view import PersonFields

FIELD = "paste"
CELLS = ("first_name", "last_name", "email")


@dataclass(frozen=True)
class Pasted:
    """The form with the pasted people in its free places, and how many found none."""

    form: FormValues
    left_over: int


def pasted(form: FormValues, people: Sequence[PersonFields]) -> Pasted:
    """Fill the places that have no name yet, in order. What was pasted stays only where it found no place."""
    lines = [line for line in form.one(FIELD).splitlines() if line.strip()]
    free = [one.prefix for one in people if not one.is_contact and not any(one.values.values())]
    values: dict[str, str] = {FIELD: "\n".join(lines[len(free) :])}
    for prefix, line in zip(free, lines, strict=False):
        values |= {f"{prefix}.{name}": cell for name, cell in zip(CELLS, _cells(line), strict=False)}
    return Pasted(with_values(form, values), max(len(lines) - len(free), 0))


def _cells(line: str) -> list[str]:
    """The three cells of a line: the address is whichever has an @, wherever it stands."""
    cells = [cell.strip() for cell in re.split(r"\t|;|,", line)]
    address = next((cell for cell in cells if "@" in cell), "")
    names = [cell for cell in cells if cell != address]
    return [*[*names, "", ""][:2], address]
