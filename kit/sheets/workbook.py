"""Makes one Excel workbook, as a process of its own: `workbook.py FILE`, with the sheet on standard input.

The first line says what the sheet is (title, language, columns as title and kind, the day it is dated or null), each of
the others is a batch of rows, all in JSON: texts, integers (cents in a column of money), decimals, ISO days and moments
as texts, null for an empty cell. Ends with 0 when the file is whole. It imports nothing of the kit: it is started for
one sheet and must be there at once.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

Format = Any
Cell = str | int | None
# Day 0 of Excel. It believes that 1900 had a 29th of February: days before that March are written as texts.
EPOCH, FIRST_DAY = date(1899, 12, 30), date(1900, 3, 1)
EPOCH_MOMENT = datetime(1899, 12, 30)  # noqa: DTZ001 (a clock on a wall has no zone)
DAY_SECONDS = 86_400
# What Excel's format holds.
MOST_ROWS, MOST_CHARACTERS, MOST_TITLE = 1_048_575, 32_767, 31
# Characters of a column's width. How wide the first rows are tells how wide the column should be.
NARROWEST, WIDEST, MEASURED = 8, 48, 2_000
MONEY = {"fr": '#,##0.00\\ "$"', "en": '"$"#,##0.00'}
COMMAND = re.compile(r"[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
# What XML cannot hold at all, and Excel would not open.
UNWRITABLE = re.compile("[\ufffe\uffff\ud800-\udfff]")


@dataclass
class Looks:
    """How cells look, by what they hold."""

    head: Format
    text: Format
    quoted: Format
    numbers: dict[str, Format]

    @classmethod
    def of(cls, book: Workbook, lang: str) -> "Looks":
        top = {"valign": "top"}
        number = {
            "whole": "0",
            "number": "General",
            "money": MONEY[lang],
            "date": "yyyy-mm-dd",
            "moment": "yyyy-mm-dd hh:mm",
        }
        return cls(
            head=book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            text=book.add_format(top),
            quoted=book.add_format(top | {"quote_prefix": True}),
            numbers={kind: book.add_format(top | {"num_format": form}) for kind, form in number.items()},
        )


@dataclass
class Table:
    """The sheet as it is written, row under row."""

    sheet: Worksheet
    looks: Looks
    columns: list[tuple[str, str]]
    widths: list[int] = field(default_factory=list)
    last: int = 0

    def begin(self) -> None:
        for at, (title, _) in enumerate(self.columns):
            self.sheet.write_string(0, at, title, self.looks.head)
        self.widths = [len(title) + 3 for title, _ in self.columns]  # The arrow of the filter takes some.

    def add(self, row: list[Cell]) -> None:
        self.last += 1
        if self.last > MOST_ROWS:
            raise SystemExit(f"more than the {MOST_ROWS} rows of a workbook")
        for at, (cell, (_, kind)) in enumerate(zip(row, self.columns, strict=True)):
            if cell is None or cell == "":
                continue
            self._write(at, kind, cell)
            if self.last <= MEASURED:
                self.widths[at] = max(self.widths[at], width_of(kind, cell))

    def _write(self, at: int, kind: str, cell: str | int) -> None:
        number = as_number(kind, cell)
        if number is not None:
            self.sheet.write_number(self.last, at, number, self.looks.numbers[kind])
            return
        text = writable(str(cell))
        # Excel does not show that it is quoted, and keeps the cell a text when somebody edits it.
        self.sheet.write_string(self.last, at, text, self.looks.quoted if COMMAND.match(text) else self.looks.text)

    def end(self) -> None:
        """The first row stays in sight, filters stand in it; each column is as wide as what is in it, within reason."""
        self.sheet.freeze_panes(1, 0)
        self.sheet.autofilter(0, 0, self.last, len(self.columns) - 1)
        for at, width in enumerate(self.widths):
            self.sheet.set_column(at, at, min(max(width, NARROWEST), WIDEST))


def as_number(kind: str, cell: str | int) -> float | None:
    """A number as Excel counts: dollars, whole units, days since its first one; None for a text."""
    if isinstance(cell, int):
        return cell / 100 if kind == "money" else cell
    if kind == "number":
        return float(cell)
    if kind == "date":
        day = date.fromisoformat(cell)
        return (day - EPOCH).days if day >= FIRST_DAY else None
    if kind == "moment":
        moment = datetime.fromisoformat(cell)
        seconds = round((moment - EPOCH_MOMENT).total_seconds())
        return seconds / DAY_SECONDS if moment.date() >= FIRST_DAY else None
    return None


def width_of(kind: str, cell: str | int) -> int:
    """How many characters wide a cell is written."""
    if isinstance(cell, int):
        return 12
    return 17 if kind == "moment" else max(map(len, cell.split("\n"))) + 1


def writable(text: str) -> str:
    """A text that a cell can hold; what is longer than a cell says that it goes on."""
    text = text if text.isascii() else UNWRITABLE.sub("\ufffd", text)
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def tab_title(title: str) -> str:
    """A title as the tab of a sheet may say it."""
    return re.sub(r"[\[\]:*?/\\]", " ", writable(title)).strip(" '")[:MOST_TITLE].strip(" '") or "1"


def make(path: Path, lines: Iterable[bytes]) -> None:
    """Write the workbook. Rows lie in a file beside it until it is whole, never in memory."""
    said: Iterator[Any] = map(json.loads, lines)
    title, lang, columns, dated = next(said)
    options = {"constant_memory": True, "tmpdir": str(path.parent)}
    texts = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(str(path), options | texts) as book:
        book.set_properties({"title": title} | ({"created": datetime.fromisoformat(dated)} if dated else {}))
        table = Table(
            book.add_worksheet(tab_title(title)), Looks.of(book, lang), [(name, kind) for name, kind in columns]
        )
        table.begin()
        for batch in said:
            for row in batch:
                table.add(row)
        table.end()


def main(arguments: list[str], rows: IO[bytes]) -> None:
    make(Path(arguments[0]), rows)


if __name__ == "__main__":
    main(sys.argv[1:], sys.stdin.buffer)
