"""Files as companies send them: the list of the sample, and others made for a test."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from kit.sheets.reading import ReadRow

SAMPLE = Path(__file__).parents[2] / "samples" / "association.yaml"


@dataclass(frozen=True)
class Spreadsheet:
    """A file as it is sent, and the rows in it."""

    name: str
    rows: list[list[str]]
    content: bytes


def as_file(rows: Sequence[Sequence[str]], encoding: str = "cp1252", separator: str = ";") -> bytes:
    """The bytes of a file as a spreadsheet program saves it; a cell that holds the separator is quoted."""
    lines = (separator.join(_quoted(cell, separator) for cell in row) for row in rows)
    return "".join(f"{line}\r\n" for line in lines).encode(encoding)


def _quoted(cell: str, separator: str) -> str:
    return f'"{cell}"' if separator in cell else cell


@cache
def _sample() -> Spreadsheet:
    said = yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))["sample_spreadsheet"]
    rows = [said["header"], *said["rows"]]
    file = said["file"]
    return Spreadsheet(file["name"], rows, as_file(rows, file["encoding"], file["delimiter"]))


SPREADSHEET = _sample()


def sheet(*rows: Sequence[str]) -> tuple[ReadRow, ...]:
    """Rows as they are read of a file."""
    return tuple(ReadRow(number, tuple(cells)) for number, cells in enumerate(rows, 1))
