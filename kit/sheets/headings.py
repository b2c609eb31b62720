"""What the columns of somebody's spreadsheet are: her headings, found among the names that people write.

    columns = Columns(
        fields=(Field("first", ("prénom", "first name")), Field("last", ("nom", "nom de famille", "last name"))),
        refused=("date de naissance", "birth date"),
    )
    found = columns.found(rows)      # the headings in the first rows (`kit.sheets.reading.read`), or None
    found.cell(row, "first")         # "Élise": the cell of that column, empty when there is no such column
    found.ignored                    # ("Poste",): headings that mean nothing here, as she wrote them
    found.missing, found.refused     # ("last",), ("date de naissance",): as the description says it, never as she did

Accents, capitals, punctuation and spaces do not count: « N° d'employé », `no_employe` and "NoEmployé" are one name. A
field takes the first column that bears one of its names. A heading is refused when it holds a refused name, among other
words or glued to them; a short one (`NAM`) must stand as a word of its own.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kit.sheets.reading import ReadRow

# A heading may stand under a title: it is looked for in so many of the first rows that hold something.
FIRST_ROWS = 10
# And in so many of their cells: no list that people keep is wider.
WIDEST = 500
# From so many letters on, a refused name is looked for inside words too ("DateNaissance").
LONG = 6
# "NoEmployé" is two words, "NIPs" is one.
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class Field:
    """What a column may hold, and the names that people give to it; `needed` when nothing can be done without it."""

    key: str
    names: tuple[str, ...]
    needed: bool = False


@dataclass(frozen=True)
class Headings:
    """The headings of one sheet: the number of their row, where each field is, and what there was beside.

    `ignored` are her words; `refused` are names of the description, which may be told to anybody.
    """

    row: int
    places: Mapping[str, int]
    ignored: tuple[str, ...]
    missing: tuple[str, ...]
    refused: tuple[str, ...]

    def cell(self, row: ReadRow, key: str) -> str:
        """What a row holds in the column of a field; nothing when the column or the cell is not there."""
        place = self.places.get(key, len(row.cells))
        return row.cells[place] if place < len(row.cells) else ""


@dataclass(frozen=True)
class Columns:
    """What is looked for in a sheet: its fields, and names of columns that are not wanted at all."""

    fields: tuple[Field, ...]
    refused: tuple[str, ...] = ()

    def found(self, rows: Sequence[ReadRow]) -> Headings | None:
        """The headings: the row that names the most fields, the first of several. Two columns at least must be known
        (one when no more are described), and one of them be a field: a surname may look like a refused name.
        None: there is no such row, and which column is what must be asked."""
        least = min(2, len(self.fields))
        told = [self.read(row) for row in rows[:FIRST_ROWS]]
        likely = [one for one in told if one.places and len(one.places) + len(one.refused) >= least]
        return max(likely, key=lambda one: len(one.places) + len(one.refused), default=None)

    def chosen(self, row: ReadRow, places: Mapping[str, int]) -> Headings:
        """Where whoever was asked says that each field is; `row` is the first one, and holds no heading."""
        missing = tuple(field.key for field in self.fields if field.needed and field.key not in places)
        return Headings(row.number - 1, dict(places), (), missing, ())

    def read(self, row: ReadRow) -> Headings:
        """What the cells of one row say when they are taken for headings."""
        places: dict[str, int] = {}
        ignored = []
        refused: dict[str, None] = {}
        for place, cell in enumerate(row.cells[:WIDEST]):
            key = next((field.key for field in self.fields if field.key not in places and _names(field, cell)), None)
            unwanted = [name for name in self.refused if _holds(cell, name)]
            if key is not None:
                places[key] = place
            elif cell and not unwanted:
                ignored.append(cell)
            refused |= dict.fromkeys(unwanted[:1])
        missing = tuple(field.key for field in self.fields if field.needed and field.key not in places)
        return Headings(row.number, places, tuple(ignored), missing, tuple(refused))


@lru_cache(maxsize=2048)
def folded(name: str) -> str:
    """A name of the description without what does not count: « N° d'employé » becomes "nodemploye"."""
    return "".join(_words(name))


def _names(field: Field, cell: str) -> bool:
    return "".join(_words(cell)) in map(folded, field.names)


def _holds(cell: str, name: str) -> bool:
    """Whether a heading says a name, among other words or, when it is long, glued to them."""
    words, wanted = _words(cell), _words(name)
    glued = "".join(wanted)
    return f" {' '.join(wanted)} " in f" {' '.join(words)} " or (len(glued) >= LONG and glued in "".join(words))


def _words(text: str) -> list[str]:
    """Its words in small letters without accents; "N.A.M." is one."""
    plain = unicodedata.normalize("NFKD", text.replace("°", "o").replace(".", ""))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.findall(r"[^\W_]+", HUMP.sub(" ", plain).lower().replace("œ", "oe"))
